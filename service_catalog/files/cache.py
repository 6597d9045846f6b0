"""What files say, read again only when a file changed: the portal's catalog lives long, and files change under it."""

import errno
import os
import stat
from collections.abc import Callable
from typing import Generic, TypeVar

from service_catalog.messages import say

Said = TypeVar("Said")


class Unopened(Exception):
    """The path exists but is not a readable file."""

    def __init__(self, message: str, hint: str):
        self.message = message
        self.hint = hint
        super().__init__(f"{message}; {hint}")


class FileCache(Generic[Said]):
    def __init__(self, read: Callable[[str, bytes], Said]):
        """``read`` gets the file's stem and its bytes."""
        self._read = read
        self._said: dict[str, tuple[tuple[int, ...], Said]] = {}

    def get(self, path: str) -> Said:
        """Raises FileNotFoundError if there is no such file, Unopened if it cannot be read."""
        try:
            found = os.stat(path)
            known = self._said.get(path)
            if known and known[0] == _stamp(found):
                return known[1]
            stamp, content = _content(path, found.st_mode)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not os.path.islink(path):
                raise
            raise Unopened(*_why(error)) from error
        said = self._read(os.path.splitext(os.path.basename(path))[0], content)
        self._said[path] = (stamp, said)
        return said


def _content(path: str, mode: int) -> tuple[tuple[int, ...], bytes]:
    if stat.S_ISDIR(mode):
        raise Unopened(say("is a directory, where a file should be"), say("rename or remove it"))
    if not stat.S_ISREG(mode):
        # Opening a pipe would wait for its writer, for ever.
        raise Unopened(say("is a pipe, a socket or a device, where a file should be"), say("remove it"))
    file = os.open(path, os.O_RDONLY)
    try:
        found = os.fstat(file)
        return _stamp(found), os.read(file, found.st_size)
    finally:
        os.close(file)


def _why(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return say("is a broken symbolic link"), say("correct or remove it")
    if error.errno == errno.ELOOP:
        return say("is a symbolic link to itself"), say("correct or remove it")
    reason = (error.strerror or str(error)).lower()
    return say("cannot be read: %(reason)s", reason=reason), say("see that you may read it")


def _stamp(found: os.stat_result) -> tuple[int, ...]:
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
