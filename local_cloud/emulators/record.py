"""``local-cloud.json``: who runs the local cloud of a state directory, and where it answers.

Ports stay in it after a stop, so that addresses are the same next time.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from local_cloud.emulators.process import free_port, is_free
from local_cloud.tasks.process_identity import birth, is_alive


@dataclass(frozen=True)
class Addresses:
    ministack_port: int
    moto_port: int

    @property
    def endpoint_url(self) -> str:
        """Where every AWS service answers that ``endpoints`` does not name."""
        return f"http://127.0.0.1:{self.ministack_port}"

    @property
    def endpoints(self) -> dict[str, str]:
        """By boto3's name of the service."""
        return {"application-autoscaling": f"http://127.0.0.1:{self.moto_port}"}

    @classmethod
    def usable(cls, remembered: "Addresses | None") -> "Addresses":
        """The ports of last time where they are still free, so that addresses stay what they were."""
        known = (remembered.ministack_port, remembered.moto_port) if remembered else (0, 0)
        return cls(*(port if port and is_free(port) else free_port() for port in known))


@dataclass(frozen=True)
class Process:
    """Named so that a later one with the same number is not taken for it."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> "Process":
        return cls(pid, birth(pid))

    @property
    def is_alive(self) -> bool:
        return is_alive(self.pid, self.born)

    def end(self, timeout_seconds: float, sleep: Callable[[float], None] = time.sleep) -> bool:
        """SIGTERM; False when it is still there at the end of the time."""
        if self.is_alive:
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + timeout_seconds
        while self.is_alive:
            if time.monotonic() > deadline:
                return False
            sleep(0.05)
        return True


@dataclass(frozen=True)
class Record:
    """``notes`` are the owner's own, such as where its portal answers."""

    addresses: Addresses
    owner: Process | None = None
    emulators: tuple[Process, ...] = ()
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        return self.owner is not None and self.owner.is_alive


class RecordFile:
    def __init__(self, directory: Path):
        self._path = directory / "local-cloud.json"
        self._lock = directory / "local-cloud.lock"

    @property
    def exists(self) -> bool:
        return self._path.exists() or self._lock.exists()

    def read(self) -> Record | None:
        """None when there is none, or when it cannot be read: a new start writes it anew."""
        try:
            fields = json.loads(self._path.read_text())
            return Record(
                Addresses(**fields["addresses"]),
                Process(**fields["owner"]) if fields["owner"] else None,
                tuple(Process(**emulator) for emulator in fields["emulators"]),
                fields["notes"],
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def write(self, record: Record) -> None:
        fresh = self._path.with_suffix(".tmp")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(asdict(record), indent=2) + "\n")
        fresh.replace(self._path)

    def forget(self) -> None:
        for path in (self._path, self._lock):
            path.unlink(missing_ok=True)

    def locked(self) -> IO[str]:
        """Held until the file is closed, while the record is taken over; the system frees it when its holder dies."""
        held = self._lock.open("w")
        fcntl.flock(held, fcntl.LOCK_EX)
        return held


def ports(record: Path) -> dict[str, int]:
    """Of load balancers and APIs, by host name. Empty when there is no record, or none that can be read: the next start
    writes it anew."""
    try:
        return dict(json.loads(record.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return {}
