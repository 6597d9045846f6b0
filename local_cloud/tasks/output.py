"""What a program wrote: its last lines, kept in memory, for any number of followers."""

import threading
from collections import deque
from collections.abc import Iterator

LONGEST_LINE = 16 * 1024
"""ECS's log drivers cut there too."""


class Output:
    def __init__(self, keep_bytes: int = 1024 * 1024):
        self._keep_bytes = keep_bytes
        self._lines: deque[bytes] = deque()
        self._size = 0
        self._dropped = 0
        self._unfinished = b""
        self._closed = False
        self._changed = threading.Condition()

    def write(self, data: bytes) -> None:
        with self._changed:
            *whole, self._unfinished = (self._unfinished + data).split(b"\n")
            for line in whole:
                self._append(line)
            while len(self._unfinished) > LONGEST_LINE:
                self._append(self._unfinished[:LONGEST_LINE])
                self._unfinished = self._unfinished[LONGEST_LINE:]
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            if self._unfinished:
                self._append(self._unfinished)
                self._unfinished = b""
            self._closed = True
            self._changed.notify_all()

    def lines(self) -> list[str]:
        with self._changed:
            return [line.decode(errors="replace") for line in self._lines]

    def follow(self) -> Iterator[bytes]:
        """Chunks of whole lines, from the oldest that is kept until the program has closed its output."""
        seen = 0
        while True:
            with self._changed:
                while self._dropped + len(self._lines) <= seen and not self._closed:
                    self._changed.wait()
                fresh = list(self._lines)[max(0, seen - self._dropped) :]
                seen = self._dropped + len(self._lines)
                over = self._closed
            if fresh:
                yield b"".join(line + b"\n" for line in fresh)
            if over:
                return

    def _append(self, line: bytes) -> None:
        self._lines.append(line)
        self._size += len(line)
        while self._size > self._keep_bytes:
            self._size -= len(self._lines.popleft())
            self._dropped += 1
