"""What could be read of an entry that holds faults: it stands in for the model, so that rules where fields meet are run
on the rest of it. Values are taken as they are given, because the model refused none that is handed out."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from service_catalog.validation.pydantic_errors import Fault, held_model
from service_catalog.yaml_text.locations import Path


class InvalidField(Exception):
    """Raised when a check reads an invalid field; that check is skipped."""


def told(found: Iterator[Fault]) -> Iterator[Fault]:
    """What a rule finds until it asks for something that could not be read."""
    try:
        yield from found
    except InvalidField:
        return


class PartialModel:
    def __init__(self, model: type[BaseModel], given: Any, faulty: set[Path], path: Path = ()):
        """``faulty`` holds the paths of what the model refused."""
        self._model = model
        self._given = given
        self._faulty = faulty
        self._path = path

    @property
    def model_fields_set(self) -> set[str]:
        return set(self._given)

    def __getattr__(self, name: str) -> Any:
        field, path = self._model.model_fields[name], (*self._path, name)
        if self._path in self._faulty or path in self._faulty:
            raise InvalidField
        if name in self._given:
            return self._value(field.annotation, self._given[name], path)
        if self._given.keys() - self._model.model_fields.keys():
            # A field that nobody knows may be this one misspelled, and then its default is not what was meant.
            raise InvalidField
        return field.get_default()

    def _value(self, annotation: Any, given: Any, path: Path) -> Any:
        model, is_container = held_model(annotation)
        if isinstance(given, list):
            return tuple(self._item(model, item, (*path, index)) for index, item in enumerate(given))
        if model and is_container:
            return {name: self._item(model, item, (*path, name)) for name, item in given.items()}
        if isinstance(given, dict) and not model:
            # A setting's name counts whatever is wrong with its value.
            return {name: "" if (*path, name) in self._faulty else text for name, text in given.items()}
        return PartialModel(model, given, self._faulty, path) if model and given is not None else given

    def _item(self, model: type[BaseModel] | None, given: Any, path: Path) -> Any:
        if model:
            return PartialModel(model, given, self._faulty, path)
        if path in self._faulty:
            raise InvalidField
        return given
