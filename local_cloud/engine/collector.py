"""Python's cyclic collector, kept out of the way of a run.

The SDK keeps everything it makes until a program ends, so collecting finds nothing and costs half of the time.
"""

import atexit
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (200_000, 50, 1_000)
_lock = threading.Lock()
_runs = 0
_before = gc.get_threshold()

atexit.register(gc.freeze)
"""A process that ends looks through all that it has once more, which takes a second and frees nothing"""


@contextmanager
def at_rest() -> Iterator[None]:
    """Several runs may share the process: the first one quiets the collector, the last one wakes it."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _runs, _before
    with _lock:
        if _runs == 0:
            _before = gc.get_threshold()
            gc.freeze()
            gc.set_threshold(*_THRESHOLDS)
        _runs += 1


def _leave() -> None:
    global _runs
    with _lock:
        _runs -= 1
        if _runs == 0:
            gc.set_threshold(*_before)
            gc.unfreeze()
