"""MiniStack's memory on disk, as whole sets: one folder a save, and the newest complete one counts.

MiniStack by itself writes one file a service in place. Killed between two of them it comes back with services whose
log groups or parameters are not there, and nothing starts any more.
"""

import logging
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

_TRIES = 5
_UNDISTURBED_SECONDS = 60.0

States = Mapping[str, Callable[[], Any]]
"""Each service's name to what gives its state; None stands for a service that has none to give."""


class Memory:
    def __init__(self, folder: Path, write: Callable[[Path, str, Any], None]):
        """``write``: puts one service's state into a folder, as a file that MiniStack can read."""
        self._folder = folder
        self._write = write
        self._lock = threading.Lock()

    @property
    def newest(self) -> Path:
        """The last complete set; before the first save, where none is."""
        return self._set(max(self._numbers(), default=0))

    def save(self, states: States) -> None:
        """Afterwards ``newest`` is all of it. When anything fails, what was saved before still stands."""
        with self._lock:
            number = max(self._numbers(), default=0) + 1
            unfinished = self._folder / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            for name, state in {name: _taken(state) for name, state in states.items()}.items():
                if state is not None:
                    self._write(unfinished, name, state)
            unfinished.rename(self._set(number))
            for old in self._numbers() - {number}:
                shutil.rmtree(self._set(old), ignore_errors=True)

    def _set(self, number: int) -> Path:
        return self._folder / f"set-{number}"

    def _numbers(self) -> set[int]:
        return {int(path.name.removeprefix("set-")) for path in self._folder.glob("set-*")}


def _taken(state: Callable[[], Any]) -> Any:
    """A service that changes while it is copied is copied again, and then nothing else is done meanwhile."""
    try:
        return state()
    except RuntimeError as error:  # "dictionary changed size during iteration"
        log.info("copied again: %s", error)
    with _other_threads_waiting():
        return _taken_at_last(state)


def _taken_at_last(state: Callable[[], Any]) -> Any:
    """Another thread may still have its turn once."""
    for _ in range(_TRIES - 1):
        try:
            return state()
        except RuntimeError as error:
            log.info("copied again: %s", error)
    return state()


@contextmanager
def _other_threads_waiting() -> Iterator[None]:
    """Unless this one waits for something itself."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_UNDISTURBED_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
