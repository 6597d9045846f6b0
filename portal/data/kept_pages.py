"""Whole pages, kept for as long as what they were made of is the same objects.

For pages that many ask for and that are large. What differs between two askers belongs into the key; but who they are,
which is said in one place of the page and differs between all of them, is put in when it is sent.
"""

import hashlib
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from portal.compression import Piece

WHOEVER = "\n<!-- whoever is signed in -->\n"
"""Stands in a page where its header says who is asking. In texts from outside it cannot: of them HTML escapes the first
sign of it, and JSON the line breaks"""


@dataclass(frozen=True)
class Page:
    pieces: tuple[Piece, ...]
    """Between them it is said who is asking"""
    tag: str
    """The same in every process that makes the same page"""
    made_of: tuple[object, ...] = ()

    @classmethod
    def of(cls, text: str, *made_of: object) -> "Page":
        pieces = tuple(Piece(it) for it in text.encode().split(WHOEVER.encode()))
        return cls(pieces, hashlib.blake2b(text.encode(), digest_size=12).hexdigest(), made_of)

    def sent_to(self, whoever: Callable[[], "Page"]) -> "Page":
        """``whoever``: what its header says of whom it is sent to. Not asked of a page that has none."""
        head, *rest = self.pieces
        if not rest:
            return self
        said = whoever()
        return Page((head, *said.pieces, *rest), f"{self.tag}{said.tag[:12]}")

    def is_made_of(self, parts: tuple[object, ...]) -> bool:
        return all(mine is theirs for mine, theirs in zip(self.made_of, parts, strict=True))


class KeptPages:
    def __init__(self, kept: int = 32) -> None:
        """``kept``: so many. Addresses are what people type: without an end, memory would have none either."""
        self._kept = kept
        self._held: dict[Hashable, Page] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, made_of: tuple[object, ...], make: Callable[[], str]) -> Page:
        held = self._held.get(key)
        if held and held.is_made_of(made_of):
            return held
        page = Page.of(make(), *made_of)
        with self._lock:
            self._held.pop(key, None)
            self._held[key] = page
            while len(self._held) > self._kept:
                del self._held[next(iter(self._held))]
        return page
