"""One background thread per process keeps what the list shows: a page asks the collector, never AWS.

Single-flight, because there is one thread. Stale-while-revalidate: whoever asks is given what is held, however old, and
the thread reads anew behind it, never more often than every ``fresh_seconds``. Nothing is polled while no page is open.
When AWS does not answer, the old data stays, with what AWS said.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from portal.data.aged import Aged

log = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0
"""Between two looks at what moves, however fresh a page wants to be: else the thread would only turn in circles"""


class View(Protocol):
    """What is read of an environment."""

    @property
    def is_read(self) -> bool:
        """False when AWS has not answered yet"""

    @property
    def is_moving(self) -> bool:
        """It is read on, though nobody looks"""


V = TypeVar("V", bound=View)


class Collector(Generic[V]):
    def __init__(
        self,
        read: Callable[[str], V],
        unread: Callable[[str], V],
        now: Callable[[], datetime],
        fresh_seconds: float,
    ):
        """``unread`` says what there is to show while ``read`` never succeeded."""
        self._read, self._unread = read, unread
        self._now = now
        self._fresh = timedelta(seconds=fresh_seconds)
        self._pause_seconds = max(fresh_seconds, _PAUSE_SECONDS)
        self._changed = threading.Condition()
        self._held: dict[str, Aged[V]] = {}
        self._tried_at: dict[str, datetime] = {}
        self._wanted: dict[str, None] = {}
        self._under_way: str | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def look(self, environment: str, patience_seconds: float = 0.0) -> Aged[V] | None:
        """What is held. Only when that is nothing, or outdated by a write, it is waited for, so long at most."""
        with self._changed:
            if self._is_old(environment) and environment != self._under_way:
                self._want(environment)
            self._changed.wait_for(lambda: self._is_answered(environment), patience_seconds)
            return self._held.get(environment)

    def held(self, environment: str) -> Aged[V] | None:
        """What was read last, however old; reads nothing."""
        with self._changed:
            return self._held.get(environment)

    def outdate(self, environment: str) -> None:
        """After a write: read anew at once."""
        with self._changed:
            self._tried_at.pop(environment, None)
            self._want(environment)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=5)

    def _is_old(self, environment: str) -> bool:
        tried_at = self._tried_at.get(environment)
        return tried_at is None or self._now() - tried_at > self._fresh

    def _is_answered(self, environment: str) -> bool:
        return self._closed or environment in self._tried_at

    def _want(self, environment: str) -> None:
        if self._closed:
            return
        self._wanted[environment] = None
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="collector", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while (environment := self._next()) is not None:
            started = self._now()
            try:
                reading = Aged(self._read(environment), started)
            except Exception as problem:
                # Whatever it was: the page shows old data and says why, and the thread lives on.
                log.warning("reading failed environment=%s problem=%s", environment, problem)
                reading = self._old(environment, started, getattr(problem, "sentence", str(problem)))
            self._keep(environment, reading, started)

    def _old(self, environment: str, started: datetime, problem: str) -> Aged[V]:
        held = self._held.get(environment)
        if held is None or not held.value.is_read:
            return Aged(self._unread(environment), started, problem)
        return replace(held, problem=problem)

    def _next(self) -> str | None:
        with self._changed:
            while not (self._wanted or self._closed):
                # What moves is followed to its end, whether or not anybody looks.
                self._changed.wait(self._pause_seconds if self._moving() else None)
                self._wanted |= {name: None for name in self._moving() if self._is_old(name)}
            if self._closed:
                return None
            environment = next(iter(self._wanted))
            del self._wanted[environment]
            self._under_way = environment
            return environment

    def _moving(self) -> list[str]:
        return [name for name, held in self._held.items() if held.value.is_moving]

    def _keep(self, environment: str, reading: Aged[V], started: datetime) -> None:
        with self._changed:
            self._held[environment] = reading
            self._under_way = None
            if environment not in self._wanted:  # else something was written meanwhile, and it is outdated already
                self._tried_at[environment] = started
            self._changed.notify_all()
