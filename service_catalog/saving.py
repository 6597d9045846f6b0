"""Writing files so that nobody ever reads half of one, and one writer waits for another."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Waits until no other process or thread holds the directory. However a holder ends, its lock ends too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace(path: Path, text: str) -> None:
    with _written_beside(path, text) as draft:
        os.replace(draft, path)


def create(path: Path, text: str) -> None:
    """Raises FileExistsError. A link is as exclusive as ``O_EXCL``, and the file is whole from the start."""
    with _written_beside(path, text) as draft:
        os.link(draft, path)


@contextmanager
def _written_beside(path: Path, text: str) -> Iterator[str]:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        yield draft
    finally:
        Path(draft).unlink(missing_ok=True)
