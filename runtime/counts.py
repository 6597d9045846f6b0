"""Numbers that only rise, by what they count, for whoever watches this process."""

import threading
from collections import Counter


class Counts:
    def __init__(self) -> None:
        self._counted: Counter[tuple[str, ...]] = Counter()
        self._lock = threading.Lock()

    def add(self, *key: str) -> None:
        with self._lock:
            self._counted[key] += 1

    def all(self) -> dict[tuple[str, ...], int]:
        with self._lock:
            return dict(self._counted)
