"""Runs with their copies."""

from datetime import datetime

from portal.api.told.base import Told
from portal.text.translate import said
from runtime.runs import Copy, Run


class CopyTold(Told):
    number: int
    status: str
    task: str
    exit_code: int | None
    reason: str
    started_at: datetime | None
    ended_at: datetime | None
    lines: list[str]
    """The last that it printed, of the first few that failed"""

    @classmethod
    def of(cls, it: Copy) -> "CopyTold":
        return cls(
            number=it.number,
            status=it.status,
            task=it.task_id,
            exit_code=it.exit_code,
            reason=said(it.reason),
            started_at=it.started_at,
            ended_at=it.ended_at,
            lines=list(it.lines),
        )


class RunTold(Told):
    id: str
    status: str
    """running, succeeded, failed, timed-out, stopped, skipped"""
    who: str
    why: str
    confirmed_by: str
    """The second person, where one had to agree"""
    copies: int
    command: list[str]
    started_at: datetime
    ended_at: datetime | None
    reason: str

    @classmethod
    def of(cls, it: Run) -> "RunTold":
        return cls(
            id=it.id,
            status=it.status,
            who=it.request.who,
            why=said(it.request.why),
            confirmed_by=it.request.confirmed_by,
            copies=it.request.copies,
            command=list(it.request.command or ()),
            started_at=it.started_at,
            ended_at=it.ended_at,
            reason=said(it.reason),
        )


class RunDetail(RunTold):
    each: list[CopyTold]

    @classmethod
    def of(cls, it: Run) -> "RunDetail":
        return cls(**RunTold.of(it).model_dump(), each=[CopyTold.of(copy) for copy in it.copies])


class RunsTold(Told):
    runs: list[RunTold]
    """Newest first"""


class StartedTold(Told):
    id: str
