"""One run as its execution tells it, and its copies as their tasks do. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from runtime.aws.ecs_tasks import Task, read_task
from runtime.aws.step_functions import Execution
from runtime.runs.request import RunRequest
from service_catalog.messages import say
from service_catalog.records.provisioned import Provisioned

RunStatus = Literal["running", "succeeded", "failed", "timed-out", "stopped", "skipped"]
"""skipped: it left itself out, since an earlier one still went on"""
CopyStatus = RunStatus | Literal["waiting"]

SCHEDULE = "schedule"
"""Who starts the runs of a schedule"""
_SECONDS_NEVER = 1e11
"""Step Functions tells milliseconds; so many seconds since 1970 are the year 5138"""


@dataclass(frozen=True)
class Copy:
    number: int
    status: CopyStatus
    task_id: str = ""
    exit_code: int | None = None
    reason: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    lines: tuple[str, ...] = ()
    """The last that it printed, of the first few that failed"""


@dataclass(frozen=True)
class Run:
    id: str
    service: str
    request: RunRequest
    status: RunStatus
    started_at: datetime
    ended_at: datetime | None = None
    reason: str = ""
    """Why it did not succeed"""
    revision: str = ""
    """ARN of the task definition, where a copy or the request says it"""
    copies: tuple[Copy, ...] = ()
    """By number; only where a single run is read"""

    @property
    def is_scheduled(self) -> bool:
        return self.request.who == SCHEDULE

    @property
    def exit_codes(self) -> tuple[int, ...]:
        return tuple(copy.exit_code for copy in self.copies if copy.exit_code is not None)


def read_run(provisioned: Provisioned, execution: Execution) -> Run:
    status = _status(execution)
    return Run(
        id=execution.name,
        service=provisioned.service,
        request=_request(provisioned, execution.given),
        status=status,
        started_at=execution.started_at,
        ended_at=execution.ended_at,
        reason=_reason(execution, status),
        revision=str(execution.given.get("revision") or ""),
    )


def _request(provisioned: Provisioned, said: Mapping[str, Any]) -> RunRequest:
    usual = (provisioned.entry or {}).get("run", {}).get("copies", 1)
    command = said.get("command")
    return RunRequest(
        who=str(said.get("who") or ""),
        why=str(said.get("why") or ""),
        copies=said.get("copies") or usual,
        command=tuple(command) if command else None,
        environment=said.get("environment") or {},
        cpu=said.get("cpu"),
        memory_mib=said.get("memory"),
        timeout_seconds=said.get("timeout_seconds"),
        release=said.get("release"),
        asked=said.get("asked"),
        confirmed_by=str(said.get("confirmed_by") or ""),
    )


def _status(execution: Execution) -> RunStatus:
    if execution.status == "SUCCEEDED":
        return "skipped" if execution.answer.get("skipped") else "succeeded"
    if execution.status == "FAILED":
        return "timed-out" if execution.error == "CopiesTimedOut" else "failed"
    statuses: dict[str, RunStatus] = {"TIMED_OUT": "timed-out", "ABORTED": "stopped"}
    return statuses.get(execution.status, "running")


def _reason(execution: Execution, status: RunStatus) -> str:
    match status, execution.error:
        case "stopped", _:
            return execution.cause
        case _, "NotReleased":
            return say("nothing was released yet")
        case "skipped", _:
            return say("an earlier run still went on")
        case _, "CopiesFailed" | "CopiesTimedOut":
            failed, _, copies = execution.cause.removesuffix(" failed").partition(" of ")
            return say("copies failed: %(failed)s of %(copies)s", failed=failed, copies=copies)
        case _, "":
            return ""
    return f"{execution.error}: {execution.cause}"


def copies_of(run: Run, tasks: Iterable[Task]) -> tuple[Copy, ...]:
    """Of several attempts at a copy the last one counts."""
    newest: dict[int, Task] = {}
    for task in sorted(tasks, key=lambda task: task.created_at.timestamp() if task.created_at else 0.0):
        newest[task.run_copy or 1] = task
    copies = {number: _copy(run, number, task) for number, task in newest.items()}
    due = range(1, run.request.copies + 1) if run.status == "running" else ()
    return tuple(copies.get(number) or Copy(number, "waiting") for number in sorted({*copies, *due}))


def _copy(run: Run, number: int, task: Task) -> Copy:
    return Copy(
        number,
        _copy_status(run, task),
        task_id=task.id,
        exit_code=task.exit_code,
        reason=task.stopped_reason if task.exit_code != 0 else "",
        started_at=task.started_at,
        ended_at=task.stopped_at,
    )


def _copy_status(run: Run, task: Task) -> CopyStatus:
    if task.status != "STOPPED":
        # One that Step Functions gave up and never spoke of again ended with its run.
        return _given_up(run) if run.ended_at else "running" if task.started_at else "waiting"
    if task.stop_code == "UserInitiated":
        return _given_up(run)
    return "succeeded" if task.exit_code == 0 else "failed"


def _given_up(run: Run) -> CopyStatus:
    return "stopped" if run.status == "stopped" else "timed-out"


def told_tasks(events: Iterable[Mapping[str, Any]]) -> list[Task]:
    """What Step Functions kept of what ECS said of the tasks, each as it was said last."""
    found: dict[str, Task] = {}
    for event in events:
        for said in _descriptions(event):
            task = read_task(said)
            found[task.id] = task
    return list(found.values())


def _descriptions(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    submitted, succeeded = event.get("taskSubmittedEventDetails"), event.get("taskSucceededEventDetails")
    failed = event.get("taskFailedEventDetails")
    if submitted:
        return [_as_ecs_says(task) for task in json.loads(submitted.get("output") or "{}").get("Tasks", [])]
    if failed and failed.get("error") != "States.TaskFailed":
        return []
    text = succeeded.get("output") if succeeded else failed.get("cause") if failed else None
    said = json.loads(text) if text else {}
    return [_as_ecs_says(said)] if "TaskArn" in said else []


def _as_ecs_says(said: Any, name: str = "") -> Any:
    """``TaskArn`` is ``taskArn`` again, and moments are moments."""
    if isinstance(said, dict):
        return {(low := key[:1].lower() + key[1:]): _as_ecs_says(value, low) for key, value in said.items()}
    if isinstance(said, list):
        return [_as_ecs_says(value) for value in said]
    if name.endswith("At") and isinstance(said, int | float):
        return datetime.fromtimestamp(said / 1000 if said > _SECONDS_NEVER else said, UTC)
    if name.endswith("At") and isinstance(said, str):
        return datetime.fromisoformat(said)
    return said
