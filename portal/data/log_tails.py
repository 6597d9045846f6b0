"""The newest lines of a log group, read once for all who look at them.

One tail per log group and filter, however many follow it: whoever comes first after two seconds asks CloudWatch for
what was printed since, and the others are given what came of it. Nothing is asked while nobody looks.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from portal.data.aged import Aged
from runtime.aws import log_search
from runtime.aws.errors import Unavailable
from runtime.aws.log_search import Lines, LogFilter, LogSearch

FRESH_SECONDS = 2.0
LINES_AT_FIRST = 200
LINES_KEPT = 1000
LOOK_BACK = timedelta(days=14)
"""How far the newest lines are looked for, where nobody says how far"""
AHEAD = timedelta(minutes=5)
"""By how much the clock of a program may be ahead of ours"""
LATE = timedelta(seconds=20)
"""CloudWatch shows some lines later than younger ones: what is read on begins so much earlier"""
_TOO_OLD = timedelta(minutes=2)
"""What nobody looked at for so long begins anew"""
_TAILS = 64


class LogTail:
    def __init__(self, search: LogSearch, asked: LogFilter, now: Callable[[], datetime]):
        self._search, self._asked, self._now = search, asked, now
        self._lock = threading.Lock()
        self._held: Aged[Lines] | None = None

    def read(self) -> Aged[Lines]:
        """Raises Unavailable only when nothing was ever read before."""
        with self._lock:
            if self._held is None or not self._held.is_fresh(self._now(), FRESH_SECONDS):
                self._held = self._newer()
            return self._held

    def _newer(self) -> Aged[Lines]:
        held, now = self._held, self._now()
        try:
            return Aged(self._read_on(held, now) if held else self._begin(now), now)
        except Unavailable as problem:
            if held is None:
                raise
            return replace(held, problem=problem.sentence, tried_at=now)

    def _begin(self, now: datetime) -> Lines:
        return self._search.newest(self._asked, now - LOOK_BACK, now + AHEAD, LINES_AT_FIRST)

    def _read_on(self, held: Aged[Lines], now: datetime) -> Lines:
        if now - held.taken_at > _TOO_OLD:
            return self._begin(now)
        later = self._search.newest(self._asked, held.taken_at - LATE, now + AHEAD, LINES_KEPT)
        return log_search.followed(held.value, held.taken_at, later, LINES_KEPT)


class LogTails:
    """Those that were looked at last; the others are forgotten."""

    def __init__(self, now: Callable[[], datetime]):
        self._now = now
        self._tails: OrderedDict[tuple[str, LogFilter], LogTail] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, environment: str, asked: LogFilter, search: LogSearch) -> LogTail:
        with self._lock:
            tail = self._tails.pop((environment, asked), None) or LogTail(search, asked, self._now)
            self._tails[environment, asked] = tail
            if len(self._tails) > _TAILS:
                self._tails.popitem(last=False)
            return tail
