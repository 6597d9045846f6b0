"""The table of an env file: a view of its text, line by line, and what becomes of the text when a cell is changed.

The text stays what is edited. A changed cell changes its own line, a new key is a new line at the end; comments, order
and lines that are no settings stay as they are, byte for byte.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal.env_editor import Edit
from service_catalog import env_file
from service_catalog.env_file import EnvProblem, KeyChange
from service_catalog.env_file.grammar import Line, lines


@dataclass(frozen=True)
class Row:
    """A line that sets a key, or means to."""

    line: int
    key: str
    value: str
    problems: Sequence[EnvProblem] = ()
    change: KeyChange | None = None
    """Against what runs; on the line that counts"""

    @property
    def is_one_line(self) -> bool:
        """A field of a form would lose what breaks a line."""
        return "\r" not in self.value


@dataclass(frozen=True)
class Table:
    rows: Sequence[Row]
    others: Sequence[EnvProblem]
    """Of lines that no row stands for"""


@dataclass(frozen=True)
class Cells:
    """What somebody did in the table."""

    values: Mapping[int, str] = field(default_factory=dict)
    """By line: what stands in its field"""
    removed: Collection[int] = ()
    added: Sequence[tuple[str, str]] = ()


def table(edit: Edit, changes: Iterable[KeyChange]) -> Table:
    settings = [line for line in lines(edit.text) if _is_row(line)]
    counting = {line.key: line.number for line in settings if line.is_setting}
    by_key = {change.key: change for change in changes}
    rows = [
        Row(
            line.number,
            line.key,
            line.value,
            _problems(edit, line.number),
            by_key.get(line.key) if counting.get(line.key) == line.number else None,
        )
        for line in settings
    ]
    shown = {row.line for row in rows}
    return Table(rows, [it for it in edit.problems if it.line not in shown])


@dataclass(frozen=True)
class MaskedRow:
    """A setting whose value no page shows before somebody asks for it."""

    line: int
    """Of the text that the edit started from"""
    now: int
    """Of the edit; 0 for a line that is taken away"""
    key: str
    typed: str = ""
    """The new value, by whoever reads the page"""
    revealed: str | None = None
    problems: Sequence[EnvProblem] = ()
    change: KeyChange | None = None


@dataclass(frozen=True)
class MaskedTable:
    rows: Sequence[MaskedRow]
    others: Sequence[EnvProblem]
    """Of lines that no row stands for"""
    added: Sequence[tuple[str, str]]
    """Key and value of each new line, as typed"""


def masked(
    start: str, edit: Edit, cells: Cells, changes: Iterable[KeyChange], revealed: Mapping[int, str]
) -> MaskedTable:
    """``revealed``: values by the line of ``start``."""
    by_key = {change.key: change for change in changes}
    kept = [line.number for line in lines(start) if line.number not in cells.removed]
    now = {number: at for at, number in enumerate(kept, start=1)}
    rows = [
        MaskedRow(
            line.number,
            now.get(line.number, 0),
            line.key,
            cells.values.get(line.number, ""),
            revealed.get(line.number),
            _problems(edit, now[line.number]) if line.number in now else (),
            by_key.get(line.key),
        )
        for line in lines(start)
        if _is_row(line)
    ]
    shown = {row.now for row in rows}
    return MaskedTable(rows, [it for it in edit.problems if it.line not in shown], cells.added)


def value_at(text: str, number: int) -> tuple[str, str] | None:
    """Key and value of a line; None where it sets none."""
    return next(((it.key, it.value) for it in lines(text) if it.number == number and _is_row(it)), None)


def changed(text: str, cells: Cells) -> str:
    """Raises nothing: what cannot be meant is a line with a problem, where its author sees it."""
    wanted: dict[int, str | None] = dict.fromkeys(cells.removed)
    for line in lines(text):
        value = cells.values.get(line.number)
        if value is not None and value != line.value and _is_row(line) and line.number not in wanted:
            wanted[line.number] = f"{line.key}={value}"
    return env_file.with_lines(text, wanted, [_line(*it) for it in cells.added])


def _line(key: str, value: str) -> str:
    """Whoever pastes a whole setting as its key means that."""
    return key if "=" in key and not value else f"{key}={value}"


def _is_row(line: Line) -> bool:
    return not line.is_comment and line.body.find("=") > 0


def _problems(edit: Edit, number: int) -> Sequence[EnvProblem]:
    return edit.by_line[number - 1] if number <= len(edit.by_line) else ()
