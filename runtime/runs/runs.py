"""Runs: a command that ends, in as many copies as somebody asks for.

Each is an execution of the service's state machine, which keeps their history. What each copy did is read off its task
while ECS still knows it.
"""

import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from runtime.aws.ecs_tasks import Tasks
from runtime.aws.errors import Conflict, Invalid
from runtime.aws.logs import Logs
from runtime.aws.step_functions import StepFunctions
from runtime.bucket.audit import AuditTrail
from runtime.bucket.provisioned import ProvisionedRecords
from runtime.runs.request import RunRequest, given, in_audit, problems
from runtime.runs.run import Copy, Run, copies_of, read_run, told_tasks
from service_catalog.messages import say
from service_catalog.records.provisioned import Provisioned
from service_catalog.records.releases import FirstRun, Release

_AT_ONCE = 16
_FAILED_SHOWN, _LINES = 3, 10
_ID = re.compile(r"run-\d{8}T\d{6}Z-[0-9a-f]{6}")


class RunInvalid(Invalid):
    """It cannot be started as it was asked for."""


class Runs:
    def __init__(
        self,
        environment: str,
        step_functions: StepFunctions,
        provisioned: ProvisionedRecords,
        live_revision: Callable[[str], str | None],
        tasks: Tasks,
        logs: Logs,
        audit: AuditTrail,
        now: Callable[[], datetime],
        new_token: Callable[[], str] = lambda: secrets.token_hex(3),
    ):
        self._environment, self._step_functions, self._provisioned = environment, step_functions, provisioned
        self._live_revision, self._tasks, self._logs = live_revision, tasks, logs
        self._audit, self._now, self._new_token = audit, now, new_token
        self._ended: dict[tuple[str, str], Run] = {}
        """Without their copies: what has ended never changes"""

    def new_id(self) -> str:
        """For one run: however often it is started by this id, it is the same."""
        return f"run-{self._now().astimezone(UTC):%Y%m%dT%H%M%SZ}-{self._new_token()}"

    def start(self, service: str, request: RunRequest, run: str = "") -> str:
        """The id of the run, ``run`` where somebody drew it before. Raises RunInvalid with all that is wrong, before
        anything is started."""
        revision = self._live_revision(service)
        if found := self._refusals(service, request, revision):
            raise RunInvalid(*found)
        run = run if _ID.fullmatch(run) else self.new_id()
        with self._audit.entry("start-run", service, request.who, request.why, run=run, **in_audit(request)):
            try:
                self._step_functions.start(service, run, given(request) | {"revision": revision})
            except Conflict:
                self._refuse_another(service, run, request)
        return run

    def start_first(self, release: Release, first: FirstRun) -> None:
        """The run that the release begins with, of its own revision; started once more it is the same run."""
        request = RunRequest(
            who=release.who,
            why=release.why,
            command=first.command or None,
            timeout_seconds=first.timeout_seconds,
            release=release.number,
        )
        with suppress(Conflict):
            self._step_functions.start(release.service, release.run_id, given(request) | {"revision": release.revision})

    def refuse(self, service: str, request: RunRequest) -> None:
        """Raises RunInvalid with all that is wrong."""
        if found := self.refusals(service, request):
            raise RunInvalid(*found)

    def refusals(self, service: str, request: RunRequest) -> list[str]:
        """Why it could not be started so, all of it."""
        return self._refusals(service, request, self._live_revision(service))

    def _refusals(self, service: str, request: RunRequest, revision: str | None) -> list[str]:
        found = list(problems(request, self._provisioned.read(service)))
        if revision is None:
            found.append(say("%(service)s has no live release yet; release it first", service=service))
        return found

    def _refuse_another(self, service: str, run: str, request: RunRequest) -> None:
        """Of what was asked for under the id of a run that is there; the same once more is that run."""
        there = dict(self._step_functions.execution(service, run).given)
        if there | {"revision": ""} != given(request) | {"revision": ""}:
            raise RunInvalid(say("%(run)s was started from this form with other settings; start once more", run=run))

    def recent(self, service: str, limit: int = 50) -> list[Run]:
        """Newest first, without their copies."""
        provisioned = self._provisioned.read(service)
        listed = self._step_functions.executions(service, limit)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda it: self._without_copies(provisioned, it.name), listed))

    def status(self, service: str, run: str) -> Run:
        """Without its copies. Raises Absent."""
        return self._without_copies(self._provisioned.read(service), run)

    def read(self, service: str, run: str) -> Run:
        """With its copies. Raises Absent."""
        provisioned = self._provisioned.read(service)
        found = self._without_copies(provisioned, run)
        tasks = {task.id: task for task in self._tasks.of_run(service, run)}
        if found.ended_at and len({task.run_copy for task in tasks.values()}) < found.request.copies:
            # ECS forgets a task an hour after its end; the execution's history holds what it said of it.
            tasks = {task.id: task for task in told_tasks(self._step_functions.events(service, run))} | tasks
        copies = self._with_lines(service, copies_of(found, tasks.values()))
        revision = next((task.revision for task in tasks.values()), found.revision)
        return replace(found, copies=copies, revision=revision)

    def stop(self, service: str, run: str, who: str) -> None:
        """Nothing happens to one that has ended. Raises Absent."""
        if self._step_functions.execution(service, run).ended_at:
            return
        with self._audit.entry("stop-run", service, who, run=run):
            self._step_functions.stop(service, run, f"stopped by {who}")

    def _without_copies(self, provisioned: Provisioned, run: str) -> Run:
        key = (provisioned.service, run)
        if key not in self._ended:
            found = read_run(provisioned, self._step_functions.execution(provisioned.service, run))
            if not found.ended_at:
                return found
            self._ended[key] = found
        return self._ended[key]

    def _with_lines(self, service: str, copies: tuple[Copy, ...]) -> tuple[Copy, ...]:
        shown = [copy.number for copy in copies if copy.status in ("failed", "timed-out") and copy.task_id]
        return tuple(
            replace(copy, lines=tuple(line.text for line in self._logs.of_task(service, copy.task_id, _LINES)))
            if copy.number in shown[:_FAILED_SHOWN]
            else copy
            for copy in copies
        )
