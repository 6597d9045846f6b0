"""What every object is: members of which newer ones are kept, a version, and a fault where it cannot be read."""

import json
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, ValidationError

from service_catalog.messages import as_data, from_data

Text = Annotated[str, PlainValidator(from_data), PlainSerializer(as_data)]
"""A sentence, which may be a Message: then its template and values are kept."""


class Part(BaseModel):
    """Of an object."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")


class Record(Part):
    """A whole object."""

    version: int = 1

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Raises UnreadableRecord."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            is_newer = _version(text) > cls.model_fields["version"].default
            raise UnreadableRecord(_first_fault(error), is_newer) from error

    @classmethod
    def normalized(cls, text: str) -> str:
        """The same object with every member that this version knows. Raises UnreadableRecord."""
        return cls.from_json(text).to_json().decode()

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=1).encode()


class UnreadableRecord(ValueError):
    """An object that does not hold what it should. ``is_newer``: a newer version wrote it in a form of its own."""

    def __init__(self, fault: str, is_newer: bool):
        self.is_newer = is_newer
        super().__init__(fault)


def _first_fault(error: ValidationError) -> str:
    """Without the value, which may be anything."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]


def _version(text: bytes | str) -> int:
    try:
        version = json.loads(text)["version"]
    except (ValueError, KeyError, TypeError):
        return 0
    return version if isinstance(version, int) else 0
