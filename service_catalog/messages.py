"""Sentences for people, as data: a template with its values, which the portal says in the language of whoever asks.

To everybody else a message is the English text that the two make. A sentence that is put together from others keeps
them as its values, so that each of them is translated too.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self


class Message(str):
    """``say("Delete line %(number)s", number=3)``. Its template is what catalogues of translations find it by."""

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object] | None = None) -> Self:
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, dict(values or {})
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, object]]:  # type: ignore[override]
        """Copies of records that hold a message copy it whole."""
        return self.template, self.values

    @property
    def parts(self) -> list[str]:
        """What ``joined`` put together; of any other message itself."""
        is_joined = self.values and all(re.fullmatch(r"m\d+", name) for name in self.values)
        return [it for it in self.values.values() if isinstance(it, str)] if is_joined else [self]

    @property
    def between(self) -> str:
        """What ``joined`` put between its parts."""
        return self.template.partition(")s")[2].partition("%(m1)s")[0] if len(self.parts) > 1 else ""

    def __add__(self, other: str) -> "Message":
        return joined("", [self, other]) if other else self


def say(template: str, **values: object) -> Message:
    """A value may be a message itself."""
    return Message(template, values)


def joined(between: str, messages: Iterable[str]) -> Message:
    """One message of several; ``between`` is punctuation, the same in every language."""
    parts = {f"m{number}": message for number, message in enumerate(messages)}
    return Message(between.replace("%", "%%").join(f"%({name})s" for name in parts), parts) if parts else Message("")


def as_data(message: str) -> Any:
    """What a record keeps of a message, as JSON; of plain text the text."""
    if not isinstance(message, Message):
        return message
    values = {name: as_data(value) if isinstance(value, str) else value for name, value in message.values.items()}
    return {"template": message.template, "values": values}


def from_data(data: Any) -> str:
    """The other way; text stays text. Raises ValueError for what is neither."""
    if isinstance(data, str):
        return data
    try:
        values = {name: from_data(it) if isinstance(it, dict) else it for name, it in data["values"].items()}
        return Message(data["template"], values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("must be text, or a template with its values") from error
