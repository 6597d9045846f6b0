"""A state machine of tests, and what becomes of its executions."""

import json
from collections.abc import Callable
from typing import Any

from tests.local_cloud.services import CLUSTER
from tests.local_cloud.waiting import eventually

ROLE = "arn:aws:iam::000000000000:role/machine"


class Machine:
    def __init__(self, aws: Callable[[str], Any], name: str, states: dict[str, Any]):
        self.sfn, self.ecs = aws("stepfunctions"), aws("ecs")
        definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
        made = self.sfn.create_state_machine(name=name, roleArn=ROLE, definition=json.dumps(definition))
        self.arn = made["stateMachineArn"]

    def start(self, **given: Any) -> str:
        return str(self.sfn.start_execution(stateMachineArn=self.arn, input=json.dumps(given))["executionArn"])

    def status(self, execution: str) -> str:
        return str(self.sfn.describe_execution(executionArn=execution)["status"])

    def ended(self, execution: str) -> dict[str, Any]:
        eventually(lambda: self.status(execution) != "RUNNING")
        return dict(self.sfn.describe_execution(executionArn=execution))

    def events(self, execution: str) -> list[dict[str, Any]]:
        return list(self.sfn.get_execution_history(executionArn=execution, maxResults=1000)["events"])


def tasks_of(ecs: Any, family: str) -> list[dict[str, Any]]:
    """Newest last, ended or not."""
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs.list_tasks(cluster=CLUSTER, family=family, desiredStatus=status)["taskArns"]
    ]
    found = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []
    return sorted(found, key=lambda task: str(task["createdAt"]))


def copy(**more: Any) -> dict[str, Any]:
    """A state that runs one task of ``revision`` with ``command``, both from the execution's input."""
    given = "$states.context.Execution.Input"
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::ecs:runTask.sync",
        "Arguments": {
            "Cluster": CLUSTER,
            "TaskDefinition": f"{{% {given}.revision %}}",
            "LaunchType": "FARGATE",
            "Group": "{% 'run:' & $states.context.Execution.Name %}",
            "Overrides": {
                "Cpu": "512",
                "ContainerOverrides": [{"Name": "app", "Command": f"{{% {given}.command %}}"}],
            },
        },
        "End": True,
    } | more


def copies(**more: Any) -> dict[str, Any]:
    """A state that runs as many as the execution's input says."""
    return {
        "Type": "Map",
        "Items": "{% $range(1, $states.input.copies, 1) %}",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "Copy",
            "States": {"Copy": copy(**more)},
        },
        "End": True,
    }
