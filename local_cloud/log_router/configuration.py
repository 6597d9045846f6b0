"""Fluent Bit's classic configuration: sections of properties, whose names may be spelled in any case."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


class NotKnown(Exception):
    """Something in a configuration that Fluent Bit may know, and this router does not."""


@dataclass(frozen=True)
class Section:
    kind: str
    properties: tuple[tuple[str, str], ...]
    """Names in lower case; one may come several times"""
    line: int

    @property
    def title(self) -> str:
        """``line 12: [FILTER] modify``"""
        name = next((value for name, value in self.properties if name == "name"), "")
        return f"line {self.line}: [{self.kind}] {name}".rstrip()

    def all(self, name: str) -> list[str]:
        return [value for it, value in self.properties if it == name]

    def one(self, name: str, default: str | None = None) -> str:
        found = self.all(name)
        if len(found) > 1 or (not found and default is None):
            raise self.not_known(f"{name} {'twice' if found else 'left out'}")
        return found[0] if found else str(default)

    def only(self, *names: str) -> None:
        """Raises NotKnown for any other property."""
        for name, value in self.properties:
            if name not in names:
                raise self.not_known(f"{name} {value}")

    def must_be(self, name: str, *known: str, default: str | None = None) -> str:
        value = self.one(name, default)
        if value.lower() not in known:
            raise self.not_known(f"{name} {value}")
        return value.lower()

    def not_known(self, what: str) -> NotKnown:
        return NotKnown(f"{self.title}: {what}")


_HEAD = re.compile(r"\[(\w+)\]")


def read(text: str) -> list[Section]:
    """Raises NotKnown."""
    return list(_sections(text))


def _sections(text: str) -> Iterator[Section]:
    head: tuple[str, int] | None = None
    properties: list[tuple[str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip(" \t\r")
        if not stripped or stripped.startswith("#"):
            continue
        if opened := _HEAD.fullmatch(stripped):
            if head:
                yield Section(head[0], tuple(properties), head[1])
            head, properties = (opened[1].upper(), number), []
        elif head is None or stripped.startswith("@"):
            raise NotKnown(f"line {number}: {stripped}")
        else:
            name, _, value = stripped.partition(" ")
            properties.append((name.lower(), value.strip()))
    if head:
        yield Section(head[0], tuple(properties), head[1])
