"""Releases: what each holds, how far it is, how it ended."""

from datetime import datetime

from portal.api.told.base import StateTold, Told
from portal.text import states
from portal.text.translate import said
from runtime.releases.progress import Progress
from service_catalog.records import releases
from service_catalog.records.provisioned import TaskLimits


class LimitsTold(Told):
    min: int
    max: int

    @classmethod
    def of(cls, limits: TaskLimits | None) -> "LimitsTold | None":
        return cls(min=limits.min, max=limits.max) if limits else None


class OutcomeTold(Told):
    status: str
    """succeeded, rolled-back, stopped, failed, not-carried-out"""
    when: datetime
    reason: str
    evidence: list[str]
    """What the tasks left behind; no values of settings"""
    approved_by: list[str]


class ReleaseTold(Told):
    number: int
    kind: str
    state: StateTold
    image: str
    env: dict[str, int]
    definition: str
    revision: str
    tasks: LimitsTold | None
    base: int | None
    """What was live when it began"""
    who: str
    why: str
    when: datetime
    outcome: OutcomeTold | None
    """null while it is in progress"""

    @classmethod
    def of(cls, it: releases.Release, progress: Progress | None = None) -> "ReleaseTold":
        return cls(
            number=it.number,
            kind=it.kind,
            state=StateTold.of(states.release_state(it, progress)),
            image=it.image,
            env=it.env,
            definition=it.definition,
            revision=it.revision,
            tasks=LimitsTold.of(it.tasks),
            base=it.base,
            who=it.who,
            why=said(it.why),
            when=it.when,
            outcome=_outcome(it.outcome) if it.outcome else None,
        )


def _outcome(outcome: releases.Outcome) -> OutcomeTold:
    return OutcomeTold(
        status=outcome.status,
        when=outcome.when,
        reason=said(outcome.reason),
        evidence=list(outcome.evidence),
        approved_by=list(outcome.approved_by),
    )


class ProgressTold(Told):
    phase: str
    """waiting, first run, starting, rolling back, ended"""
    running: int
    wanted: int
    failed: int
    old_running: int
    percent: float | None
    """Of the requests that go to the new tasks, where they are shifted"""
    waits_for: str
    """What waits for an answer; empty where nothing does"""

    @classmethod
    def of(cls, it: Progress) -> "ProgressTold":
        shift = it.shift
        return cls(
            phase=it.phase,
            running=it.running,
            wanted=it.wanted,
            failed=it.breaker.failures if it.breaker else 0,
            old_running=it.old_running,
            percent=shift.percent if shift else None,
            waits_for=shift.pause.hook if shift and shift.pause else "",
        )


class ReleaseDetail(ReleaseTold):
    progress: ProgressTold | None
    """null once it has ended"""

    @classmethod
    def of(cls, it: releases.Release, progress: Progress | None = None) -> "ReleaseDetail":
        told = ReleaseTold.of(it, progress).model_dump()
        return cls(**told, progress=ProgressTold.of(progress) if progress and not it.outcome else None)


class ReleasesTold(Told):
    releases: list[ReleaseTold]
    """Newest first"""
    unreadable: list[int]
    """Releases whose record nobody can read"""
    next: int | None
    """`before` of the next page; null on the last"""
