"""The form that registers a service, made from the model: a field of the model is a field of the form by itself.

Three shapes of one entry: the answers as a browser posts them (``{"compute.cpu": "256"}``), the mapping that becomes
YAML, and the YAML. Nothing is judged here: the catalog's own validator does.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from portal.registration import row_numbers
from portal.registration.answer_text import is_variable, read, text_of
from portal.registration.controls import VALUE, Control, controls, is_pairs, shape_of
from portal.registration.row_numbers import IN_USE, MORE
from service_catalog.fields import KEY, Field, tree
from service_catalog.model import Service

Answers = Mapping[str, str]

OVERRIDES = "overrides"
"""An answer beside the model's: what is different in an environment, as YAML."""
ON = "on"


def all_controls() -> list[Control]:
    return list(controls(tree(Service)))


def mapping(answers: Answers) -> dict[str, Any]:
    """What the YAML will say: blanks and defaults are left out, and what another kind of service has."""
    return Reader(answers).entry(tree(Service))


def answers(entry: Mapping[str, Any]) -> dict[str, str]:
    """The other way: a mapping as the form shows it, defaults filled in."""
    return answers_of(tree(Service), entry)


def repeated_keys(given: Answers) -> list[tuple[str, str]]:
    """Path and key of rows that say the same key: a mapping holds the last of them only."""
    reader = Reader(given)
    reader.entry(tree(Service))
    return list(dict.fromkeys(reader.repeated))


def kind_of(given: Answers) -> str:
    """The kind of service that the form asks about; of a word that is none the default."""
    field = tree(Service).fields["kind"]
    return given["kind"] if given.get("kind") in field.choices else str(field.default)


_EXPECTED = {"worker": "queue", "job": "schedule"}
"""What nearly everybody fills in who chooses that kind"""


def for_its_kind(given: Answers) -> dict[str, str]:
    """With the section that its kind is about, unless that was asked already."""
    section = _EXPECTED.get(kind_of(given), "")
    is_new = section and not any(name.startswith(f"{section}.") for name in given)
    return {**given, section: ON} if is_new else {**given}


# --- answers to values ------------------------------------------------------------------------------------------------


class _Nothing:
    """There is no answer, so that the default is meant."""


_NOTHING = _Nothing()


class Reader:
    def __init__(self, given: Answers):
        self._given = given
        self._kind = ""
        self.repeated: list[tuple[str, str]] = []

    def entry(self, group: Field) -> dict[str, Any]:
        """Of a whole model."""
        self._kind = kind_of(self._given) if "kind" in group.fields else ""
        return self._group(group, "")

    def _group(self, group: Field, name: str) -> dict[str, Any]:
        found = {}
        for field in group.parts:
            if self._kind and self._kind not in field.kinds:
                continue
            value = self._value(field, f"{name}.{field.name}" if name else field.name)
            is_default = value == {} if field.shape == "group" and not field.is_optional else value == field.default
            if value is not _NOTHING and (field.is_required or not is_default) and not _is_blank(field, value):
                found[field.name] = value
        return found

    def _value(self, field: Field, name: str) -> Any:
        shape = shape_of(field)
        if shape == "section":
            return self._group(field, name) if not field.is_optional or self._given.get(name) else None
        if shape == "switch":
            return bool(self._given.get(name))
        if shape == "rows":
            return self._rows(field, name)
        answer = self._given.get(name, "").replace("\r\n", "\n")
        if shape == "lines":
            items = [read(field.inner, line) for line in answer.split("\n") if line.strip()]
            return items if items or (name in self._given and not _must_hold_some(field)) else _NOTHING
        if answer.strip() or (answer and is_variable(field)):
            return read(field, answer)
        return None if name in self._given and field.is_optional else _NOTHING

    def _rows(self, field: Field, name: str) -> Any:
        rows = [(f"{name}.{number}", number) for number in row_numbers.used(field, name, self._given)]
        if not rows and (f"{name}.{MORE}" not in self._given or _must_hold_some(field)):
            return _NOTHING
        if field.shape == "list":
            return [self._row(field, row) for row, _number in rows]
        found: dict[Any, Any] = {}
        for row, _number in rows:
            key = self._key(field, row)
            if key in found:
                self.repeated.append((name, str(key)))
            found[key] = self._row(field, row)
        return found

    def _row(self, field: Field, row: str) -> Any:
        inner = field.inner
        if is_pairs(field):
            return {self._key(inner, row): self._row(inner, row)}
        if inner.shape == "group":
            return self._value(inner, row)
        value = self._value(inner, f"{row}.{VALUE}")
        return _blank(inner) if isinstance(value, _Nothing) else value

    def _key(self, field: Field, row: str) -> Any:
        return read(field.parts[0], self._given.get(f"{row}.{KEY}", ""))


def _is_blank(field: Field, value: Any) -> bool:
    """A group that must be there is as good as missing while nothing in it is said."""
    return field.is_required and field.shape == "group" and value == {}


def _must_hold_some(field: Field) -> bool:
    return bool(field.limits.min_length) or field.is_optional


def _blank(field: Field) -> Any:
    """The value of a row that has a key alone."""
    return {"mapping": {}, "list": []}.get(field.shape, None if field.is_optional else "")


# --- values to answers ------------------------------------------------------------------------------------------------


def answers_of(group: Field, entry: Any, name: str = "") -> dict[str, str]:
    """Of a group, with the defaults of what it does not say."""
    said = entry if isinstance(entry, Mapping) else {}
    found: dict[str, str] = {}
    for field in group.parts:
        below = f"{name}.{field.name}" if name else field.name
        found |= dict(_answers(field, said.get(field.name, field.default), below))
    return found


def _answers(field: Field, value: Any, name: str) -> Iterator[tuple[str, str]]:
    shape = shape_of(field)
    if shape == "section":
        if field.is_optional and value is not None:
            yield name, ON
        yield from answers_of(field, value, name).items()
    elif shape == "switch":
        yield from [(name, ON)] if value is True else []
    elif shape == "rows":
        yield from _rows(field, value, name)
    elif shape == "lines" and isinstance(value, list | tuple):
        yield name, "\n".join(text_of(field.inner, item) for item in value)
    elif value is not None:
        yield name, text_of(field, value)
    elif field.default is not None:
        yield name, ""


def _rows(field: Field, value: Any, name: str) -> Iterator[tuple[str, str]]:
    if field.default:
        yield f"{name}.{MORE}", ""
    for number, row in enumerate(_listed(field, value)):
        said = dict(row_answers(field, row, f"{name}.{number}"))
        if not row_numbers.tells(field, f"{name}.{number}", said):
            said[f"{name}.{number}.{IN_USE}"] = ON
        yield from said.items()


def _listed(field: Field, value: Any) -> list[Any]:
    """Of a mapping its pairs; of anything that is neither, nothing."""
    if field.shape == "mapping":
        return list(value.items()) if isinstance(value, Mapping) else []
    items = value if isinstance(value, list | tuple) else []
    if is_pairs(field):
        return [pair for item in items if isinstance(item, Mapping) for pair in item.items()]
    return list(items)


def row_answers(field: Field, row: Any, name: str) -> Iterator[tuple[str, str]]:
    if is_pairs(field):
        yield from row_answers(field.inner, row, name)
        return
    if field.shape == "mapping":
        key, row = row
        yield f"{name}.{KEY}", text_of(field.parts[0], key)
    yield from _answers(field.inner, row, name if field.inner.shape == "group" else f"{name}.{VALUE}")


# --- what the page shows ----------------------------------------------------------------------------------------------


def shown_answer(control: Control, given: Answers, is_in_new_row: bool = False) -> str:
    """What stands in a control; what nobody was asked yet has its default."""
    if control.name in given:
        return given[control.name]
    if control.shape in ("switch", "section"):
        return ON if is_in_new_row and control.field.default else ""
    if control.shape == "rows":
        return ""
    return dict(_answers(control.field, control.field.default, control.name)).get(control.name, "")


def unshown_answers(given: Answers, shown: list[Control]) -> dict[str, str]:
    """Answers to what the page does not ask now, such as the fields of another kind: they go along unseen."""
    asked = {control.name for control in shown}
    rows = tuple(f"{control.name}." for control in shown if control.shape == "rows")
    known, unsaid = tree(Service).fields, answers({})
    return {
        name: answer
        for name, answer in given.items()
        if name.partition(".")[0] in known and name not in asked and not name.startswith(rows or "\0")
        if answer and answer != unsaid.get(name)
    }


def answers_of_other_kinds(given: Answers, entry: Mapping[str, Any]) -> dict[str, str]:
    """Answers to fields that the entry's kind has not, as far as the entry says nothing of them itself."""
    kind = kind_of({"kind": str(entry.get("kind", ""))})
    others = [it for it in all_controls() if kind not in it.field.kinds and not _says(entry, it.field.path)]
    names = tuple(f"{control.name}." for control in others)
    return {name: answer for name, answer in given.items() if f"{name}.".startswith(names)}


def _says(entry: Any, path: tuple[str, ...]) -> bool:
    for step in path:
        entry = entry.get(step) if isinstance(entry, Mapping) else None
    return entry is not None
