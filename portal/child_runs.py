"""Commands that the portal starts as child processes, and what they said: one at a time for each key.

What a child prints is kept in a file, one JSON object a line, so that pages show its steps while it runs, and how it
ended after the portal was started anew. The portal takes its children along when it stops: what it starts is made to be
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

STOP_SECONDS = 10
_OUTPUT_SHOWN = 400


@dataclass(frozen=True)
class ChildRun:
    """One run of a command, as far as its file tells."""

    started_at: datetime
    lines: tuple[dict[str, Any], ...]
    """What the child said; text that is no JSON stands as ``{"text": …}``"""
    ended_at: datetime | None = None
    exit_code: int | None = None
    """None while it runs, and for a run that was killed, as was its portal"""
    about: str = ""
    """What whoever started it said of it"""

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


class AlreadyRunning(Exception):
    """One run at a time for each key."""


class ChildRuns:
    def __init__(self, directory: Path, now: Callable[[], datetime]):
        self._directory = directory
        self._now = now
        self._lock = threading.Lock()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._watchers: dict[str, threading.Thread] = {}

    @property
    def running(self) -> int:
        """How many there are of its own children."""
        return len(self._children)

    def start(
        self, key: str, command: Sequence[str], about: str = "", afterwards: Callable[[], None] = lambda: None
    ) -> None:
        """Raises AlreadyRunning."""
        with self._lock:
            if key in self._children:
                raise AlreadyRunning
            self._directory.mkdir(parents=True, exist_ok=True)
            with self._path(key).open("ab") as output:
                if not _is_free(output, fcntl.LOCK_EX):
                    raise AlreadyRunning
                output.truncate(0)
                output.write(_line({"started": self._now().isoformat(), "about": about}))
                output.flush()
                child = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
                )
            self._children[key] = child
            watcher = threading.Thread(target=self._await_end, args=(key, child, afterwards), daemon=True)
            self._watchers[key] = watcher
            watcher.start()

    def run(self, key: str) -> ChildRun | None:
        """The newest; None if there never was one."""
        try:
            with self._path(key).open(errors="replace") as output:
                said = [_read(line) for line in output.read().splitlines() if line.strip()]
                is_running = key in self._children or not _is_free(output, fcntl.LOCK_SH)
                written_at = datetime.fromtimestamp(os.fstat(output.fileno()).st_mtime, UTC)
        except FileNotFoundError:
            return None
        if not said:
            return None  # it was torn before anything was said
        started_at = datetime.fromisoformat(said[0]["started"]) if "started" in said[0] else written_at
        ended = said[-1] if "exit" in said[-1] else None
        about = str(said[0].get("about", ""))
        lines = tuple(line for line in said if not line.keys() & {"started", "exit"})[-_OUTPUT_SHOWN:]
        if ended:
            return ChildRun(started_at, lines, datetime.fromisoformat(ended["ended"]), ended["exit"], about)
        if is_running:
            return ChildRun(started_at, lines, about=about)
        # Its portal was killed. If it came to its end nevertheless, it said so itself.
        code = said[-1].get("exit_code") if said[-1].get("event") == "end" else None
        return ChildRun(started_at, lines, written_at if code is not None else started_at, code, about)

    def wait(self, key: str, seconds: float = 60) -> None:
        """Until the newest run has ended and its end is written down."""
        if key in self._watchers:
            self._watchers[key].join(seconds)

    def close(self) -> None:
        """Stops every child, and what it started."""
        with self._lock:
            children = dict(self._children)
        for child in children.values():
            _signal(child, signal.SIGTERM)
        for key, child in children.items():
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL)
            self.wait(key)

    def _await_end(self, key: str, child: subprocess.Popen[bytes], afterwards: Callable[[], None]) -> None:
        code = child.wait()
        afterwards()
        with self._lock:
            with self._path(key).open("ab") as output:
                # What the child said last may lack the end of its line.
                output.write(b"\n" + _line({"ended": self._now().isoformat(), "exit": code}))
            del self._children[key]

    def _path(self, key: str) -> Path:
        return self._directory / f"{key}.jsonl"


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
