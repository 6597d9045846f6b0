"""Cron expressions as EventBridge Scheduler reads them: six fields, `?` in one of the two for days, `L`, `W`, `#`.

``parse`` gives the moments that an expression names, or everything that is wrong with it. Days of the week count from
Sunday, which is 1, as in AWS and unlike in Unix, where it is 0.

Source: EventBridge Scheduler's user guide, "Schedule types", as of 2026.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from service_catalog.messages import Message, say
from service_catalog.problems import for_message

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
ANY, OTHER = "*", "?"


@dataclass(frozen=True)
class Days:
    """Of a month, or of a week; ``None`` where the other of the two fields decides."""

    values: frozenset[int] = frozenset()
    is_last: bool = False
    """``L`` as day of month"""
    near: frozenset[int] = frozenset()
    """``15W``: the weekday nearest to the 15th, in the same month"""
    last: frozenset[int] = frozenset()
    """``6L``: the last Friday of the month"""
    nth: frozenset[tuple[int, int]] = frozenset()
    """``3#2``: the second Tuesday of the month"""


@dataclass(frozen=True)
class Cron:
    minutes: frozenset[int]
    hours: frozenset[int]
    days_of_month: Days | None
    months: frozenset[int]
    days_of_week: Days | None
    years: frozenset[int]


class CronProblem(NamedTuple):
    message: str
    hint: str = ""


class InvalidCron(Exception):
    def __init__(self, problems: list[CronProblem]):
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems))


def parse(text: str) -> Cron:
    """Raises InvalidCron with every problem."""
    if wrapped := re.fullmatch(r"\s*(cron|rate)\((.*)\)\s*", text):
        raise InvalidCron([_wrapper_problem(wrapped[1], wrapped[2])])
    words = text.split()
    if len(words) != len(_FIELDS):
        raise InvalidCron([_count_problem(text, len(words))])
    problems = [it for field, word in zip(_FIELDS, words, strict=True) for it in _problems(field, word)]
    problems += _days_problems(words)
    if problems:
        raise InvalidCron(problems)
    minutes, hours, day, month, weekday, year = (_days(*pair) for pair in zip(_FIELDS, words, strict=True))
    return Cron(
        minutes.values,
        hours.values,
        None if words[2] == OTHER else day,
        month.values,
        None if words[4] == OTHER else weekday,
        year.values,
    )


# --- the expression as a whole ----------------------------------------------------------------------------------------


def _wrapper_problem(word: str, inner: str) -> CronProblem:
    if word == "rate":
        return CronProblem(say("must be a cron expression"), say("write it as `rate`"))
    return CronProblem(say("must be the six fields alone"), say("write %(meant)s", meant=inner))


def _count_problem(text: str, count: int) -> CronProblem:
    message = say(
        "must be six fields (minutes, hours, day of month, month, day of week, year), got %(count)s", count=count
    )
    meant = _of_unix(text.split()) if count == 5 else ""
    return CronProblem(message, say("write %(meant)s", meant=meant) if meant else "")


def _of_unix(words: list[str]) -> str:
    """The same times in six fields. Empty where none says them: Unix adds up the two fields of days."""
    minutes, hours, day, month, weekday = words
    if day == ANY:
        day, weekday = (ANY, OTHER) if weekday == ANY else (OTHER, re.sub(r"(?<!/)\b[0-7]\b", _named, weekday))
    elif weekday == ANY:
        weekday = OTHER
    meant = " ".join([minutes, hours, day, month, weekday, ANY])
    return meant if is_valid(meant) else ""


def _named(weekday: re.Match[str]) -> str:
    return _WEEKDAYS[int(weekday[0]) % 7]


def is_valid(text: str) -> bool:
    try:
        parse(text)
    except InvalidCron:
        return False
    return True


def _days_problems(words: list[str]) -> Iterator[CronProblem]:
    day, weekday = words[2], words[4]
    if [day, weekday].count(OTHER) == 1:
        return
    message = say("must hold ? as day of month or as day of week, and only in one of the two")
    meant = [*words]
    if weekday in (ANY, OTHER):
        meant[2], meant[4] = (ANY if day == OTHER else day), OTHER
    elif day == ANY:
        meant[2] = OTHER
    yield CronProblem(message, say("write %(meant)s", meant=" ".join(meant)) if meant != words else "")


# --- one field --------------------------------------------------------------------------------------------------------


class _Field(NamedTuple):
    name: Message
    low: int
    high: int
    names: tuple[str, ...] = ()
    has_steps: bool = True
    special: Callable[[str], Days | None] = lambda part: None
    """Reads what only this field takes"""


class _Odd(Exception):
    pass


def _day_of_month(part: str) -> Days | None:
    if part == "L":
        return Days(is_last=True)
    near = re.fullmatch(r"([1-9]|[12][0-9]|3[01])W", part)
    return Days(near=frozenset({int(near[1])})) if near else None


def _day_of_week(part: str) -> Days | None:
    if part == "L":
        return Days(values=frozenset({7}))
    if found := re.fullmatch(rf"([1-7]|{'|'.join(_WEEKDAYS)})(?:(L)|#([1-5]))", part):
        day = _WEEKDAYS.index(found[1]) + 1 if found[1] in _WEEKDAYS else int(found[1])
        return Days(last=frozenset({day})) if found[2] else Days(nth=frozenset({(day, int(found[3]))}))
    return None


_FIELDS = (
    _Field(say("minutes"), 0, 59),
    _Field(say("hours"), 0, 23),
    _Field(say("day of month"), 1, 31, special=_day_of_month),
    _Field(say("month"), 1, 12, _MONTHS),
    _Field(say("day of week"), 1, 7, _WEEKDAYS, has_steps=False, special=_day_of_week),
    _Field(say("year"), 1970, 2199),
)


def _problems(field: _Field, word: str) -> Iterator[CronProblem]:
    is_of_days = field.special is not _Field._field_defaults["special"]
    if word == OTHER and is_of_days:
        return
    for part in word.split(","):
        try:
            _part(field, part)
        except _Odd:
            yield CronProblem(say("%(wanted)s, got %(given)s", wanted=_wanted(field), given=for_message(part)))


def _wanted(field: _Field) -> Message:
    if field.names:
        return say(
            "the %(field)s must be %(low)s to %(high)s or %(first)s to %(last)s",
            field=field.name,
            low=field.low,
            high=field.high,
            first=field.names[0],
            last=field.names[-1],
        )
    return say("the %(field)s must be %(low)s to %(high)s", field=field.name, low=field.low, high=field.high)


def _days(field: _Field, word: str) -> Days:
    parts = [] if word == OTHER else [_part(field, part) for part in word.split(",")]
    return Days(
        values=frozenset().union(*(part.values for part in parts)),
        is_last=any(part.is_last for part in parts),
        near=frozenset().union(*(part.near for part in parts)),
        last=frozenset().union(*(part.last for part in parts)),
        nth=frozenset().union(*(part.nth for part in parts)),
    )


_PART = re.compile(r"(?P<first>\*|[A-Z0-9]+)(?:-(?P<last>[A-Z0-9]+))?(?:/(?P<step>[1-9][0-9]{0,3}))?")


def _part(field: _Field, part: str) -> Days:
    """``5``, ``MON``, ``MON-FRI``, ``*``, ``*/15``, ``10-20/5``, and what only this field takes. Raises _Odd."""
    if special := field.special(part.upper()):
        return special
    found = _PART.fullmatch(part.upper())
    if not found or (found["first"] == ANY and found["last"]) or (found["step"] and not field.has_steps):
        raise _Odd
    first = field.low if found["first"] == ANY else _number(field, found["first"])
    is_open = found["first"] == ANY or found["step"]
    last = _number(field, found["last"]) if found["last"] else field.high if is_open else first
    if last < first:
        raise _Odd
    return Days(values=frozenset(range(first, last + 1, int(found["step"] or 1))))


def _number(field: _Field, word: str) -> int:
    if word in field.names:
        return field.names.index(word) + field.low
    if not word.isdecimal() or len(word) > 4 or not field.low <= int(word) <= field.high:
        raise _Odd
    return int(word)
