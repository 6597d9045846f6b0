"""Runs under four eyes: a run's command does whatever the service may. A request is good for what was live when it was
made: another release may have other code and other rights."""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.aws.errors import Absent
from runtime.bucket.asked_records import AskedRecords
from runtime.bucket.audit import AuditTrail
from runtime.runs.request import RunRequest, in_audit
from runtime.runs.run import Run
from runtime.runs.runs import Runs
from runtime.second_person import AskedState, SecondPerson, Who
from service_catalog.records.asked import AskedAnswer, AskedRun

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunLook:
    """What was asked, beside the world of now."""

    asked: AskedRun
    state: AskedState
    answer: AskedAnswer | None
    problems: Sequence[str]
    """Why it could not be started now"""
    run: Run | None
    """What came of it"""


class AskingRuns:
    def __init__(
        self,
        records: AskedRecords[AskedRun],
        runs: Runs,
        live_revision: Callable[[str], str | None],
        audit: AuditTrail,
        now: Callable[[], datetime],
    ):
        self._records, self._runs, self._live_revision = records, runs, live_revision
        self._audit, self._now = audit, now
        self._second = SecondPerson(records, audit, "confirm-run", now)

    def look(self, service: str, number: int) -> RunLook:
        """Raises Absent."""
        asked = self._records.get(service, number)
        answer = self._records.answer_of(asked)
        state = self._second.state(asked, answer, self._is_same_world(asked))
        run = self._started(asked) if state == "confirmed" else None
        problems = [] if run else self._runs.refusals(service, request_of(asked))
        return RunLook(asked, state, answer, problems, run)

    def waiting(self, service: str) -> AskedRun | None:
        """The one that nobody answered yet, if what was live then is live now."""
        newest, answered = self._records.newest_numbers(service)
        if newest <= answered:
            return None
        asked = self._records.get(service, newest)
        return asked if self._is_same_world(asked) else None

    def ask(self, service: str, request: RunRequest, *, who: Who) -> AskedRun:
        """Raises RunInvalid: what could not be started is not asked for."""
        self._runs.refuse(service, request)
        revision = self._live_revision(service) or ""
        asked = self._second.created(service, lambda number: self._asked(service, number, request, revision, who))
        self._audit.note("ask-run", service, who.name, request.why, request=asked.number, **in_audit(request))
        log.info("run asked for service=%s request=%d who=%s", service, asked.number, who.name)
        return asked

    def confirm(self, service: str, number: int, *, who: Who, why: str = "") -> str:
        """Starts the run, in the name of whoever asked; its id. Raises AskedRefused, or what the start raises."""
        look = self.look(service, number)
        asked = look.asked
        self._second.refuse(asked, look.state, look.answer, who, self._is_same_world(asked))
        self._runs.refuse(service, request_of(asked))
        self._second.answer(asked, "confirmed", who, why)
        return self._runs.start(service, request_of(asked, confirmed_by=who.name), asked.run)

    def decline(self, service: str, number: int, *, who: Who, why: str = "") -> AskedAnswer:
        """By whoever asked, it is withdrawn. Raises AskedRefused where it was answered otherwise before."""
        return self._second.decline(self._records.get(service, number), who, why)

    def _asked(self, service: str, number: int, request: RunRequest, revision: str, who: Who) -> AskedRun:
        return AskedRun(
            number=number,
            service=service,
            run=self._runs.new_id(),
            revision=revision,
            copies=request.copies,
            command=request.command,
            environment=dict(request.environment),
            cpu=request.cpu,
            memory_mib=request.memory_mib,
            timeout_seconds=request.timeout_seconds,
            who=who.name,
            person=who.person,
            why=request.why,
            when=self._now(),
            token=secrets.token_hex(8),
        )

    def _is_same_world(self, asked: AskedRun) -> bool:
        return asked.revision == (self._live_revision(asked.service) or "")

    def _started(self, asked: AskedRun) -> Run | None:
        try:
            return self._runs.status(asked.service, asked.run)
        except Absent:
            return None


def request_of(asked: AskedRun, confirmed_by: str = "") -> RunRequest:
    return RunRequest(
        who=asked.who,
        why=asked.why,
        copies=asked.copies,
        command=asked.command,
        environment=asked.environment,
        cpu=asked.cpu,
        memory_mib=asked.memory_mib,
        timeout_seconds=asked.timeout_seconds,
        asked=asked.number,
        confirmed_by=confirmed_by,
    )
