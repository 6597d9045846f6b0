"""Step Functions: state machines and their executions. A task that one starts runs until the test says how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.fake_aws.ecs_services import Task
from tests.fake_aws.executions import Execution, Machine
from tests.fake_aws.service import AwsService, next_page, page, refused

_AT_ONCE = 100


@dataclass(frozen=True)
class Ending:
    """What a task does last."""

    exit_code: int | None = 0
    lines: Sequence[str] = ()
    code: str = "EssentialContainerExited"
    reason: str = "Essential container in task exited"


class StepFunctions(AwsService):
    name = "stepfunctions"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.machines: dict[str, Machine] = {}
        """By ARN"""
        self.executions: dict[str, Execution] = {}
        """By ARN, oldest first"""
        self.endings: dict[str, Ending] = {}
        """By machine, of tasks that end as soon as they were started"""

    # --- what tests make happen ---

    def ends(self, run: str, copy: int | None = None, **how: Any) -> None:
        """The tasks of this execution that still run, or that of one copy: ``ends(run, exit_code=1, lines=["no"])``."""
        [execution] = [it for it in self.executions.values() if it.name == run]
        execution.go_on()
        for wait in execution.waits:
            if copy in (None, _copy(wait.task)):
                self._end(wait.task, Ending(**how))
        execution.go_on()

    def always_ends(self, machine: str, **how: Any) -> None:
        """From now on every task that this machine starts."""
        self.endings[machine] = Ending(**how)

    def go_on(self) -> None:
        """Before anything is asked: what tasks and time have brought about since."""
        for execution in self.executions.values():
            self._go_on(execution)

    # --- state machines ---

    def create_state_machine(self, name: str, definition: str, roleArn: str, **_: Any) -> dict[str, Any]:
        arn = self.aws.arn("states", f"stateMachine:{name}")
        made = self.machines.setdefault(arn, Machine(name, arn, definition, roleArn, self.aws.now))
        if made.definition != definition:
            raise refused("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
        return {"stateMachineArn": arn, "creationDate": made.created_at}

    def update_state_machine(self, stateMachineArn: str, definition: str) -> dict[str, Any]:
        self._machine(stateMachineArn).definition = definition
        return {"updateDate": self.aws.now}

    def describe_state_machine(self, stateMachineArn: str) -> dict[str, Any]:
        machine = self._machine(stateMachineArn)
        return {
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "status": "ACTIVE",
            "definition": machine.definition,
            "roleArn": machine.role,
            "type": "STANDARD",
            "creationDate": machine.created_at,
        }

    def delete_state_machine(self, stateMachineArn: str) -> None:
        """Nothing happens where there is none."""
        self.machines.pop(stateMachineArn, None)

    # --- executions ---

    def start_execution(self, stateMachineArn: str, name: str = "", input: str = "{}") -> dict[str, Any]:
        machine = self._machine(stateMachineArn)
        name = name or f"execution-{len(self.executions) + 1}"
        begun = Execution(self.aws, machine, name, input, self.aws.now)
        there = self.executions.setdefault(begun.arn, begun)
        if there is begun:
            begun.begin()
            self._go_on(begun)
        elif not there.is_running or there.input != input:
            raise refused("ExecutionAlreadyExists", f"Execution Already Exists: '{there.arn}'")
        return {"executionArn": there.arn, "startDate": there.started_at}

    def list_executions(
        self,
        stateMachineArn: str,
        statusFilter: str | None = None,
        maxResults: int = _AT_ONCE,
        nextToken: str | None = None,
    ) -> dict[str, Any]:
        machine = self._machine(stateMachineArn)
        newest_first = [it for it in reversed(self.executions.values()) if it.machine is machine]
        found = [_listed(it) for it in newest_first if statusFilter in (None, it.status)]
        some, token = page(found, nextToken, maxResults)
        return {"executions": some, **next_page("nextToken", token)}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:
        found = self._execution(executionArn)
        return {**_listed(found), "input": found.input, **found.told}

    def get_execution_history(
        self, executionArn: str, maxResults: int = _AT_ONCE, nextToken: str | None = None
    ) -> dict[str, Any]:
        some, token = page(self._execution(executionArn).events, nextToken, maxResults)
        return {"events": some, **next_page("nextToken", token)}

    def stop_execution(self, executionArn: str, error: str = "", cause: str = "") -> dict[str, Any]:
        """What was stopped before stays as it was; what ended otherwise cannot be stopped."""
        found = self._execution(executionArn)
        if found.is_running:
            found.abort(error=error, cause=cause)
        elif found.status != "ABORTED":
            raise refused("ValidationException", "Execution is not running")
        return {"stopDate": found.ended_at}

    # --- finding, and going on ---

    def _machine(self, arn: str) -> Machine:
        if arn not in self.machines:
            raise refused("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return self.machines[arn]

    def _execution(self, arn: str) -> Execution:
        if arn not in self.executions:
            raise refused("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return self.executions[arn]

    def _go_on(self, execution: Execution) -> None:
        execution.go_on()
        if ending := self.endings.get(execution.machine.name):
            for wait in execution.waits:
                self._end(wait.task, ending)
            execution.go_on()

    def _end(self, task: Task, ending: Ending) -> None:
        if ending.lines:
            self.aws.ecs.prints(task, ending.lines)
        task.stop(self.aws.now, ending.code, ending.reason, ending.exit_code)


def _listed(execution: Execution) -> dict[str, Any]:
    said = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started_at,
    }
    return said | ({"stopDate": execution.ended_at} if execution.ended_at else {})


def _copy(task: Task) -> int:
    """The number that its state machine tells it."""
    settings = {it["name"]: it["value"] for it in task.overrides["containerOverrides"][0]["environment"]}
    return int(settings["RUN_COPY"])
