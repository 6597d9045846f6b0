"""Four eyes: one asks, another confirms, and both stand in the record of what came of it.

What was asked stands in an object that is written once, and so does the answer; the first answer counts. It is good for
the world that was reviewed: once another would result from it, it is asked for anew. A newer request takes the place of
an older one, so that at most one of a service waits.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from runtime.aws.errors import Conflict
from runtime.bucket.asked_records import AskedRecords
from runtime.bucket.audit import AuditTrail
from service_catalog.messages import say
from service_catalog.records.asked import Asked, AskedAnswer, Verdict
from service_catalog.records.audit import AuditAction

log = logging.getLogger(__name__)

AskedState = Literal["open", "confirmed", "declined", "withdrawn", "replaced", "outdated"]

T = TypeVar("T", bound=Asked)


@dataclass(frozen=True)
class Who:
    name: str
    person: str
    """What the identity provider calls them for good: two people may have one name"""


@dataclass(frozen=True)
class Standing(Generic[T]):
    """What was asked, beside the world of now."""

    asked: T
    answer: AskedAnswer | None
    is_same_world: bool
    """What was reviewed is what would result now"""
    state: AskedState


class AskedRefused(Conflict):
    """It is no longer open, or not theirs to confirm."""

    def __init__(self, sentence: str, asked: Asked):
        self.asked = asked
        super().__init__(sentence)


class SecondPerson(Generic[T]):
    """What requests for releases and for runs have in common."""

    def __init__(
        self,
        records: AskedRecords[T],
        audit: AuditTrail,
        answering: AuditAction,
        now: Callable[[], datetime],
        saw_answer: Callable[[T], None] = lambda asked: None,
    ):
        """``answering``: what to answer one is called in the audit trail."""
        self._records, self._audit, self._answering = records, audit, answering
        self._now, self._saw_answer = now, saw_answer

    def decline(self, service: str, number: int, *, who: Who, why: str = "") -> AskedAnswer:
        """By whoever asked, it is withdrawn. Raises AskedRefused where it was answered otherwise before."""
        asked = self._records.get(service, number)
        return self._answer(asked, "withdrawn" if asked.person == who.person else "declined", who, why)

    def _create(self, service: str, made: Callable[[int], T]) -> T:
        """Under the next number that nobody has."""
        number = self._records.newest_numbers(service)[0] + 1
        while not self._records.create(asked := made(number)):
            number += 1
        return asked

    def _standing(self, asked: T, is_same_world: bool) -> Standing[T]:
        answer = self._records.answer_of(asked)
        return Standing(asked, answer, is_same_world, self._state(asked, answer, is_same_world))

    def _state(self, asked: T, answer: AskedAnswer | None, is_same_world: bool) -> AskedState:
        if answer:
            return answer.verdict
        if asked.number < self._records.newest_numbers(asked.service)[0]:
            return "replaced"
        return "open" if is_same_world else "outdated"

    def _refuse(self, it: Standing[T], who: Who) -> None:
        """Raises AskedRefused where they may not confirm it. Their own confirmation that nothing came of they may
        repeat: the answer to it was lost, or what it was to begin was refused."""
        if it.asked.person == who.person:
            own = say("whoever asked for it cannot confirm it: another of the team or the platform team can")
            raise AskedRefused(own, it.asked)
        is_theirs = it.answer is not None and (it.answer.verdict, it.answer.person) == ("confirmed", who.person)
        if it.state != "open" and not (is_theirs and it.is_same_world):
            raise AskedRefused(_closed_words(it.asked, it.state, it.answer), it.asked)

    def _answer(self, asked: T, verdict: Verdict, who: Who, why: str) -> AskedAnswer:
        """Raises AskedRefused where it was answered otherwise before."""
        said = AskedAnswer(verdict=verdict, who=who.name, person=who.person, why=why, when=self._now())
        first = self._records.answer(asked, said)
        self._saw_answer(asked)
        if (first.verdict, first.person) != (verdict, who.person):
            raise AskedRefused(_answered_words(asked, first), asked)
        self._audit.note(self._answering, asked.service, who.name, why, request=asked.number, verdict=verdict)
        log.info("request answered service=%s request=%d verdict=%s", asked.service, asked.number, verdict)
        return first


def _closed_words(asked: Asked, state: AskedState, answer: AskedAnswer | None) -> str:
    if answer:
        return _answered_words(asked, answer)
    if state == "replaced":
        return say("request %(number)s was replaced by a newer one; look at that", number=asked.number)
    return say(
        "request %(number)s was made for another state of the service: what runs, or what would run, has changed "
        "since; ask for it anew",
        number=asked.number,
    )


def _answered_words(asked: Asked, answer: AskedAnswer) -> str:
    """In words that exist in every language."""
    number, who = asked.number, answer.who
    if answer.verdict == "confirmed":
        return say("request %(number)s was confirmed by %(who)s already", number=number, who=who)
    if answer.verdict == "withdrawn":
        return say("request %(number)s was withdrawn by %(who)s", number=number, who=who)
    return say("request %(number)s was declined by %(who)s", number=number, who=who)
