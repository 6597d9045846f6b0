"""Notices that AWS does not answer at all, and remembers it, so that one page waits for it once and not for each call.

A slow AWS is waited for: the clock starts anew with every answer, whoever asked. Only when nobody was answered for
``SECONDS`` do all give up; after that one asks again every ``ASK_AGAIN_SECONDS``, and the others are refused at once.
A page of several environments waits but once too: it has a ``Patience``.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from contextvars import ContextVar
from typing import TypeVar

from botocore import exceptions as aws

T = TypeVar("T")

SECONDS = 3.0
ASK_AGAIN_SECONDS = 2.0
IMPATIENT_SECONDS = 0.5


class Patience:
    """Of one request: once it has waited in vain, it waits but a moment for the AWS of any environment."""

    def __init__(self, impatient_seconds: float = IMPATIENT_SECONDS):
        self._impatient_seconds = impatient_seconds
        self.is_spent = False

    def seconds(self) -> float:
        return self._impatient_seconds if self.is_spent else float("inf")


patience: ContextVar[Patience | None] = ContextVar("patience", default=None)
"""Of the request that this thread answers; None in threads that nobody waits for"""


class Silent(aws.HTTPClientError):
    """As botocore says it of one request: there was no answer."""

    fmt = "AWS has not answered for {seconds:.1f} s"


class Silence:
    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic):
        self._seconds, self._clock = seconds, clock
        self._lock = threading.Lock()
        self._waiting = 0
        self._since = 0.0
        """When the last answer came, or when the first began to wait for one"""
        self._ask_again_at: float | None = None
        """None while AWS answers"""

    def ask(self, request: Callable[[], T]) -> T:
        """Raises what the request raises, or Silent; then the request may still be under way."""
        self._begin()
        mine = patience.get() or Patience()
        until = self._clock() + mine.seconds()
        asked = _sent(request)
        try:
            while not wait_for([asked], max(self._left(until), 0.0)).done:
                if self._left(until) <= 0:
                    mine.is_spent = True
                    self._give_up()
            self._answered(asked)
            return asked.result()
        finally:
            with self._lock:
                self._waiting -= 1

    def refuse_if_silent(self) -> None:
        """For a write: it is not begun while AWS is away, and is waited for once it has begun."""
        with self._lock:
            if self._ask_again_at is not None and self._clock() < self._ask_again_at:
                raise Silent(seconds=self._clock() - self._since)

    def _begin(self) -> None:
        self.refuse_if_silent()
        with self._lock:
            now = self._clock()
            if self._ask_again_at is not None:
                self._ask_again_at = now + self._seconds + ASK_AGAIN_SECONDS
                self._since = now
            elif not self._waiting:
                self._since = now
            self._waiting += 1

    def _left(self, until: float) -> float:
        with self._lock:
            return min(self._since + self._seconds, until) - self._clock()

    def _give_up(self) -> None:
        with self._lock:
            if self._clock() - self._since >= self._seconds:
                self._ask_again_at = self._clock() + ASK_AGAIN_SECONDS
            raise Silent(seconds=self._clock() - self._since)

    def _answered(self, asked: Future[T]) -> None:
        """A refusal is an answer too; that nobody listens at all is none."""
        with self._lock:
            if isinstance(asked.exception(), aws.EndpointConnectionError | aws.ConnectTimeoutError):
                self._ask_again_at = self._clock() + ASK_AGAIN_SECONDS
            elif not isinstance(asked.exception(), aws.HTTPClientError):
                self._ask_again_at, self._since = None, self._clock()


def _sent(request: Callable[[], T]) -> Future[T]:
    """In a thread of its own, which nobody waits for at the end of the process either."""
    asked: Future[T] = Future()

    def answer() -> None:
        try:
            asked.set_result(request())
        except BaseException as error:
            asked.set_exception(error)

    threading.Thread(target=answer, name="aws", daemon=True).start()
    return asked
