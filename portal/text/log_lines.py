"""Lines of a log as people read them: a JSON line as its level, its message and the rest, with the time said once."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from portal.text.language import N_
from runtime.aws.logs import NO_ROUTE, Line

Level = Literal["error", "warning", ""]
_LEVELS = ("level", "severity", "levelname", "log.level", "lvl")
_MESSAGES = ("message", "msg", "event", "log")
_TIMES = ("time", "timestamp", "ts", "@timestamp", "datetime", "asctime", "t")
_ERROR = re.compile(r"\b(ERROR|FATAL|CRITICAL|EMERG|ALERT|PANIC|Traceback)\b", re.IGNORECASE)
_WARNING = re.compile(r"\bWARN(ING)?\b", re.IGNORECASE)

PATTERN_EXAMPLES = {
    'ERROR "no route" -debug': N_("has ERROR and no route, and has no debug"),
    "?WARN ?ERROR": N_("has one of them"),
    "%[Tt]imed? ?out%": N_("matches the regular expression, which may have no parentheses"),
    '{ $.status >= 500 && $.path = "/orders*" }': N_("is JSON, and its members are so"),
    "{ $.user.id NOT EXISTS || $.retry IS TRUE }": N_("is JSON without the one, or with the other"),
    "[ip, user, ..., status = 5*]": N_("has columns, the last of which begins with 5"),
}
"""Filter patterns of CloudWatch, with what is true of the lines that each finds"""


@dataclass(frozen=True)
class Shown:
    when: datetime
    task: str
    level: Level
    text: str
    fields: tuple[tuple[str, str], ...]
    """What a JSON line says beside its level, message and time"""
    raw: str
    route: str = NO_ROUTE
    id: str = ""
    unfolded: str = ""
    """A JSON line with each of its members on a line of its own"""


def shown(line: Line) -> Shown:
    said = _json(line.text)
    if said is None:
        return Shown(line.when, line.task, level_of(line.text), line.text, (), line.text, line.route, line.id)
    word, message = _first(said, _LEVELS), _first(said, _MESSAGES)
    rest = {key: value for key, value in said.items() if key not in (*_TIMES, word[0], message[0])}
    text = " ".join(part for part in (word[1].upper(), message[1]) if part)
    level = level_of(word[1]) if word[0] else level_of(line.text)
    fields = tuple((key, _plain(it)) for key, it in rest.items())
    unfolded = json.dumps(said, ensure_ascii=False, indent=2)
    return Shown(line.when, line.task, level, text, fields, line.text, line.route, line.id, unfolded)


def fits(words: str, level: str) -> Callable[[Line], bool] | None:
    """Of lines that hold every word, and are at least as bad as asked for; None where all do."""
    levels = {"error": ("error",), "warning": ("error", "warning")}.get(level)
    wanted = words.lower().split()
    if not wanted and levels is None:
        return None
    return lambda line: (
        all(word in line.text.lower() for word in wanted) and (levels is None or shown(line).level in levels)
    )


def as_text(lines: Iterable[Shown]) -> str:
    return "".join(f"{line.when.isoformat(timespec='milliseconds')} {line.task} {line.raw}\n" for line in lines)


def _json(text: str) -> Mapping[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _first(said: Mapping[str, Any], names: Iterable[str]) -> tuple[str, str]:
    return next(((name, said[name]) for name in names if isinstance(said.get(name), str)), ("", ""))


def level_of(text: str) -> Level:
    return "error" if _ERROR.search(text) else "warning" if _WARNING.search(text) else ""


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
