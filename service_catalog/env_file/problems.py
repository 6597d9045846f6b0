"""What the linter hands over: a line, a short sentence, and perhaps a fix that one click makes."""

from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

from service_catalog.env_file.grammar import Line, joined, lines
from service_catalog.messages import Message, say


class Fix(NamedTuple):
    """Puts other lines, or none, in the place of one."""

    label: str
    line: int
    was: str
    bodies: tuple[str, ...]
    is_safe: bool = False
    """Whether ECS gets what every dotenv reader gets already, so that many may be made at once"""

    def on(self, text: str) -> str:
        """The text itself when the line is no longer what the fix was made for."""
        return all_on(text, [self])


def all_on(text: str, fixes: Iterable[Fix]) -> str:
    """At most one for a line."""
    by_line = {fix.line: fix for fix in fixes}
    result: list[Line] = []
    for line in lines(text):
        fix = by_line.get(line.number)
        if fix is None or fix.was != line.body:
            result.append(line)
        else:
            result += [Line(line.number, body, line.ending) for body in fix.bodies]
    return joined(result)


class EnvProblem(NamedTuple):
    line: int
    level: Literal["error", "warning"]
    """An error stops the save: the container would not get what is written. A warning does not."""
    code: str
    message: str
    fix: Fix | None = None

    def at(self, line: int) -> "EnvProblem":
        """The same problem of a line that reads the same."""
        if self.line == line:
            return self
        return self._replace(line=line, fix=self.fix and self.fix._replace(line=line))


def error(line: Line, code: str, message: str, fix: Fix | None = None) -> EnvProblem:
    return EnvProblem(line.number, "error", code, _message(message), fix)


def warning(line: Line, code: str, message: str, fix: Fix | None = None) -> EnvProblem:
    return EnvProblem(line.number, "warning", code, _message(message), fix)


def _message(words: str) -> Message:
    return words if isinstance(words, Message) else _SAID(words)


_SAID = cache(say)
"""The sentences without values are few, and told of many lines."""


def rewrite(line: Line, label: str, *bodies: str, is_safe: bool = False) -> Fix:
    return Fix(_message(label), line.number, line.body, bodies, is_safe)


def delete(line: Line, label: str = say("Delete line"), is_safe: bool = False) -> Fix:
    return Fix(_message(label), line.number, line.body, (), is_safe)


def shortened(words: str, limit: int = 20) -> str:
    """Messages are shown beside the text: with their fix at most about 60 characters."""
    return words if len(words) <= limit else f"{words[: limit - 1]}…"
