"""How long a revision that keeps failing has to wait before it is started again."""

import threading
import time
from collections.abc import Callable

QUICK_SECONDS = 10.0
"""An end sooner than this after the start is a quick failure."""
FREE_FAILURES = 3


class Backoff:
    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def ended(self, revision: str, lived_seconds: float) -> None:
        with self._lock:
            if lived_seconds >= QUICK_SECONDS:
                self._failures.pop(revision, None)
                return
            self._failures[revision] = self._failures.get(revision, 0) + 1
            self._last[revision] = self._clock()

    def delay_seconds(self, revision: str) -> float:
        """How long the next start has to wait: 0.5, 1, 2 … 30 s after the first free failures."""
        with self._lock:
            failures = self._failures.get(revision, 0)
            if failures < FREE_FAILURES:
                return 0
            wanted = min(30.0, 0.5 * 2 ** min(failures - FREE_FAILURES, 10))
            return max(0.0, self._last[revision] + wanted - self._clock())
