"""What somebody else's server tells and is kept for a while: keys that check signatures, whether a provider answers.

One asks and the others do not: whoever has a known answer goes on with it, and only who has none waits, for that one
question. Other names wait for nothing. A server that did not answer is not asked again at once, however many come.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Cell(Generic[T]):
    asking: threading.Lock = field(default_factory=threading.Lock)
    held: tuple[T, datetime] | None = None
    failed: tuple[Exception, datetime] | None = None


class Fetched(Generic[T]):
    def __init__(
        self,
        fetch: Callable[[str], T],
        now: Callable[[], datetime],
        *,
        lasts: timedelta,
        outlasts: timedelta,
        asked_again: timedelta,
        kept: int = 64,
    ):
        """By name. ``lasts``: so long an answer is as good as new. ``outlasts``: so long it serves where there is none
        newer. ``asked_again``: after a failure, or where somebody wants a newer one, not before. ``kept``: names at
        most, those that were used last."""
        self._fetch, self._now = fetch, now
        self._lasts, self._outlasts, self._asked_again = lasts, outlasts, asked_again
        self._cells: OrderedDict[str, _Cell[T]] = OrderedDict()
        self._kept, self._lock = kept, threading.Lock()

    def get(self, name: str, anew: bool = False) -> T:
        """``anew``: what is held did not serve. Raises what ``fetch`` raised, for a while without asking."""
        cell = self._cell(name)
        good_for = self._asked_again if anew else self._lasts
        if cell.held and self._is_within(cell.held[1], good_for):
            return cell.held[0]
        known = cell.held if cell.held and not anew and self._is_within(cell.held[1], self._outlasts) else None
        if not cell.asking.acquire(blocking=known is None):
            assert known is not None
            return known[0]
        try:
            return self._asked(cell, name, good_for)
        except Exception:
            if known:
                return known[0]
            raise
        finally:
            cell.asking.release()

    def _asked(self, cell: _Cell[T], name: str, good_for: timedelta) -> T:
        """By one at a time; who waited for that finds what came of it."""
        if cell.held and self._is_within(cell.held[1], good_for):
            return cell.held[0]
        if cell.failed and self._is_within(cell.failed[1], self._asked_again):
            raise cell.failed[0].with_traceback(None)  # else it grows with each that is told
        try:
            found = self._fetch(name)
        except Exception as error:
            cell.failed = error, self._now()
            raise
        cell.held = found, self._now()
        return found

    def _is_within(self, when: datetime, span: timedelta) -> bool:
        return self._now() - when < span

    def _cell(self, name: str) -> _Cell[T]:
        with self._lock:
            cell = self._cells.setdefault(name, _Cell())
            self._cells.move_to_end(name)
            if len(self._cells) > self._kept:
                self._cells.popitem(last=False)
            return cell
