"""What a program wrote: its last lines, kept in memory, for any number of followers."""

import threading
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_LINE = 16 * 1024
"""ECS's log drivers cut there too."""


class Line(NamedTuple):
    text: bytes
    goes_on: bool = False
    """Cut here: the next line is the rest of it"""


class Output:
    def __init__(self, keep_bytes: int = 1024 * 1024):
        self._keep_bytes = keep_bytes
        self._lines: deque[Line] = deque()
        self._size = 0
        self._dropped = 0
        self._unfinished = b""
        self._closed = False
        self._changed = threading.Condition()

    def write(self, data: bytes) -> None:
        with self._changed:
            *whole, self._unfinished = (self._unfinished + data).split(b"\n")
            for line in whole:
                self._append(Line(self._cut(line)))
            self._unfinished = self._cut(self._unfinished)
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            if self._unfinished:
                self._append(Line(self._unfinished))
                self._unfinished = b""
            self._closed = True
            self._changed.notify_all()

    def lines(self) -> list[str]:
        with self._changed:
            return [line.text.decode(errors="replace") for line in self._lines]

    def follow(self) -> Iterator[bytes]:
        """Chunks of whole lines, from the oldest that is kept until the program has closed its output."""
        for lines in self.follow_lines():
            yield b"".join(line.text + b"\n" for line in lines)

    def follow_lines(self) -> Iterator[list[Line]]:
        seen = 0
        while True:
            with self._changed:
                while self._dropped + len(self._lines) <= seen and not self._closed:
                    self._changed.wait()
                fresh = list(self._lines)[max(0, seen - self._dropped) :]
                seen = self._dropped + len(self._lines)
                over = self._closed
            if fresh:
                yield fresh
            if over:
                return

    def _cut(self, line: bytes) -> bytes:
        """What is left of a line once its first parts are taken off."""
        while len(line) > LONGEST_LINE:
            self._append(Line(line[:LONGEST_LINE], goes_on=True))
            line = line[LONGEST_LINE:]
        return line

    def _append(self, line: Line) -> None:
        self._lines.append(line)
        self._size += len(line.text)
        while self._size > self._keep_bytes:
            self._size -= len(self._lines.popleft().text)
            self._dropped += 1
