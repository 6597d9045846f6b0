"""Four eyes: one asks for a release, another confirms it, and both stand in its record.

What was asked stands in an object that is written once, and so does the answer; the first answer counts. It is good for
the world that was reviewed: once something was released since, or would run otherwise, it is asked for anew. A newer
request takes the place of an older one, so that at most one waits.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.aws.ecr_images import Images
from runtime.aws.errors import Conflict
from runtime.bucket.asked_records import AskedRecords
from runtime.bucket.audit import AuditTrail
from runtime.bucket.service_index import ServiceIndex
from runtime.releases.proposal import Proposal
from runtime.releases.releases import Releases
from runtime.releases.request import ReleaseRequest
from service_catalog.messages import say
from service_catalog.records.asked_releases import AskedAnswer, AskedRelease, Verdict, Wanted
from service_catalog.records.releases import Confirmation, Release

log = logging.getLogger(__name__)

AskedState = Literal["open", "confirmed", "declined", "withdrawn", "replaced", "outdated"]


@dataclass(frozen=True)
class Who:
    name: str
    person: str
    """What the identity provider calls them for good: two people may have one name"""


@dataclass(frozen=True)
class Look:
    """What was asked, beside the world of now."""

    asked: AskedRelease
    state: AskedState
    answer: AskedAnswer | None
    proposal: Proposal


class AskedRefused(Conflict):
    """It is no longer open, or not theirs to confirm."""

    def __init__(self, sentence: str, asked: AskedRelease):
        self.asked = asked
        super().__init__(sentence)


class Asking:
    def __init__(
        self,
        records: AskedRecords,
        service_index: ServiceIndex,
        releases: Releases,
        images: Images,
        audit: AuditTrail,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
    ):
        self._records, self._service_index, self._releases = records, service_index, releases
        self._images = images
        self._audit, self._now, self._new_token = audit, now, new_token

    def look(self, service: str, number: int) -> Look:
        """Raises Absent."""
        asked = self._records.get(service, number)
        answer, newest = self._records.answer_of(asked), self._records.newest_numbers(service)[0]
        proposal = self._releases.proposal(service, request_of(asked.wanted))
        state = _state(asked, answer, newest, self._is_same_world(asked, proposal))
        return Look(asked, state, answer, proposal)

    def ask(self, service: str, request: ReleaseRequest, *, who: Who, why: str) -> AskedRelease:
        """Raises what a release of it would: what cannot run is not asked for."""
        self._releases.settle(service)
        proposal = self._releases.proposal(service, request)
        self._releases.refuse(proposal)
        asked = self._created(service, request, proposal, who, why)
        self._service_index.saw_asked(asked)
        self._audit.note("ask-release", service, who.name, why, request=asked.number)
        log.info("release asked for service=%s request=%d who=%s", service, asked.number, who.name)
        return asked

    def confirm(self, service: str, number: int, *, who: Who, why: str = "") -> Release:
        """Starts the release, in the name of whoever asked. Raises AskedRefused, or what the release raises."""
        self._releases.settle(service)
        look = self.look(service, number)
        if look.asked.person == who.person:
            own = say("whoever asked for a release cannot confirm it: another of the team or the platform team can")
            raise AskedRefused(own, look.asked)
        if look.state != "open" and not self._goes_on_with(look, who):
            raise AskedRefused(_closed(look), look.asked)
        self._releases.refuse(look.proposal)
        self._answered(look.asked, "confirmed", who, why)
        confirmation = Confirmation(who=who.name, asked=number)
        return self._releases.release(
            service, request_of(look.asked.wanted), who=look.asked.who, why=look.asked.why, confirmation=confirmation
        )

    def decline(self, service: str, number: int, *, who: Who, why: str = "") -> AskedAnswer:
        """By whoever asked, it is withdrawn. Raises AskedRefused where it was answered otherwise before."""
        asked = self._records.get(service, number)
        return self._answered(asked, "withdrawn" if asked.person == who.person else "declined", who, why)

    def _created(self, service: str, request: ReleaseRequest, proposal: Proposal, who: Who, why: str) -> AskedRelease:
        """Under the next number that nobody has."""
        number = self._records.newest_numbers(service)[0] + 1
        while True:
            asked = self._asked(service, number, request, proposal, who, why)
            if self._records.create(asked):
                return asked
            number += 1

    def _asked(
        self, service: str, number: int, request: ReleaseRequest, proposal: Proposal, who: Who, why: str
    ) -> AskedRelease:
        return AskedRelease(
            number=number,
            service=service,
            wanted=Wanted(
                image=request.image,
                env=dict(request.env),
                definition=request.definition,
                tasks=request.tasks,
                try_first=request.try_first,
                to=request.to,
            ),
            image=proposal.wanted.image,
            digest=self._images.look(proposal.wanted.image).digest,
            env=dict(proposal.wanted.env),
            definition=proposal.wanted.definition,
            seen=proposal.seen,
            after=proposal.newest.number if proposal.newest else 0,
            who=who.name,
            person=who.person,
            why=why,
            when=self._now(),
            token=self._new_token(),
        )

    def _answered(self, asked: AskedRelease, verdict: Verdict, who: Who, why: str) -> AskedAnswer:
        said = AskedAnswer(verdict=verdict, who=who.name, person=who.person, why=why, when=self._now())
        first = self._records.answer(asked, said)
        self._service_index.saw_answer(asked)
        if (first.verdict, first.person) != (verdict, who.person):
            raise AskedRefused(_answered_words(asked, first), asked)
        self._audit.note("confirm-release", asked.service, who.name, why, request=asked.number, verdict=verdict)
        log.info("request answered service=%s request=%d verdict=%s", asked.service, asked.number, verdict)
        return first

    def _goes_on_with(self, look: Look, who: Who) -> bool:
        """Their own confirmation, whose release never began: the answer to it was lost, or the release was refused."""
        answer = look.answer
        is_theirs = answer is not None and (answer.verdict, answer.person) == ("confirmed", who.person)
        return is_theirs and self._is_same_world(look.asked, look.proposal)

    def _is_same_world(self, asked: AskedRelease, proposal: Proposal) -> bool:
        newest = proposal.newest.number if proposal.newest else 0
        if (newest, proposal.seen) != (asked.after, asked.seen):
            return False
        return not asked.digest or self._images.look(asked.image).digest in ("", asked.digest)


def request_of(wanted: Wanted) -> ReleaseRequest:
    return ReleaseRequest(
        image=wanted.image,
        env=wanted.env,
        definition=wanted.definition,
        tasks=wanted.tasks,
        try_first=wanted.try_first,
        to=wanted.to,
    )


def _state(asked: AskedRelease, answer: AskedAnswer | None, newest: int, is_same_world: bool) -> AskedState:
    if answer:
        return answer.verdict
    if asked.number < newest:
        return "replaced"
    return "open" if is_same_world else "outdated"


def _closed(look: Look) -> str:
    if look.answer:
        return _answered_words(look.asked, look.answer)
    if look.state == "replaced":
        return say("request %(number)s was replaced by a newer one; look at that", number=look.asked.number)
    return say(
        "request %(number)s was made for another state of the service: what runs, or what would run, has changed "
        "since; ask for it anew",
        number=look.asked.number,
    )


def _answered_words(asked: AskedRelease, answer: AskedAnswer) -> str:
    """In words that exist in every language."""
    number, who = asked.number, answer.who
    if answer.verdict == "confirmed":
        return say("request %(number)s was confirmed by %(who)s already", number=number, who=who)
    if answer.verdict == "withdrawn":
        return say("request %(number)s was withdrawn by %(who)s", number=number, who=who)
    return say("request %(number)s was declined by %(who)s", number=number, who=who)
