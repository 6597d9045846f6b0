"""Whole pages, kept for as long as what they were made of is the same objects.

For pages that many ask for and that are large. What differs between two askers belongs into the key.
"""

import hashlib
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

_KEPT = 32
"""Addresses are what people type: without an end, memory would have none either"""


@dataclass(frozen=True)
class Page:
    body: bytes
    tag: str
    """The same in every process that makes the same page"""
    made_of: tuple[object, ...] = ()

    @classmethod
    def of(cls, text: str, *made_of: object) -> "Page":
        body = text.encode()
        return cls(body, hashlib.blake2b(body, digest_size=12).hexdigest(), made_of)

    def is_made_of(self, parts: tuple[object, ...]) -> bool:
        return all(mine is theirs for mine, theirs in zip(self.made_of, parts, strict=True))


class KeptPages:
    def __init__(self) -> None:
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
            while len(self._held) > _KEPT:
                del self._held[next(iter(self._held))]
        return page
