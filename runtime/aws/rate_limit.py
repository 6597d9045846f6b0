"""A limit on how fast this process asks AWS: one token bucket for each family of calls.

ECS gives each account and region a bucket per family, which Pulumi, the console and everybody else share. The snapshot
takes a quarter of it at most, so that looking never stops anybody from releasing.
"""

import threading
import time
from collections.abc import Callable


class RateLimit:
    """``burst`` calls at once, then ``per_second``. ``wait()`` returns when the next call may be sent."""

    def __init__(
        self,
        burst: float,
        per_second: float,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ):
        self._burst, self._per_second = burst, per_second
        self._monotonic, self._sleep = monotonic, sleep
        self._tokens, self._seen = burst, monotonic()
        self._lock = threading.Lock()

    def wait(self) -> None:
        with self._lock:
            delay = self._take()
        if delay > 0:
            self._sleep(delay)

    def wait_briefly(self, at_most_seconds: float) -> bool:
        """Whether the call may be sent now; False, and nothing is taken, where it would have to wait for longer."""
        with self._lock:
            self._fill()
            if (1 - self._tokens) / self._per_second > at_most_seconds:
                return False
            delay = self._take()
        if delay > 0:
            self._sleep(delay)
        return True

    def _take(self) -> float:
        """Takes a token, on credit if there is none, and says how long to wait for it."""
        self._fill()
        self._tokens -= 1
        return max(0.0, -self._tokens / self._per_second)

    def _fill(self) -> None:
        now = self._monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._seen) * self._per_second)
        self._seen = now
