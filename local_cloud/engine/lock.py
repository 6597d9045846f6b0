"""One run of a stack at a time, whether by this engine or by a ``pulumi`` CLI on the same directory.

The operating system holds the lock, so it ends with its process, however that ends. Beside it stands the file by which
the CLI knows that a stack is taken, and this engine respects the CLI's.
"""

import fcntl
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

_OURS = "embedded-engine.json"


class StackLocked(Exception):
    """Somebody else runs this stack."""


@contextmanager
def held(directory: Path, stack: str) -> Iterator[None]:
    """``directory`` is where the CLI keeps the locks of this one stack. Raises StackLocked."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory.parent / f".{directory.name}.flock").open("w") as flock:
        try:
            fcntl.flock(flock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackLocked(_told(stack, directory / _OURS)) from None
        _respect_others(directory, stack)
        ours = directory / _OURS
        ours.write_text(json.dumps(_holder()))
        try:
            yield
        finally:
            ours.unlink(missing_ok=True)  # `pulumi cancel` may have taken it away


def _respect_others(directory: Path, stack: str) -> None:
    for other in directory.glob("*.json"):
        if other.name != _OURS and not _removed_if_dead(other):
            raise StackLocked(_told(stack, other))


def _removed_if_dead(lock: Path) -> bool:
    holder = _read(lock)
    if holder.get("hostname") != socket.gethostname() or _is_alive(int(holder.get("pid", 0))):
        return False
    for file in (lock, lock.with_name(f"{lock.name}.attrs")):  # what the CLI's file store notes beside each file
        file.unlink(missing_ok=True)
    return True


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _told(stack: str, lock: Path) -> str:
    holder = _read(lock)
    who = f"process {holder['pid']} of {holder['username']} on {holder['hostname']}" if holder else "another process"
    return f"{stack} is being run by {who}; wait for it to end"


def _read(lock: Path) -> dict[str, str]:
    try:
        return dict(json.loads(lock.read_text()))
    except (OSError, ValueError):
        return {}


def _holder() -> dict[str, str | int]:
    return {
        "pid": os.getpid(),
        "username": getpass.getuser(),
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }
