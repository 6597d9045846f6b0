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
from runtime.second_person import SecondPerson, Standing, Who
from service_catalog.records.asked import AskedRun

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunLook:
    standing: Standing[AskedRun]
    problems: Sequence[str]
    """Why it could not be started now"""
    run: Run | None
    """What came of it"""


class AskingRuns(SecondPerson[AskedRun]):
    def __init__(
        self,
        records: AskedRecords[AskedRun],
        runs: Runs,
        live_revision: Callable[[str], str | None],
        audit: AuditTrail,
        now: Callable[[], datetime],
    ):
        super().__init__(records, audit, "confirm-run", now)
        self._runs, self._live_revision = runs, live_revision

    def look(self, service: str, number: int) -> RunLook:
        """Raises Absent."""
        asked = self._records.get(service, number)
        standing = self._standing(asked, self._is_same_world(asked))
        run = self._started(asked) if standing.state == "confirmed" else None
        problems = [] if run else self._runs.refusals(service, request_of(asked))
        return RunLook(standing, problems, run)

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
        asked = self._create(service, lambda number: self._asked(service, number, request, revision, who))
        self._audit.note("ask-run", service, who.name, request.why, request=asked.number, **in_audit(request))
        log.info("run asked for service=%s request=%d who=%s", service, asked.number, who.name)
        return asked

    def confirm(self, service: str, number: int, *, who: Who, why: str = "") -> str:
        """Starts the run, in the name of whoever asked; its id. Raises AskedRefused, or what the start raises."""
        asked = self._records.get(service, number)
        self._refuse(self._standing(asked, self._is_same_world(asked)), who)
        self._runs.refuse(service, request_of(asked))
        self._answer(asked, "confirmed", who, why)
        return self._runs.start(service, request_of(asked, confirmed_by=who.name), asked.run)

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
