"""What the form of the env editor holds: the text, or the table's cells over it, and what was pasted to be imported.

The form knows nothing of where it stands: it is read off any mapping of fields.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Literal

from werkzeug.datastructures import MultiDict

from portal import env_table
from portal.env_editor import Edit, edit, unix_newlines
from portal.env_table import Cells
from service_catalog import env_file
from service_catalog.env_file import Fix
from service_catalog.env_file.grammar import lines

View = Literal["text", "table", "masked"]
Form = MultiDict[str, str]
_CELL = re.compile(r"value\.(\d{1,9})")
_LINE = re.compile(r"\d{1,9}")


def view(form: Form) -> View:
    """``show`` is the button of the other view, ``view`` the one that stands there."""
    return "table" if form.get("show", form.get("view")) == "table" else "text"


def typed(form: Form, start: str | None = None) -> Edit:
    """The text with what was done in the table. ``start`` is the text of a masked file, which no form carries along:
    all of the edit stands in the form, and a field where nothing stands changes nothing."""
    done = cells(form, is_masked=start is not None)
    if start is None:
        text = env_table.changed(unix_newlines(form.get("text", "")), done)
    else:
        text = env_table.changed(unix_newlines(start), done)
        text = imported(text, pasted, "merge").text if (pasted := form.get("pasted", "")).strip() else text
    base = form.get("base", 0, type=int)
    return edit(text, base, form.get("message", "").strip(), form.getlist("overridden"))


def cells(form: Form, is_masked: bool = False) -> Cells:
    found = {int(it[1]): value for name, value in form.items() if (it := _CELL.fullmatch(name))}
    return Cells(
        values={line: value for line, value in found.items() if value or not is_masked},
        removed={int(line) for line in form.getlist("remove") if _LINE.fullmatch(line)},
        added=list(_added(form)),
    )


def _added(form: Form) -> Iterator[tuple[str, str]]:
    """A row where nothing stands asks for nothing."""
    for key, value in zip(form.getlist("new-key"), form.getlist("new-value"), strict=False):
        if key.strip() or value:
            yield key.strip(), value


def kept(form: Form) -> list[tuple[str, str]]:
    """What was done in the table of a masked file, for a form that goes on with it."""
    names = ("remove", "new-key", "new-value", "pasted")
    return [(name, value) for name, value in form.items(multi=True) if name in names or _CELL.fullmatch(name)]


@dataclass(frozen=True)
class Imported:
    text: str
    made: tuple[Fix, ...]
    """What was changed in the pasted text, so that ECS reads what its writer's tools did"""
    keys: int
    """How many keys are otherwise than before"""


def imported(text: str, pasted: str, mode: str) -> Imported:
    """``mode`` is "replace", else its keys are added, and win over those that are there."""
    fixed = env_file.apply_safe_fixes(unix_newlines(pasted))
    if mode == "replace":
        result = fixed.text
    else:
        known = env_file.parse(text)
        same = {key: value for key, value in env_file.parse(fixed.text).items() if key in known}
        result = env_file.with_lines(env_file.edited(text, same), {}, list(_new_lines(fixed.text, known)))
    return Imported(result, fixed.made, len(env_file.diff(text, result)))


def _new_lines(pasted: str, known: Container[str]) -> Iterator[str]:
    """Of keys that are not there yet, with the comments right above them, and what is no setting."""
    above: list[str] = []
    for line in lines(pasted):
        if line.is_comment:
            above.append(line.body)
            continue
        if line.body.strip() and not (line.is_setting and line.key in known):
            yield from (*above, line.body)
        above = []
