"""What was read from AWS, kept with its age, so that a page can be shown when AWS does not answer.

Two viewers of one page cost one reading: whoever comes second waits for the first and takes the same answer.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from runtime.aws.errors import Unavailable

T = TypeVar("T")


@dataclass(frozen=True)
class Aged(Generic[T]):
    value: T
    taken_at: datetime
    problem: str = ""
    """Why there is nothing newer; empty when all is well"""
    tried_at: datetime | None = None
    """When AWS was asked for something newer and did not answer"""

    def is_fresh(self, now: datetime, seconds: float) -> bool:
        """After a failed refresh, waiters reuse the old value instead of retrying."""
        return now - (self.tried_at or self.taken_at) <= timedelta(seconds=seconds)

    def age(self, now: datetime) -> timedelta:
        return now - self.taken_at


@dataclass
class _Cell:
    lock: threading.Lock = field(default_factory=threading.Lock)
    reading: Aged[Any] | None = None
    outdated: bool = False


class AgedCache:
    def __init__(self, kept: int | None = None) -> None:
        """``kept``: how many readings at most, where keys are what anybody may type; those used last."""
        self._kept = kept
        self._cells: OrderedDict[Hashable, _Cell] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, read: Callable[[], T], now: Callable[[], datetime], fresh_seconds: float) -> Aged[T]:
        """Raises what ``read`` raised only when nothing was ever read before."""
        cell = self._cell(key)
        with cell.lock:
            held = cell.reading
            if held is not None and not cell.outdated and held.is_fresh(now(), fresh_seconds):
                return held
            cell.outdated = False
            cell.reading = reading = _read(held, read, now)
            return reading

    def forget(self, key: Hashable) -> None:
        """After a write: the next page reads anew. What was read stays, in case AWS does not answer."""
        cell = self._cell(key)
        with cell.lock:
            cell.outdated = True

    def _cell(self, key: Hashable) -> _Cell:
        with self._lock:
            cell = self._cells.setdefault(key, _Cell())
            self._cells.move_to_end(key)
            if self._kept and len(self._cells) > self._kept:
                self._cells.popitem(last=False)
            return cell


def _read(held: Aged[T] | None, read: Callable[[], T], now: Callable[[], datetime]) -> Aged[T]:
    started = now()
    try:
        return Aged(read(), started)
    except Unavailable as problem:
        if held is None:
            raise
        return replace(held, problem=problem.sentence, tried_at=now())
