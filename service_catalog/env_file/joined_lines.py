"""Lines that belong together for their author but not for ECS: values over several lines, and Git conflicts.

The problem is reported on the first line. No fix near such lines is applied without asking.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from service_catalog.env_file.grammar import Line
from service_catalog.env_file.problems import EnvProblem, error, warning
from service_catalog.messages import say

_BEGINS, _ENDS = "-----BEGIN ", "-----END "
_MARKER = re.compile(r"(?:<{7}|\|{7}|={7}|>{7})(?:[ \t]|$)")
_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_OPENS = re.compile(r"(?!#)[^=]*=[ \t]*([\"'`])")
_CLOSES = re.compile(r"[ \t]*(?:#.*)?")


@dataclass
class Together:
    problems: list[EnvProblem] = field(default_factory=list)
    swallowed: set[int] = field(default_factory=set)
    """Numbers of lines without problems of their own: one of ``problems`` covers them"""
    doubtful: set[int] = field(default_factory=set)
    """Numbers of lines that some reader takes as part of another"""


def together(parts: list[Line]) -> Together:
    found = Together()
    _conflicts(parts, found)
    for rule in (_certificates, _quotes, _backslashes):
        rule(parts, found)
    return found


def _conflicts(parts: list[Line], found: Together) -> None:
    """What Git leaves where two branches changed the same lines: lines between the markers get no other problem."""
    marked = [line for line in parts if _MARKER.match(line.body)]
    if not marked:
        return
    found.doubtful.update(line.number for line in parts)
    found.problems += [error(line, "conflict", "A conflict from Git: choose a side") for line in marked]
    found.swallowed.update(range(marked[0].number, marked[-1].number + 1))


def _certificates(parts: list[Line], found: Together) -> None:
    """A pasted certificate or key; without its end, its first line alone."""
    begun: Line | None = None
    for line in _own(parts, found):
        if begun and _ENDS in line.body:
            _speaks_for(begun, line, found)
            begun = None
        elif not line.is_comment and _BEGINS in line.body and _ENDS not in line.body:
            begun = line
            found.problems.append(error(line, "multi-line", "A value ends with its line: make it a secret"))
            found.swallowed.add(line.number)


def _quotes(parts: list[Line], found: Together) -> None:
    """A quote that some later line closes. What follows it there decides whether readers agree that it does."""
    for line in _own(parts, found):
        opened = _OPENS.match(line.body)
        if opened is None or _closing(line.body, opened[1], opened.end()) is not None:
            continue
        quote = opened[1]
        for number in range(line.number, len(parts)):
            other = parts[number]
            at = _closing(other.body, quote, 0)
            if at is None:
                continue
            found.doubtful.update(range(line.number, other.number + 1))
            if _CLOSES.fullmatch(other.body, at + 1):
                found.problems.append(error(line, "multi-line", "The value goes on below: ECS ends it here"))
                found.swallowed.add(line.number)
                _speaks_for(line, other, found)
            break


def _closing(text: str, quote: str, start: int) -> int | None:
    found = re.compile(rf"(?:\\.|[^\\{quote}])*{quote}").match(text, start)
    return found.end() - 1 if found else None


def _backslashes(parts: list[Line], found: Together) -> None:
    """A line that ends in a backslash goes on in the next, to who writes it. A path of Windows may end so, too."""
    for line in _own(parts, found):
        if line.is_comment or not line.body.endswith("\\"):
            continue
        last = _last_joined(parts, line)
        found.doubtful.update((line.number, line.number + 1))
        if last is line:
            found.problems.append(warning(line, "continued", _NOT_JOINED))
        else:
            found.problems.append(error(line, "continued", _NOT_JOINED))
            _speaks_for(line, last, found)


_NOT_JOINED = say("A \\ at the end joins nothing: ECS ends it here")


def _last_joined(parts: list[Line], line: Line) -> Line:
    while line.body.endswith("\\") and line.number < len(parts):
        following = parts[line.number]
        if _SETTING.match(following.body) or not following.body.strip():
            break
        line = following
    return line


def _speaks_for(first: Line, last: Line, found: Together) -> None:
    found.swallowed.update(range(first.number + 1, last.number + 1))
    found.doubtful.update(range(first.number, last.number + 1))


def _own(parts: list[Line], found: Together) -> Iterator[Line]:
    return (line for line in parts if line.number not in found.swallowed)
