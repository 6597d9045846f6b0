"""Tasks in words: how a program ended, and what ECS said of it."""

import re

from portal.text import log_lines, states
from portal.text.language import N_, _
from runtime.aws.ecs_tasks import Container, Task

_EXITS = {
    137: N_("exit code 137: killed, out of memory or too slow to stop"),
    139: N_("exit code 139: the program crashed"),
    143: N_("exit code 143: asked to stop"),
}


def exit_words(task: Task) -> str:
    """Empty for a task that ECS killed for its health: its code says nothing of the program."""
    if task.exit_code is None or states.is_unhealthy(task):
        return ""
    return _(_EXITS[task.exit_code]) if task.exit_code in _EXITS else _("exit code %(code)s", code=task.exit_code)


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
