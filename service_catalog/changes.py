"""One change of the catalog, as a person makes it: an entry that is new, reads otherwise or leaves. Where it is written
is another question: into the files, or as a commit."""

from dataclasses import dataclass
from typing import Protocol

from service_catalog.catalog import Catalog


@dataclass(frozen=True)
class Change:
    service: str
    text: str | None
    """What its entry is to read; None where it leaves the catalog"""
    base: str | None
    """What it read when somebody began to change it; None where it is new"""
    message: str
    """What was done, and why: a commit's message"""

    def apply(self, catalog: Catalog) -> None:
        """Raises CatalogError, and then nothing is changed."""
        if self.base is None:
            catalog.add(self.service, self.text or "")
        elif self.text is None:
            catalog.remove(self.service, self.base)
        else:
            catalog.replace(self.service, self.text, self.base)


@dataclass(frozen=True)
class Author:
    name: str
    email: str


@dataclass(frozen=True)
class Written:
    commit: str = ""
    """Empty where the catalog is files alone"""
    branch: str = ""
    """Where it waits to be merged; empty where the catalog has it already"""
    link: str = ""
    """Opens its pull request"""
    note: str = ""
    """What is worth knowing beside"""


class Writer(Protocol):
    def write(self, change: Change, author: Author) -> Written:
        """All of it or nothing. Raises CatalogError."""


class Files:
    """Into the catalog's own files: whoever commits them, it is not this."""

    def __init__(self, catalog: Catalog):
        self._catalog = catalog

    def write(self, change: Change, author: Author) -> Written:
        change.apply(self._catalog)
        return Written()
