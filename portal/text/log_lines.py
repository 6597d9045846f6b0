"""Lines of a log as people read them: a JSON line as its level, its message and the rest, with the time said once."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from runtime.aws.logs import NO_ROUTE, Line

Level = Literal["error", "warning", ""]
_LEVELS = ("level", "severity", "levelname", "log.level", "lvl")
_MESSAGES = ("message", "msg", "event", "log")
_TIMES = ("time", "timestamp", "ts", "@timestamp", "datetime", "asctime", "t")
_ERROR = re.compile(r"\b(ERROR|FATAL|CRITICAL|EMERG|ALERT|PANIC|Traceback)\b", re.IGNORECASE)
_WARNING = re.compile(r"\bWARN(ING)?\b", re.IGNORECASE)


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


def shown(line: Line) -> Shown:
    said = _json(line.text)
    if said is None:
        return Shown(line.when, line.task, level_of(line.text), line.text, (), line.text, line.route)
    word, message = _first(said, _LEVELS), _first(said, _MESSAGES)
    rest = {key: value for key, value in said.items() if key not in (*_TIMES, word[0], message[0])}
    text = " ".join(part for part in (word[1].upper(), message[1]) if part)
    level = level_of(word[1]) if word[0] else level_of(line.text)
    fields = tuple((key, _plain(it)) for key, it in rest.items())
    return Shown(line.when, line.task, level, text, fields, line.text, line.route)


def chosen(lines: Iterable[Line], words: str, level: str) -> list[Shown]:
    """Those that hold every word, and are at least as bad as asked for."""
    levels = {"error": ("error",), "warning": ("error", "warning")}.get(level)
    return [
        line
        for line in map(shown, lines)
        if (levels is None or line.level in levels) and all(word in line.raw.lower() for word in words.lower().split())
    ]


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
