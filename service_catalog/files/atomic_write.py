"""Writing files so that nobody ever reads half of one, and one writer waits for another.

All of it raises CatalogError when the place cannot be written.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service_catalog.messages import say
from service_catalog.problems import CatalogError, Problem


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Waits until no other process or thread holds the directory. However a holder ends, its lock ends too."""
    with _refused_in_words(directory, directory):
        handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace(path: Path, text: str) -> None:
    with _refused_in_words(path, path.parent), _written_beside(path, text) as draft:
        os.replace(draft, path)


def create(path: Path, text: str) -> None:
    """Nothing is overwritten: a link is as exclusive as ``O_EXCL``, and the file is whole from the start."""
    with _refused_in_words(path, path.parent), _written_beside(path, text) as draft:
        os.link(draft, path)


def remove(path: Path) -> None:
    with _refused_in_words(path, path.parent):
        path.unlink()


@contextmanager
def _refused_in_words(path: Path, place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = say("see that you may write in %(place)s", place=place)
        raise CatalogError(
            [Problem(str(path), "", say("cannot be written: %(reason)s", reason=reason), hint)]
        ) from error


@contextmanager
def _written_beside(path: Path, text: str) -> Iterator[str]:
    # Writers hold a lock on the directory, so a draft found here was left by a process that was killed.
    for abandoned in path.parent.glob(f".{path.name}.*"):
        abandoned.unlink(missing_ok=True)
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
