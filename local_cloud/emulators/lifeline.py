"""Ends a process cleanly when its parent is gone, however that ended.

The parent holds the write end of our standard input and never writes. Reading returns when the last holder died.
"""

import os
import signal
import sys
import threading


def hold(stream: int | None = None) -> None:
    """From now on this process receives SIGTERM when ``stream`` (standard input) closes."""
    watched = sys.stdin.fileno() if stream is None else stream
    threading.Thread(target=_end_with_parent, args=(watched,), daemon=True, name="lifeline").start()


def _end_with_parent(stream: int) -> None:
    while os.read(stream, 64):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
