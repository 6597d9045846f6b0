"""What is written beside the request that led to it, which waits for nothing: notes that the next request mends where
AWS did not take them."""

import logging
import threading
from collections.abc import Callable

from runtime.aws.errors import GatewayError

log = logging.getLogger(__name__)

_ENDS_WITHIN_SECONDS = 5


class WrittenBeside:
    def __init__(self, what: str):
        self._what = what
        self._writers: list[threading.Thread] = []

    def write(self, act: Callable[[], None]) -> None:
        writer = threading.Thread(target=self._work, args=(act,), name=self._what, daemon=True)
        self._writers = [*(it for it in self._writers if it.is_alive()), writer]
        writer.start()

    def close(self) -> None:
        for writer in self._writers:
            writer.join(timeout=_ENDS_WITHIN_SECONDS)

    def _work(self, act: Callable[[], None]) -> None:
        try:
            act()
        except GatewayError as error:
            log.warning("not written what=%s error=%s", self._what, error.code)
