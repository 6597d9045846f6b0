"""Releases that somebody asked for, and that a second person has to confirm."""

from datetime import datetime

from portal.api.told.base import Told
from portal.data.asked_view import AskedView
from portal.text.translate import said


class AskedAnswerTold(Told):
    verdict: str
    """confirmed, declined, withdrawn"""
    who: str
    why: str
    when: datetime


class AskedTold(Told):
    """A release that somebody asked for, and that a second person has to confirm."""

    number: int
    state: str
    """open, confirmed, declined, withdrawn, replaced (by a newer request), outdated (the service is no longer as it was
    when it was asked for)"""
    kind: str
    """Of the release that it would be"""
    image: str
    env: dict[str, int]
    definition: str
    who: str
    why: str
    when: datetime
    problems: list[str]
    """Why it could not be released now"""
    answer: AskedAnswerTold | None
    release: int | None
    """What came of it"""
    page: str
    """Of the portal, where it is reviewed"""

    @classmethod
    def of(cls, it: AskedView, page: str) -> "AskedTold":
        standing = it.look.standing
        asked, answer = standing.asked, standing.answer
        return cls(
            number=asked.number,
            state=standing.state,
            kind=it.look.proposal.kind,
            image=asked.image,
            env=asked.env,
            definition=asked.definition,
            who=asked.who,
            why=said(asked.why),
            when=asked.when,
            problems=[said(problem) for problem in it.look.proposal.problems],
            answer=AskedAnswerTold(verdict=answer.verdict, who=answer.who, why=said(answer.why), when=answer.when)
            if answer
            else None,
            release=it.release.number if it.release else None,
            page=page,
        )


class AskedWaitingTold(Told):
    waiting: AskedTold | None
    """null where none does"""
