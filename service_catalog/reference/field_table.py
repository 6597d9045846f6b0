"""``docs/catalog.md``, made from the model: ``python -m service_catalog.reference.field_table`` writes it."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from service_catalog.fields import ITEM, KINDS, Field, tree
from service_catalog.model import Environment, Service

FILE = Path(__file__).parents[2] / "docs" / "catalog.md"
_INTRODUCTION = """# The catalog's fields

What an entry of `service_catalog/services/` and of `service_catalog/environments/` may say. Editors show the same while
you type, by `service_catalog/schema/`.
"""
_CHOICES_MAX = 6
_TAKES = {"text": "text", "number": "number", "decimal": "number", "switch": "`true` · `false`"}


def table(model: type[BaseModel]) -> str:
    """A Markdown table with a row for each field, nested ones by their path; with a column of kinds if they matter."""
    group = tree(model)
    has_kinds = any(field.kinds != KINDS for field in group.walk())
    columns = ["field", *(["kinds"] if has_kinds else []), "takes", "default", "what it does"]
    return "\n".join([_row(columns), _row(["---"] * len(columns)), *(_row(it) for it in _rows(group, has_kinds))])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rows(group: Field, has_kinds: bool) -> Iterator[list[str]]:
    for field in group.parts:
        held = _group_in(field)
        kinds = "" if field.kinds == KINDS else ", ".join(field.kinds)
        yield [
            f"`{_path(held or field)}`",
            *([kinds] if has_kinds else []),
            "" if held else _takes(field),
            _default(field, held is not None),
            field.description,
        ]
        if held:
            yield from _rows(held, has_kinds)


def _group_in(field: Field) -> Field | None:
    """What a row per field is written of: the group itself, or the one that a list or mapping holds many of."""
    if field.shape == "group":
        return field
    return next((found for part in field.parts if (found := _group_in(part))), None)


def _path(field: Field) -> str:
    return ".".join(field.path).replace(f".{ITEM}", "[]")


def _takes(field: Field) -> str:
    if field.shape == "choice":
        if len(field.choices) < _CHOICES_MAX:
            return " · ".join(f"`{choice}`" for choice in field.choices)
        return f"one of `{field.choices[0]}` … `{field.choices[-1]}`"
    if field.shape == "list":
        return f"list of {_takes(field.inner)}"
    if field.shape == "mapping":
        return f"mapping of {_takes(field.inner)}"
    if field.shape == "tuple":
        return f"list of {', '.join(map(_takes, field.parts))}"
    if field.shape == "union":
        return " or ".join(map(_takes, field.parts))
    return _TAKES[field.shape]


def _default(field: Field, holds_fields: bool) -> str:
    if field.is_required:
        return "required"
    if holds_fields or field.default in (None, "", [], {}):
        return "–"
    if isinstance(field.default, list):
        return f"`[{', '.join(map(str, field.default))}]`"
    return f"`{str(field.default).lower()}`" if isinstance(field.default, bool) else f"`{field.default}`"


def document() -> str:
    tables = (
        f"## {title}\n\n{table(model)}\n" for title, model in (("A service", Service), ("An environment", Environment))
    )
    return "\n".join([_INTRODUCTION, *tables])


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
