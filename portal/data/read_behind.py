"""One thing that every request looks at and none waits for: what is held is handed out, and read anew behind it.

Like the collector, for what belongs to the portal and to no environment.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from runtime.aws.errors import GatewayError

log = logging.getLogger(__name__)

T = TypeVar("T")


class ReadBehind(Generic[T]):
    def __init__(self, name: str, read: Callable[[], T], now: Callable[[], datetime], fresh_seconds: float):
        self._name, self._read, self._now = name, read, now
        self._fresh = timedelta(seconds=fresh_seconds)
        self._changed = threading.Condition()
        self._held: T | None = None
        self._put = 0
        """How often something was"""
        self._tried_at: datetime | None = None
        self._reader: threading.Thread | None = None

    def value(self, patience_seconds: float = 0.0, fresh_seconds: float | None = None) -> T | None:
        """What was read last. None where nothing ever was: that alone is waited for, so long at most.
        ``fresh_seconds``: for whom older data does."""
        fresh = self._fresh if fresh_seconds is None else timedelta(seconds=fresh_seconds)
        with self._changed:
            is_old = self._tried_at is None or self._now() - self._tried_at > fresh
            if is_old and self._reader is None:
                self._reader = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._reader.start()
            self._changed.wait_for(lambda: self._tried_at is not None, patience_seconds)
            return self._held

    def put(self, value: T) -> None:
        """What this process has just written, so it need not be read."""
        with self._changed:
            self._held, self._put = value, self._put + 1

    def _work(self) -> None:
        started, put = self._now(), self._put
        try:
            found = self._read()
            with self._changed:
                if put == self._put:  # else it may not have seen what was written meanwhile: a revocation
                    self._held = found
        except GatewayError as error:
            log.warning("reading failed what=%s error=%s", self._name, error.sentence)
        finally:
            with self._changed:
                self._tried_at, self._reader = started, None
                self._changed.notify_all()
