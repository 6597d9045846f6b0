"""Ends process groups whose owner is gone. A program of its own: it must outlive the owner.

It reads ``+<group>`` and ``-<group>`` lines from standard input, whose other end the owner holds. When that closes, the
owner has ended, however it did; what is left of the groups then gets SIGTERM, and SIGKILL two seconds later.
"""

import os
import signal
import sys
import time


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    end(groups)


def end(groups: set[int]) -> None:
    left = {group for group in groups if signalled(group, signal.SIGTERM)}
    deadline = time.monotonic() + 2
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = {group for group in left if signalled(group, 0)}
    for group in left:
        signalled(group, signal.SIGKILL)


def signalled(group: int, number: int) -> bool:
    """False when nobody is left in the group."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()
