"""An edit of an env file: the text as typed, what is wrong with it line by line, and what it changes.

Nothing here is saved. Pure functions over texts: the page asks the gateway, this file reads what it got.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from service_catalog import env_file
from service_catalog.env_file import EnvProblem, Fix, Fixed, Merge
from service_catalog.messages import Message

LINES_TOLD = 500
"""Whoever has more lines with problems pasted something else, and mends one kind of them at a time"""


@dataclass(frozen=True)
class Edit:
    text: str
    base: int
    """The version that was opened; 0 when there was none"""
    message: str = ""
    overridden: tuple[str, ...] = ()
    """Keys that somebody said are no secrets"""
    saved: str = ""
    """The text of the version that was opened"""
    winners: Mapping[str, Message] = field(default_factory=dict)
    """By key, what wins over the file"""

    @property
    def next(self) -> int:
        return self.base + 1

    @property
    def is_changed(self) -> bool:
        return self.text != self.saved

    @property
    def differing_keys(self) -> int:
        return len(env_file.diff(self.saved, self.text))

    # Whoever fixes or merges a large text goes on from it at once: it is judged when somebody asks, and once.

    @cached_property
    def problems(self) -> list[EnvProblem]:
        return env_file.lint(self.text, self.winners)

    @cached_property
    def is_too_much(self) -> bool:
        """Nobody waits for what else there is to say of such a text."""
        return any(problem.code == "too-much" for problem in self.problems)

    @cached_property
    def secrets(self) -> list[str]:
        return [] if self.is_too_much else env_file.suspected_secrets(self.text)

    @cached_property
    def errors(self) -> int:
        return sum(problem.level == "error" for problem in self.problems)

    @cached_property
    def warnings(self) -> int:
        """But those of secrets: each of them is confirmed, or stops the save."""
        return sum(problem.level == "warning" and problem.code != "secret" for problem in self.problems)

    @cached_property
    def wrong_lines(self) -> list[int]:
        return sorted({problem.line for problem in self.problems if problem.level == "error"})

    @cached_property
    def problem_lines(self) -> list[tuple[int, str]]:
        """Each line with a problem, and how bad its worst is."""
        return [(number, found[0].level) for number, found in enumerate(self.by_line, start=1) if found]

    @cached_property
    def keys(self) -> Collection[str]:
        """That it sets"""
        return env_file.parse(self.text).keys()

    @cached_property
    def fixes(self) -> int:
        """How many ask nobody"""
        return sum(problem.fix is not None and problem.fix.is_safe for problem in self.problems)

    @cached_property
    def open_secrets(self) -> list[str]:
        """They stop the save until somebody says that they are none."""
        confirmed = set(self.overridden)
        return [key for key in self.secrets if key not in confirmed]

    @cached_property
    def lines_told(self) -> list[list[EnvProblem]]:
        """Before the first line whose problems are not said in words: it and later ones are only marked."""
        wrong = (number for number, problems in enumerate(self.by_line) if problems)
        return self.by_line[: next(islice(wrong, LINES_TOLD, None), None)]

    @property
    def lines_untold(self) -> int:
        return sum(map(bool, self.by_line[len(self.lines_told) :]))

    @cached_property
    def by_line(self) -> list[list[EnvProblem]]:
        """Of a text with more lines than an env file takes, the first ones."""
        lines: list[list[EnvProblem]] = [[] for _line in range(min(self.text.count("\n"), env_file.LINES_MAX) + 1)]
        for problem in sorted(self.problems, key=lambda problem: problem.level != "error"):
            lines[min(problem.line, len(lines)) - 1].append(problem)
        return lines


def edit(text: str, base: int, message: str = "", overridden: Sequence[str] = ()) -> Edit:
    return Edit(unix_newlines(text), base, message, tuple(overridden))


@dataclass(frozen=True)
class PutBack:
    """A text with the lines of some keys as they were, and what became of each key that was asked for."""

    text: str
    back: Sequence[str]
    same: Sequence[str]
    """They stand in the text as they were"""
    absent: Sequence[str]
    """They never were"""


def put_back(text: str, worked: str, keys: Iterable[str]) -> PutBack:
    """The lines of those keys come to where they stand in the text that worked."""
    asked, good, here = tuple(dict.fromkeys(keys)), env_file.parse(worked), env_file.parse(text)
    wanted = {key: good[key] for key in asked if key in good and good[key] != here.get(key)}
    without = env_file.edited(worked, dict.fromkeys(wanted))
    return PutBack(
        text=env_file.edited(env_file.merge(without, text, worked).text, wanted) if wanted else text,
        back=tuple(wanted),
        same=[key for key in asked if key in good and key not in wanted],
        absent=[key for key in asked if key not in good],
    )


def fixed(text: str, which: str) -> Fixed:
    """``which`` is "all", or line and code of one problem, as the button says them: ``13:duplicate``."""
    text = unix_newlines(text)
    if which == "all":
        return env_file.apply_safe_fixes(text)
    for problem in env_file.lint(text):
        if which == fix_name(problem) and problem.fix:
            return Fixed(env_file.apply_fix(text, problem), (problem.fix,))
    return Fixed(text, ())


def fix_name(problem: EnvProblem) -> str:
    return f"{problem.line}:{problem.code}"


def fixed_key(fix: Fix) -> str:
    """Of the line as it was, short: its value stays out of the list of what was done."""
    key, sign, _value = fix.was.partition("=")
    return key if sign else f"{fix.was[:20]}…" if len(fix.was) > 20 else fix.was


def unix_newlines(text: str) -> str:
    """Browsers send lines of a text area ended by CR LF; the CR would become part of each value."""
    return text.replace("\r\n", "\n")


def ended_as(saved: str, text: str) -> str:
    """With the line ends of the version that was opened, where all of its lines have the other ones: a text area knows
    one kind only."""
    is_other = "\r\n" in saved and "\n" not in saved.replace("\r\n", "")
    return unix_newlines(text).replace("\n", "\r\n") if is_other else text


@dataclass(frozen=True)
class MergeRow:
    """One key of a merge: what each side says, and what it becomes unless somebody chooses otherwise."""

    key: str
    base: str | None
    theirs: str | None
    mine: str | None
    becomes: str | None
    is_conflict: bool = False

    @property
    def is_mine(self) -> bool:
        """Only this side touched it."""
        return self.becomes == self.mine != self.base


def merge_rows(base: str, theirs: str, mine: str, merged: Merge) -> list[MergeRow]:
    """The keys that either side touched, the ones that need a choice first."""
    started, other, own, result = (env_file.parse(text) for text in (base, theirs, mine, merged.text))
    conflicts = {conflict.key for conflict in merged.conflicts}
    touched = [key for key in {**started, **other, **own} if not started.get(key) == other.get(key) == own.get(key)]
    rows = [
        MergeRow(key, started.get(key), other.get(key), own.get(key), result.get(key), key in conflicts)
        for key in touched
    ]
    return sorted(rows, key=lambda row: (not row.is_conflict, row.key))


def resolved(merged: Merge, rows: Iterable[MergeRow], choices: dict[str, str]) -> str:
    """The merged text with each conflict as somebody chose it: ``{"KEY": "mine"}``."""
    chosen = {row.key: row.mine if choices[row.key] == "mine" else row.theirs for row in rows if row.is_conflict}
    return env_file.edited(merged.text, chosen)
