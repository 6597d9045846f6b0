"""Saves MiniStack's state at quiet moments; by itself it does so on a clean stop only, and kill -9 loses everything.

A save happens when writes have paused for a moment, and at the latest some seconds after the first unsaved one.
"""

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

QUIET_SECONDS = 2.0
LONGEST_SECONDS = 10.0
_READS = ("Describe", "List", "Get", "Batch", "Filter", "Query", "Scan", "Search", "Lookup", "Head")


class Snapshots:
    def __init__(self, save: Callable[[], None], clock: Callable[[], float] = time.monotonic):
        self._save = save
        self._clock = clock
        self._first_unsaved: float | None = None
        self._last_write = 0.0
        self._lock = threading.Lock()

    def note(self, method: str, headers: dict[str, str], path: str) -> None:
        """A request was answered: remember it if it may have changed something."""
        if not is_write(method, headers, path):
            return
        with self._lock:
            self._last_write = self._clock()
            self._first_unsaved = self._first_unsaved or self._last_write

    def look(self) -> bool:
        """Saves if the moment is right; says whether it did."""
        with self._lock:
            if self._first_unsaved is None or not self._is_time(self._first_unsaved):
                return False
            first, self._first_unsaved = self._first_unsaved, None
        try:
            self._save()
        except (OSError, RuntimeError) as error:  # a full disk; a service that changes faster than it can be copied
            log.warning("the memory could not be saved and will be tried again: %s", error)
            with self._lock:
                self._first_unsaved = self._first_unsaved or first
            return False
        return True

    def run(self, sleep: Callable[[float], None] = time.sleep) -> None:
        while True:
            sleep(0.5)
            self.look()

    def _is_time(self, first_unsaved: float) -> bool:
        now = self._clock()
        return now - self._last_write >= QUIET_SECONDS or now - first_unsaved >= LONGEST_SECONDS


def is_write(method: str, headers: dict[str, str], path: str) -> bool:
    """A query-protocol call (EC2, IAM, ELB) counts as a write: its action is in the body, and only engines send it."""
    if path.startswith(("/_", "/v2/", "/v4/")):
        return False
    if "x-amz-target" in headers:
        return not headers["x-amz-target"].rpartition(".")[2].startswith(_READS)
    if "/operation/" in path:  # CloudWatch's binary protocol
        return not path.rpartition("/")[2].startswith(_READS)
    return method not in ("GET", "HEAD", "OPTIONS")
