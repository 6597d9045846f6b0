"""Which rows of a list or a mapping the answers hold: ``secrets.7.KEY`` is in row 7."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from portal.registration.answer_text import text_of
from portal.registration.controls import Control, in_row
from service_catalog.fields import Field

SPARE = 2
MORE = "more"
"""An answer beside the rows: how many spare ones somebody asked for"""
IN_USE = "in-use"
"""An answer of a row that says nothing else, since all of it is as a spare row has it"""
_MORE_MAX = 20
_MAX = 1000
_SMALL = 8
"""Controls of a row that may stand there empty"""
_NUMBER = "(0|[1-9][0-9]{0,2})"
"""Other numbers are no form's of ours; a huge one would ask for a huge page."""


def used(field: Field, name: str, given: Mapping[str, str]) -> list[int]:
    """Those that hold something."""
    posted = {int(found[1]) for answer in given if (found := re.match(rf"{re.escape(name)}\.{_NUMBER}\b", answer))}
    return [it for it in sorted(posted) if given.get(f"{name}.{it}.{IN_USE}") or tells(field, f"{name}.{it}", given)]


def shown(field: Field, name: str, given: Mapping[str, str]) -> list[int]:
    """Those that hold something, and a few spare ones; of large rows only as many as were asked for."""
    filled = used(field, name, given)
    first_spare = max(filled, default=-1) + 1
    spare = SPARE if len(list(in_row(field, name))) <= _SMALL else 0
    return [*filled, *range(first_spare, min(first_spare + spare + _more(name, given), _MAX))]


def with_more(name: str, given: Mapping[str, str]) -> dict[str, str]:
    """The answers, with room for as many rows again."""
    return {**given, f"{name}.{MORE}": str(min(_more(name, given) + SPARE, _MORE_MAX))}


def _more(name: str, given: Mapping[str, str]) -> int:
    asked = given.get(f"{name}.{MORE}", "")
    return min(int(asked), _MORE_MAX) if re.fullmatch(_NUMBER, asked) else 0


def tells(field: Field, row: str, given: Mapping[str, str]) -> bool:
    """Whether a row says that it is in use. A choice always has an answer and a switch means nothing alone, so they
    count only where there is nothing else."""
    asked = list(in_row(field, row))
    texts = [it for it in asked if it.shape not in ("choice", "switch", "section")]
    return any(_says(it, given) for it in texts or asked)


def _says(control: Control, given: Mapping[str, str]) -> bool:
    if control.shape == "rows":
        return bool(used(control.field, control.name, given))
    answer = given.get(control.name, "").strip()
    return answer not in ("", *_as_it_comes(control))


def _as_it_comes(control: Control) -> Iterator[str]:
    """What stands in a spare row."""
    default = control.field.default
    if control.shape == "lines":
        yield "\n".join(text_of(control.field.inner, item) for item in default or ())
    elif control.shape == "switch":
        yield "on" if default else ""
    elif default is not None:
        yield text_of(control.field, default)


class Row(NamedTuple):
    name: str
    """``secrets.0``"""
    controls: list[Control]
    is_new: bool
    """Whether nobody answered anything in it yet"""
    is_quiet: bool
    """Whether it is there without any answer of its own that says so"""


def rows_of(control: Control, given: Mapping[str, str]) -> list[Row]:
    names = [f"{control.name}.{number}" for number in shown(control.field, control.name, given)]
    return [
        Row(
            name,
            list(in_row(control.field, name)),
            not any(answer.startswith(f"{name}.") for answer in given),
            bool(given.get(f"{name}.{IN_USE}")) and not tells(control.field, name, given),
        )
        for name in names
    ]
