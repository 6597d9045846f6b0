"""The button that provisions a service of the local cloud: one ``slipway up`` at a time per service, as a child
process.

What the child prints is kept in a file, one JSON object a line, so that the page shows its steps while it runs, and
how it ended after the portal was started anew. The portal takes its children along when it stops: `up` is made to be
run again. A portal that is killed cannot: so the child itself, whose output the file is, holds it locked while it runs.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from portal.settings import SERVICE
from portal.text.language import _
from runtime.aws.errors import Conflict

STOP_SECONDS = 10
_OUTPUT_SHOWN = 400


@dataclass(frozen=True)
class ProvisioningRun:
    """One run of `slipway up`, as far as its file tells."""

    service: str
    started_at: datetime
    lines: tuple[dict[str, Any], ...]
    """What the child said; text that is no JSON stands as ``{"text": …}``"""
    ended_at: datetime | None = None
    exit_code: int | None = None
    """None while it runs, and for a run that was killed, as was its portal"""

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The lines, without the beginning of what is done already."""
        found: dict[Any, dict[str, Any]] = {}
        for number, line in enumerate(self.lines):
            same = (line["stack"], line["type"], line["name"]) if line.get("event") == "step" else number
            found[same] = line
        return list(found.values())

    @property
    def made(self) -> int:
        """How many resources were made, changed or taken away."""
        steps = (line for line in self.steps if line.get("event") == "step")
        return sum(line.get("action") != "same" for line in steps)

    @property
    def phases(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("event") == "phase"]

    @property
    def complaints(self) -> list[str]:
        """Of a run that failed: how each stack ended, and what was no event at all, such as a refusal."""
        results = [line for line in self.lines if line.get("event") == "result"]
        ends = [str(it.get("ended") or it.get("why")) for it in results]
        return ends or [str(line["text"]) for line in self.lines if "event" not in line]

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def succeeded(self) -> bool:
        return self.exit_code == 0

    @property
    def took(self) -> timedelta | None:
        """None while it runs, and where nobody saw its end."""
        return self.ended_at - self.started_at if self.ended_at and self.exit_code is not None else None


class AlreadyRunning(Conflict):
    """One run at a time per service."""


class Provisioning:
    def __init__(self, run_directory: Path, command: Sequence[str], now: Callable[[], datetime]):
        self._directory = run_directory / "provisioning"
        self._command = tuple(command)
        self._now = now
        self._lock = threading.Lock()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watchers: dict[str, threading.Thread] = {}

    def start(self, service: str) -> None:
        """Raises AlreadyRunning."""
        with self._lock:
            if service in self._children:
                raise AlreadyRunning(_("%(name)s is being provisioned already", name=service))
            self._directory.mkdir(parents=True, exist_ok=True)
            with self._path(service).open("ab") as output:
                if not _is_free(output, fcntl.LOCK_EX):
                    raise AlreadyRunning(_("%(name)s is being provisioned already", name=service))
                output.truncate(0)
                output.write(_line({"started": self._now().isoformat()}))
                output.flush()
                command = [service if word == SERVICE else word for word in self._command]
                child = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
                )
            self._children[service] = child
            watcher = threading.Thread(target=self._await_end, args=(service, child), daemon=True)
            self._watchers[service] = watcher
            watcher.start()

    def run(self, service: str) -> ProvisioningRun | None:
        """The newest; None if there never was one."""
        try:
            with self._path(service).open(errors="replace") as output:
                said = [_read(line) for line in output.read().splitlines() if line.strip()]
                is_running = service in self._children or not _is_free(output, fcntl.LOCK_SH)
                written_at = datetime.fromtimestamp(os.fstat(output.fileno()).st_mtime, UTC)
        except FileNotFoundError:
            return None
        if not said:
            return None  # it was torn before anything was said
        started_at = datetime.fromisoformat(said[0]["started"]) if "started" in said[0] else written_at
        ended = said[-1] if "ended" in said[-1] else None
        lines = tuple(line for line in said if not line.keys() & {"started", "ended"})[-_OUTPUT_SHOWN:]
        if ended:
            return ProvisioningRun(service, started_at, lines, datetime.fromisoformat(ended["ended"]), ended["exit"])
        if is_running:
            return ProvisioningRun(service, started_at, lines)
        # Its portal was killed. If it came to its end nevertheless, it said so itself.
        code = said[-1].get("exit_code") if said[-1].get("event") == "end" else None
        return ProvisioningRun(service, started_at, lines, written_at if code is not None else started_at, code)

    def wait(self, service: str, seconds: float = 60) -> None:
        """Until the newest run has ended and its end is written down."""
        if service in self._watchers:
            self._watchers[service].join(seconds)

    def close(self) -> None:
        """Stops every child, and what it started."""
        with self._lock:
            children = dict(self._children)
        for child in children.values():
            _signal(child, signal.SIGTERM)
        for service, child in children.items():
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
            self.wait(service)

    def _await_end(self, service: str, child: subprocess.Popen[bytes]) -> None:
        code = child.wait()
        with self._lock:
            with self._path(service).open("ab") as output:
                # What the child said last may lack the end of its line.
                output.write(b"\n" + _line({"ended": self._now().isoformat(), "exit": code}))
            del self._children[service]

    def _path(self, service: str) -> Path:
        return self._directory / f"{service}.jsonl"


def _is_free(output: IO[Any], lock: int) -> bool:
    """Takes the lock, which is let go when the last one who has ``output`` closes it."""
    try:
        fcntl.flock(output, lock | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _signal(child: subprocess.Popen[bytes], what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, what)


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said).encode() + b"\n"


def _read(line: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {"text": line}
    return said if isinstance(said, dict) else {"text": line}
