"""Tasks in words: how a program ended, and what ECS said of it."""

import re

from portal.text import log_lines, states
from portal.text.language import N_, _
from runtime.aws.ecs_tasks import Task

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
