"""What files say, read again only when a file changed: the portal's catalog lives long, and files change under it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

Said = TypeVar("Said")


class FileCache(Generic[Said]):
    def __init__(self, read: Callable[[str, bytes], Said]):
        """``read`` gets the file's stem and its bytes."""
        self._read = read
        self._said: dict[Path, tuple[tuple[int, ...], Said]] = {}

    def get(self, path: Path) -> Said:
        """Raises FileNotFoundError."""
        known = self._said.get(path)
        if known and known[0] == _stamp(os.stat(path)):
            return known[1]
        with path.open("rb") as file:
            stamp = _stamp(os.fstat(file.fileno()))
            said = self._read(path.stem, file.read())
        self._said[path] = (stamp, said)
        return said


def _stamp(stat: os.stat_result) -> tuple[int, ...]:
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino
