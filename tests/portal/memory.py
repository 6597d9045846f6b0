"""The config bucket as a dict: what the real gateways for env files, claims and heads stand on in tests of pages."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from runtime.aws.errors import Absent
from runtime.bucket.objects import Listed, Stored


class MemoryObjects:
    """``runtime.bucket.objects.Objects`` over a dict."""

    def __init__(self, before: Callable[[], None], clock: datetime) -> None:
        """``before`` is called before everything, and may raise; ``clock`` is when everything is written."""
        self._before = before
        self.bucket = "slipway-local-000000000000"
        self._held: dict[str, Stored] = {}
        self.clock = clock

    def create(self, key: str, body: bytes, content_type: str, metadata: dict[str, str] | None = None) -> bool:
        self._before()
        if key in self._held:
            return False
        self._held[key] = Stored(key, f"{len(self._held)}", self.clock, 0.0, body, metadata or {})
        return True

    def replace(self, key: str, body: bytes, content_type: str, etag: str | None) -> bool:
        held = self._held.get(key)
        if (held.etag if held else None) != etag:
            return False
        self._held[key] = Stored(key, f"{etag}+", self.clock, 0.0, body)
        return True

    def read(self, key: str) -> Stored:
        self._before()
        if key not in self._held:
            raise Absent(f"{key} is not there")
        return self._held[key]

    def describe(self, key: str) -> Stored:
        return replace(self.read(key), body=b"")

    def exists(self, key: str) -> bool:
        return key in self._held

    def listing(self, prefix: str, after: str = "") -> Iterator[Listed]:
        self._before()
        for key in sorted(self._held):
            if key.startswith(prefix) and key > after:
                yield Listed(key, self._held[key].etag)

    def read_many(self, keys: list[str]) -> list[Stored | None]:
        return [self._held.get(key) for key in keys]
