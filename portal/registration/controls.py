"""Which control of the form shows a field of the model. A field of any shape has one, inside rows too."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from service_catalog.fields import KEY, Field

Shape = Literal["text", "number", "choice", "switch", "section", "lines", "rows", "yaml"]
"""``section`` is a switch that adds or leaves out all below it, ``lines`` a text area with an item a line, ``rows`` a
group of controls for each item, ``yaml`` takes what no control has a shape for."""

VALUE = "VALUE"
"""The part of a row that is its only value; the key's part is called ``KEY``."""
SCALARS = ("text", "number", "decimal", "switch", "choice")


@dataclass(frozen=True)
class Control:
    name: str
    """Of the answer: ``compute.cpu``, ``permissions.0.access``"""
    field: Field
    is_in_section: bool = False
    """Asked only when the section it stands in is switched on"""

    @property
    def is_required(self) -> bool:
        """Whatever else is answered."""
        return self.field.is_required and not self.is_in_section

    @property
    def shape(self) -> Shape:
        return shape_of(self.field)

    @property
    def hint(self) -> str:
        return self.field.description

    @property
    def choices(self) -> tuple[Any, ...]:
        """Of a choice; a blank one first where it may be left open."""
        if self.shape != "choice":
            return ()
        choices = ("true", "false") if self.field.shape == "switch" else self.field.choices
        return ("", *choices) if self.field.is_optional else choices


def shape_of(field: Field) -> Shape:
    if field.shape == "group":
        return "section"
    if field.shape == "switch":
        return "choice" if field.is_optional else "switch"
    if field.shape == "list":
        return "lines" if is_scalar(field.inner) else "rows"
    if field.shape == "mapping":
        return "rows"
    if field.shape in ("tuple", "union"):
        return "text" if is_scalar(field) else "yaml"
    return "number" if field.shape in ("number", "decimal") else "choice" if field.shape == "choice" else "text"


def is_scalar(field: Field) -> bool:
    return field.shape in SCALARS or (field.shape == "union" and all(map(is_scalar, field.parts)))


def controls(group: Field, name: str = "", is_in_section: bool = False) -> Iterator[Control]:
    """Of a group's fields, those of the groups in it included. ``name`` is the group's own."""
    for field in group.parts:
        yield from of_field(field, f"{name}.{field.name}" if name else field.name, is_in_section)


def of_field(field: Field, name: str, is_in_section: bool = False) -> Iterator[Control]:
    if field.shape != "group" or field.is_optional:
        yield Control(name, field, is_in_section)
    if field.shape == "group":
        yield from controls(field, name, is_in_section or field.is_optional)


def in_row(field: Field, name: str) -> Iterator[Control]:
    """Of one row of a list or a mapping; ``name`` is the row's: ``secrets.0``."""
    if field.shape == "mapping":
        yield Control(f"{name}.{KEY}", field.parts[0])
    if is_pairs(field):
        yield from in_row(field.inner, name)
    elif field.inner.shape == "group":
        yield from of_field(field.inner, name)
    else:
        yield Control(f"{name}.{VALUE}", field.inner)


def is_pairs(field: Field) -> bool:
    """A list of mappings with one key each: a row is a key and its value."""
    return field.shape == "list" and field.inner.shape == "mapping" and field.inner.limits.max_length == 1
