"""What is put into S3, and when: lines wait for an object of their target until it is large or old enough."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from local_cloud.log_router.pipeline import ToBucket


@dataclass
class _Waiting:
    since: float
    """Of any clock, in seconds"""
    first_moment: float
    """When its first line was printed, in seconds of the epoch"""
    lines: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(map(len, self.lines))


@dataclass(frozen=True)
class Put:
    bucket: str
    key: str
    body: bytes
    count: int
    """Of lines"""


class Objects:
    def __init__(self) -> None:
        self._waiting: dict[ToBucket, _Waiting] = {}

    def add(self, target: ToBucket, text: str, moment: float, now: float) -> None:
        waiting = self._waiting.setdefault(target, _Waiting(now, moment))
        waiting.lines.append(text.encode() + b"\n")

    def due(self, now: float) -> Iterator[Put]:
        """``now``: infinity puts whatever waits."""
        for target, waiting in list(self._waiting.items()):
            if now - waiting.since >= target.seconds_at_most or waiting.size >= target.bytes_at_most:
                del self._waiting[target]
                body = gzip.compress(b"".join(waiting.lines))
                yield Put(target.bucket, _key(target, waiting.first_moment), body, len(waiting.lines))


def _key(target: ToBucket, moment: float) -> str:
    begun = datetime.fromtimestamp(moment, UTC).strftime(target.key_format)
    return begun.replace("$UUID", uuid4().hex[:8]).removeprefix("/")
