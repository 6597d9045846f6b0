"""One execution of a state machine: it asks AWS what its states say, waits for tasks of ECS, and keeps a history."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import ClientError

from tests.fake_aws.client import check_request
from tests.fake_aws.ecs_services import Task
from tests.fake_aws.states_language import Answered, Failed, Flow

if TYPE_CHECKING:
    from tests.fake_aws.aws import FakeAws

_SERVICES = {"ecs": ("ecs", "ECS"), "sfn": ("stepfunctions", "Sfn"), "s3": ("s3", "S3")}
"""By how resources call them: boto3's name, and the one that errors begin with"""


@dataclass
class Machine:
    name: str
    arn: str
    definition: str
    role: str
    created_at: datetime


@dataclass(frozen=True)
class Wait:
    """For the end of a task."""

    resource: dict[str, str]
    cluster: str
    task: Task
    until: datetime | None
    answered: Answered
    failed: Failed


@dataclass
class Execution:
    aws: "FakeAws"
    machine: Machine
    name: str
    input: str
    started_at: datetime
    status: str = "RUNNING"
    ended_at: datetime | None = None
    told: dict[str, str] = field(default_factory=dict)
    """Output, or error and cause"""
    events: list[dict[str, Any]] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    later: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)
    """Retries, and what comes after a state that waits"""

    @property
    def arn(self) -> str:
        return f"{self.machine.arn.replace(':stateMachine:', ':execution:')}:{self.name}"

    @property
    def is_running(self) -> bool:
        return self.status == "RUNNING"

    @property
    def context(self) -> dict[str, Any]:
        return {"Execution": {"Name": self.name}, "StateMachine": {"Id": self.machine.arn}}

    def begin(self) -> None:
        self._happens("ExecutionStarted", input=self.input, roleArn=self.machine.role)
        definition = json.loads(self.machine.definition)
        Flow(self, definition["States"], {}, self._succeed).enter(definition["StartAt"], json.loads(self.input))

    def go_on(self) -> None:
        """As far as tasks have ended or taken too long, and what was put off is due."""
        while due := [it for it in self.waits if not it.task.runs or (it.until and it.until <= self.aws.now)]:
            self.waits.remove(due[0])
            self._come_to_an_end(due[0])
        while put_off := [it for it in self.later if it[0] <= self.aws.now]:
            self.later.remove(put_off[0])
            put_off[0][1]()

    def abort(self, **said: str) -> None:
        self._end("ABORTED", **said)

    # --- for its states ---

    def fail(self, error: str, cause: str) -> None:
        self._end("FAILED", error=error, cause=cause)

    def do_later(self, seconds: float, deed: Callable[[], None]) -> None:
        if seconds:
            self.later.append((self.aws.now + timedelta(seconds=seconds), deed))
        else:
            deed()

    def ask(self, resource: str, arguments: Any, seconds: float | None, answered: Answered, failed: Failed) -> None:
        kind, _, action = resource.partition(":::")[2].rpartition(":")
        which = {"resourceType": kind, "resource": action}
        name, prefix = _SERVICES[kind.rpartition(":")[2]]
        try:
            answer = self._asked(name, xform_name(action.removesuffix(".sync")), arguments)
        except ClientError as error:
            code = error.response["Error"]["Code"].removesuffix("Exception")
            told = f"{prefix}.{code}Exception", error.response["Error"]["Message"]
            self._happens("TaskFailed", **which, error=told[0], cause=told[1])
            return failed(*told)
        if not action.endswith(".sync"):
            self._happens("TaskSucceeded", **which, output=json.dumps(answer))
            return answered(answer)
        self._happens("TaskSubmitted", **which, output=json.dumps(answer))
        cluster, [started] = arguments["Cluster"], answer["Tasks"]
        task = self.aws.ecs.task(started["TaskArn"])
        until = self.aws.now + timedelta(seconds=seconds) if seconds else None
        self.waits.append(Wait(which, cluster, task, until, answered, failed))
        return None

    def _asked(self, service: str, operation: str, arguments: dict[str, Any]) -> Any:
        asked = arguments if service == "s3" else _spelled(arguments, str.lower)
        check_request(service, operation, asked)
        answer = getattr(self.aws.service(service), operation)(**asked)
        if "Body" in answer:
            answer["Body"] = answer["Body"].read().decode()
        return _spelled(answer, str.upper)

    # --- how things end ---

    def _come_to_an_end(self, wait: Wait) -> None:
        if wait.task.runs:
            self._stop(wait, "the state took too long")
            self._happens("TaskTimedOut", **wait.resource, error="States.Timeout")
            return wait.failed("States.Timeout", "")
        described = _spelled(self.aws.ecs.described(wait.cluster, wait.task), str.upper)
        if wait.task.exit_code == 0:
            self._happens("TaskSucceeded", **wait.resource, output=json.dumps(described))
            return wait.answered(described)
        cause = json.dumps(described)
        self._happens("TaskFailed", **wait.resource, error="States.TaskFailed", cause=cause)
        return wait.failed("States.TaskFailed", cause)

    def _succeed(self, output: Any) -> None:
        self._end("SUCCEEDED", output=json.dumps(output))

    def _end(self, status: str, **told: str) -> None:
        self.status, self.ended_at, self.told = status, self.aws.now, told
        for wait in self.waits:
            self._stop(wait, "the execution ended")
        self.waits.clear()
        self.later.clear()
        self._happens(f"Execution{status.capitalize()}", **told)

    def _stop(self, wait: Wait, why: str) -> None:
        if wait.task.runs:
            self.aws.ecs.stop_task(wait.cluster, wait.task.id, f"Stopped by Step Functions: {why}")

    def _happens(self, kind: str, **details: str) -> None:
        member = f"{kind[0].lower()}{kind[1:]}EventDetails"
        event = {"id": len(self.events) + 1, "type": kind, "timestamp": self.aws.now, member: details}
        self.events.append(event)


def _spelled(value: Any, first: Callable[[str], str]) -> Any:
    """``TaskArn`` in Step Functions is ``taskArn`` in ECS; moments are milliseconds."""
    if isinstance(value, dict):
        return {first(name[:1]) + name[1:]: _spelled(it, first) for name, it in value.items()}
    if isinstance(value, list):
        return [_spelled(it, first) for it in value]
    return int(value.timestamp() * 1000) if isinstance(value, datetime) else value
