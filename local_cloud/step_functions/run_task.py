"""``ecs:runTask.sync``: starts a task, waits for its end, and answers its description.

A task that did not start, or whose essential container ended other than 0, fails the state with States.TaskFailed, its
description as the cause. MiniStack calls every end a success, knows time-outs as plain numbers only, and lets a task
run on whose state was given up by a time-out or whose execution was stopped.
"""

import json
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

RUN_TASK = "arn:aws:states:::ecs:runTask"
STOPPED = "Slipway.ExecutionStopped"
"""An error that no state retries or catches"""

_LOOK_EVERY_SECONDS = 0.1
_ENDING_SECONDS = 10.0


@dataclass(frozen=True)
class Attempt:
    """What a state is part of, and how long each try of it may take."""

    execution: dict[str, Any]
    seconds: float | None


_attempt: ContextVar[Attempt] = ContextVar("attempt")


def install(sfn: Any, ecs: Any) -> None:
    _tell_what_a_state_is_part_of(sfn)
    _keep_how_an_execution_ended(sfn)
    sfn._SERVICE_DISPATCH[RUN_TASK] = lambda resource, arguments: _run(sfn, ecs, resource, arguments)


def _tell_what_a_state_is_part_of(sfn: Any) -> None:
    """MiniStack's own time-out leaves the task alone, so ours takes its place."""
    execute_task = sfn._execute_task

    def execute(state: dict[str, Any], given: Any, execution: dict[str, Any], context: dict[str, Any]) -> Any:
        if not state.get("Resource", "").startswith(RUN_TASK):
            return execute_task(state, given, execution, context)
        untimed = {name: value for name, value in state.items() if not name.startswith("TimeoutSeconds")}
        token = _attempt.set(Attempt(execution, _seconds(sfn, state, given, context)))
        try:
            return execute_task(untimed, given, execution, context)
        finally:
            _attempt.reset(token)

    sfn._execute_task = execute


def _seconds(sfn: Any, state: dict[str, Any], given: Any, context: dict[str, Any]) -> float | None:
    if "TimeoutSecondsPath" in state:
        return float(sfn._resolve_path_or_ctx(state["TimeoutSecondsPath"], given, context))
    if isinstance(state.get("TimeoutSeconds"), str):
        return float(sfn._jsonata_state_field(state, "TimeoutSeconds", "number", given, context))
    return state.get("TimeoutSeconds")


def _keep_how_an_execution_ended(sfn: Any) -> None:
    """A state that is given up because its execution was stopped fails nothing any more."""
    fail_execution, error_matches = sfn._fail_execution, sfn._error_matches

    def fail(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail_execution(execution, error, cause)

    sfn._fail_execution = fail
    sfn._error_matches = lambda equals, error: error != STOPPED and error_matches(equals, error)


def _run(sfn: Any, ecs: Any, resource: str, arguments: Any, sleep: Callable[[float], None] = time.sleep) -> Any:
    attempt = _attempt.get()
    if attempt.execution["status"] != "RUNNING":
        raise sfn._ExecutionError(STOPPED, "the execution was stopped")
    status, _, body = ecs._ACTION_MAP["RunTask"](sfn._pascal_to_camel(arguments))
    answer = json.loads(body)
    if status >= 400:
        raise sfn._ExecutionError(f"ECS.{answer.get('__type', 'AmazonECSException')}", answer.get("message", ""))
    if answer["failures"]:
        raise sfn._ExecutionError("AmazonECS.Unknown", json.dumps(_pascal(answer)))
    told = json.dumps(_pascal(answer))
    details = {"taskSubmittedEventDetails": {"resource": resource, "output": told}}
    sfn._add_event(attempt.execution, "TaskSubmitted", details)
    if not resource.endswith(".sync"):
        return _pascal(answer)
    [started] = answer["tasks"]
    task = _ended(sfn, ecs, attempt, started["taskArn"], sleep)
    described = _pascal(ecs._sanitize(task))
    if _has_failed(task):
        raise sfn._ExecutionError("States.TaskFailed", json.dumps(described))
    return described


def _ended(sfn: Any, ecs: Any, attempt: Attempt, arn: str, sleep: Callable[[float], None]) -> dict[str, Any]:
    began = time.monotonic()
    while True:
        task: dict[str, Any] = ecs._tasks[arn]
        if task["lastStatus"] == "STOPPED":
            return with_every_code(task, sleep)
        if attempt.execution["status"] != "RUNNING":
            _stop(ecs, task, "the execution was stopped")
            raise sfn._ExecutionError(STOPPED, "the execution was stopped")
        if attempt.seconds is not None and time.monotonic() - began > attempt.seconds:
            _stop(ecs, task, f"it took longer than {attempt.seconds:g} seconds")
            raise sfn._ExecutionError("States.Timeout", "")
        sleep(_LOOK_EVERY_SECONDS)


def with_every_code(task: dict[str, Any], sleep: Callable[[float], None]) -> dict[str, Any]:
    """On AWS a task has stopped when all of its containers have; here those beside the one that ended it may still be
    ending. One that never started has no code, so nobody waits for ever."""
    until = time.monotonic() + _ENDING_SECONDS
    while task["stopCode"] == "EssentialContainerExited" and time.monotonic() < until:
        if all("exitCode" in container for container in task["containers"]):
            break
        sleep(_LOOK_EVERY_SECONDS)
    return task


def _stop(ecs: Any, task: dict[str, Any], why: str) -> None:
    ecs._ACTION_MAP["StopTask"](
        {"cluster": task["clusterArn"], "task": task["taskArn"], "reason": f"Stopped by Step Functions: {why}"}
    )


def _has_failed(task: dict[str, Any]) -> bool:
    codes = [
        container.get("exitCode")
        for container, is_essential in zip(task["containers"], task["_container_essentials"], strict=True)
        if is_essential
    ]
    return task["stopCode"] != "EssentialContainerExited" or any(code != 0 for code in codes)


def _pascal(value: Any) -> Any:
    """Names as Step Functions spells them: ``taskArn`` is ``TaskArn``."""
    if isinstance(value, list):
        return [_pascal(each) for each in value]
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: _pascal(each) for name, each in value.items()}
    return value
