"""The state machine of a service's runs, in Step Functions' language (Amazon States Language, with JSONata).

One definition for every service: it takes what a run asks for from its input and the rest from here, starts so many
copies of a task at once and waits for their end. All copies run to their end, whatever becomes of the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service_catalog import naming
from service_catalog.model import Service

State = dict[str, Any]

_GROUP = 40
"""As many items may a Map state work on at once; larger runs are groups of groups."""
_GROUP_SECONDS = 3
"""Between the starts of two groups. Fargate starts 20 tasks a second, and every refusal is written into the execution's
history, which Step Functions ends at 25,000 events."""
_RETRY_SECONDS = 5
_AWS_IS_BUSY = {
    "ErrorEquals": ["States.TaskFailed"],
    "IntervalSeconds": 1,
    "MaxAttempts": 5,
    "BackoffRate": 2,
    "JitterStrategy": "FULL",
}
_ECS_IS_BUSY = {
    # Neither the program's fault nor an attempt: too many calls, or no capacity at the moment.
    "ErrorEquals": ["ECS.AmazonECSException", "ECS.ServerException", "ECS.ThrottlingException", "AmazonECS.Unknown"],
    "IntervalSeconds": 2,
    "MaxAttempts": 8,
    "BackoffRate": 2,
    "MaxDelaySeconds": 60,
    "JitterStrategy": "FULL",
}


@dataclass(frozen=True)
class RunPlan:
    """How a run goes where its input does not say."""

    copies: int
    attempts: int
    timeout_seconds: int
    skips: bool
    """Leaves a run out while an earlier one still goes on"""

    @classmethod
    def of(cls, service: Service) -> "RunPlan":
        run = service.run
        # What somebody runs with a web service's or a worker's image beside it never waits for another.
        skips = run.overlap == "skip" and not service.has_ecs_service
        return cls(run.copies, run.attempts, run.timeout_minutes * 60, skips)


@dataclass(frozen=True)
class Task:
    """What each copy starts; may hold Pulumi's outputs."""

    service: str
    partition: str
    config_bucket: str
    placement: Mapping[str, Any]
    """Members of RunTask that say where it runs: cluster, capacity and network"""


def definition(plan: RunPlan, task: Task) -> dict[str, Any]:
    states = {
        "Inputs": _inputs(plan),
        **(_skipping(task) if plan.skips else {}),
        "WhichRevision": _which_revision(),
        "ReadLive": _read_live(task),
        "NotReleased": _fail("NotReleased", f"No release of {task.service} is live yet."),
        "Copies": _copies(plan, task),
        "Judge": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.failed > 0 %}", "Next": "CopiesFailed"}],
            "Default": "AllSucceeded",
        },
        "CopiesFailed": _fail(
            "{% $states.input.timed_out > 0 ? 'CopiesTimedOut' : 'CopiesFailed' %}",
            "{% $states.input.failed & ' of ' & $copies & ' failed' %}",
        ),
        "AllSucceeded": {"Type": "Succeed"},
    }
    comment = f"Runs of {task.service}. Provisioned by Slipway."
    return {"Comment": comment, "QueryLanguage": "JSONata", "StartAt": "Inputs", "States": states}


def _inputs(plan: RunPlan) -> State:
    copies, timeout = "$states.input.copies", "$states.input.timeout_seconds"
    return {
        "Type": "Pass",
        "Assign": {
            "request": "{% $states.input %}",
            "copies": f"{{% {copies} ? {copies} : {plan.copies} %}}",
            "timeout": f"{{% {timeout} ? {timeout} : {plan.timeout_seconds} %}}",
        },
        "Next": "FindOtherRuns" if plan.skips else "WhichRevision",
    }


def _skipping(task: Task) -> dict[str, State]:
    """Of runs that start at the same moment the first goes on, by time and then by name."""
    me = "$states.context.Execution.Name"
    earlier = (
        "( $running := $states.result.Executions;"
        f" $mine := $running[Name = {me}].StartDate;"
        f" $count($running[Name != {me} and ($not($exists($mine)) or StartDate < $mine"
        f" or (StartDate = $mine and Name < {me}))]) )"
    )
    return {
        "FindOtherRuns": {
            "Type": "Task",
            "Resource": f"arn:{task.partition}:states:::aws-sdk:sfn:listExecutions",
            "Arguments": {"StateMachineArn": "{% $states.context.StateMachine.Id %}", "StatusFilter": "RUNNING"},
            "Retry": [_AWS_IS_BUSY],
            "Assign": {"earlier": f"{{% {earlier} %}}"},
            "Output": "{% $states.input %}",
            "Next": "MayRun",
        },
        "MayRun": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $earlier > 0 %}", "Next": "Skipped"}],
            "Default": "WhichRevision",
        },
        "Skipped": {"Type": "Pass", "Output": {"skipped": True}, "End": True},
    }


def _which_revision() -> State:
    return {
        "Type": "Choice",
        "Choices": [
            {
                "Condition": "{% $request.revision ? true : false %}",
                "Assign": {"revision": "{% $request.revision %}"},
                "Next": "Copies",
            }
        ],
        "Default": "ReadLive",
    }


def _read_live(task: Task) -> State:
    """Jobs and tasks say what is live in an object, so neither this nor a schedule changes with a release."""
    absent = ["S3.NoSuchKeyException"]
    return {
        "Type": "Task",
        "Resource": f"arn:{task.partition}:states:::aws-sdk:s3:getObject",
        "Arguments": {"Bucket": task.config_bucket, "Key": naming.live_key(task.service)},
        "Assign": {"revision": "{% $parse($states.result.Body).revision %}"},
        "Output": "{% $states.input %}",
        "Retry": [{"ErrorEquals": absent, "MaxAttempts": 0}, _AWS_IS_BUSY],
        "Catch": [{"ErrorEquals": absent, "Next": "NotReleased"}],
        "Next": "Copies",
    }


def _copies(plan: RunPlan, task: Task) -> State:
    group = _map("{% $states.input %}", {"Copy": _copy(plan, task), "CopyFailed": _copy_failed()}) | {"End": True}
    numbers = f"{{% $partition($range(1, $copies, 1), {_GROUP}) %}}"
    return _map(numbers, {"Turn": _turn(), "Group": group}) | {"Next": "Judge"}


def _turn() -> State:
    """The state's input are the numbers of the group's copies."""
    seconds = f"{{% $floor($states.input[0] / {_GROUP}) * {_GROUP_SECONDS} %}}"
    return {"Type": "Wait", "Seconds": seconds, "Next": "Group"}


def _map(items: str, states: dict[str, State]) -> State:
    """It sums up what its items answer."""
    return {
        "Type": "Map",
        "Items": items,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": next(iter(states)), "States": states},
        "Output": {
            "failed": "{% $sum($states.result.failed) %}",
            "timed_out": "{% $sum($states.result.timed_out) %}",
        },
    }


def _copy(plan: RunPlan, task: Task) -> State:
    retries = [_ECS_IS_BUSY]
    if plan.attempts > 1:
        again = {"IntervalSeconds": _RETRY_SECONDS, "MaxAttempts": plan.attempts - 1, "BackoffRate": 1}
        retries.append({"ErrorEquals": ["States.TaskFailed", "States.Timeout"], **again})
    return {
        "Type": "Task",
        "Resource": f"arn:{task.partition}:states:::ecs:runTask.sync",
        "Arguments": {
            "TaskDefinition": "{% $revision %}",
            **task.placement,
            "Group": f"{{% '{naming.run_group('')}' & $states.context.Execution.Name %}}",
            "PropagateTags": "TASK_DEFINITION",
            "Overrides": f"{{% {_overrides()} %}}",
        },
        "TimeoutSeconds": "{% $timeout %}",
        "Retry": retries,
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": _failed(), "Next": "CopyFailed"}],
        "Output": {"failed": 0, "timed_out": 0},
        "End": True,
    }


def _overrides() -> str:
    """Command, settings and size on top of the revision's; the state's input is the number of the copy."""
    return (
        "( $settings := $request.environment"
        " ? $each($request.environment, function($value, $name) { { 'Name': $name, 'Value': $value } }) : [];"
        f" $container := {{ 'Name': '{naming.CONTAINER}', 'Environment': [ $settings,"
        " { 'Name': 'RUN_ID', 'Value': $states.context.Execution.Name },"
        " { 'Name': 'RUN_COPY', 'Value': $string($states.input) } ] };"
        " $merge([ { 'ContainerOverrides': ["
        " $merge([ $container, $request.command ? { 'Command': [ $request.command ] } : {} ]) ] },"
        " $request.cpu ? { 'Cpu': $string($request.cpu) } : {},"
        " $request.memory ? { 'Memory': $string($request.memory) } : {} ]) )"
    )


def _failed() -> dict[str, Any]:
    return {"failed": 1, "timed_out": "{% $states.errorOutput.Error = 'States.Timeout' ? 1 : 0 %}"}


def _copy_failed() -> State:
    """The end of a copy that failed: the others go on."""
    return {"Type": "Pass", "End": True}


def _fail(error: str, cause: str) -> State:
    return {"Type": "Fail", "Error": error, "Cause": cause}
