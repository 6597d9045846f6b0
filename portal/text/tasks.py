"""Tasks in words: how a program ended, and what ECS said of it."""

import re

from portal.text import log_lines, states
from portal.text.language import N_, _
from runtime.aws.ecs_tasks import Container, Task

_EXITS = {
    137: N_("exit code 137: killed, out of memory or too slow to stop"),
    127: N_("exit code 127: the command was not found"),
    126: N_("exit code 126: the command cannot be run"),
    139: N_("exit code 139: the program crashed"),
    143: N_("exit code 143: asked to stop"),
}


_KILLED = 137
_TOLD = ("UserInitiated", "ServiceSchedulerInitiated", "SpotInterruption", "TerminationNotice")
"""Why ECS tells a program to end"""
_STOP_CODES = {
    "TaskFailedToStart": N_("It could not start"),
    "EssentialContainerExited": N_("A container without which it does not go on has ended"),
    "UserInitiated": N_("Somebody stopped it"),
    "ServiceSchedulerInitiated": N_("ECS stopped it for the service"),
    "SpotInterruption": N_("AWS took the Spot capacity back"),
    "TerminationNotice": N_("AWS took the instance away"),
}


def exit_words(task: Task) -> str:
    """Empty for a task that ECS killed for its health: its code says nothing of the program."""
    if task.ended_first is None or states.is_unhealthy(task):
        return ""
    return ended_words(task, task.ended_first)


def ended_words(task: Task, container: Container) -> str:
    """With which code, and what that means; empty for one that has not ended."""
    code = container.exit_code
    if code is None:
        return ""
    if code == _KILLED and "OutOfMemory" in container.reason:
        return _("exit code 137: killed, it wanted more memory than it has")
    if code == _KILLED and task.stop_code in _TOLD:
        return _("exit code 137: killed, it did not end in time after it was told to")
    return _(_EXITS[code]) if code in _EXITS else _("exit code %(code)s", code=code)


def stop_words(task: Task) -> str:
    """Who or what stopped it; ECS's own word where that is none we know."""
    return _(_STOP_CODES[task.stop_code]) if task.stop_code in _STOP_CODES else task.stop_code


_STATES = {
    "PENDING": N_("starts"),
    "RUNNING": N_("runs"),
    "STOPPED": N_("has ended"),
}


def container_words(container: Container) -> str:
    """Of a sidecar: its health if it has one, how it ended, or ECS's own word for where it is."""
    if container.exit_code is not None:
        return _("exit code %(code)s", code=container.exit_code)
    if container.status == "RUNNING" and container.health != "UNKNOWN":
        return _("is healthy") if container.health == "HEALTHY" else _("is unhealthy")
    return _(_STATES[container.status]) if container.status in _STATES else container.status


_TARGET_GROUP = re.compile(r"arn:aws[\w-]*:elasticloadbalancing:[\w:-]*:targetgroup/([\w-]+)/\w+")
_PRINTED = re.compile(r"[0-9a-f]{1,8}> ")
"""How a diagnosis marks lines that the program itself printed"""


def plain_arns(text: str) -> str:
    """A target group by its name: its ARN is as wide as a table, and says no more."""
    return _TARGET_GROUP.sub(r"\1", text)


def is_printed(line: str) -> bool:
    return _PRINTED.match(line) is not None


def is_error(line: str) -> bool:
    return log_lines.level_of(line) == "error"
