"""Takes the model's place for an entry with invalid fields, so that checks still run on the fields that are valid."""

from collections.abc import Iterator
from typing import Any

from service_catalog.fields import Field
from service_catalog.validation.faults import Fault
from service_catalog.yaml_text.locations import Path


class InvalidField(Exception):
    """Raised when a check reads an invalid field; that check is skipped."""


def until_invalid_field(found: Iterator[Fault]) -> Iterator[Fault]:
    """The faults a check yields before it reads an invalid field."""
    try:
        yield from found
    except InvalidField:
        return


class PartialModel:
    def __init__(self, group: Field, given: Any, faulty: set[Path], path: Path = ()):
        """``faulty`` holds the paths of what the model refused."""
        self._group = group
        self._given = given
        self._faulty = faulty
        self._path = path

    @property
    def model_fields_set(self) -> set[str]:
        return set(self._given)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Each field with its value, as the model goes through them."""
        return ((name, getattr(self, name)) for name in self._group.fields)

    def __getattr__(self, name: str) -> Any:
        if name not in self._group.fields:
            # A method or a property of the model, which may read any field.
            raise AttributeError(name) if name.startswith("__") else InvalidField
        field, path = self._group.fields[name], (*self._path, name)
        if self._path in self._faulty or path in self._faulty:
            raise InvalidField
        if name in self._given:
            return self._value(field, self._given[name], path)
        if self._given.keys() - self._group.fields.keys():
            # A field that nobody knows may be this one misspelled, and then its default is not what was meant.
            raise InvalidField
        return field.model_default

    def _value(self, field: Field, given: Any, path: Path) -> Any:
        if isinstance(given, list):
            return tuple(self._item(field.below(index), item, (*path, index)) for index, item in enumerate(given))
        if not isinstance(given, dict):
            return given
        if field.shape == "group":
            return PartialModel(field, given, self._faulty, path)
        if field.shape == "mapping" and field.inner.shape != "text":
            return {name: self._item(field.inner, item, (*path, name)) for name, item in given.items()}
        # A setting's name counts whatever is wrong with its value.
        return {name: "" if (*path, name) in self._faulty else text for name, text in given.items()}

    def _item(self, field: Field | None, given: Any, path: Path) -> Any:
        if field and field.shape == "group":
            return PartialModel(field, given, self._faulty, path)
        if path in self._faulty:
            raise InvalidField
        return self._value(field, given, path) if field else given
