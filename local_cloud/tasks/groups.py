"""Which process groups are ours, told to those who end them if we cannot.

The guard ends them at once when this process dies. Should both be killed, the next start finds a note per group on
disk: its number and when its leader was born, so that a reused number is not hit.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

from local_cloud.tasks import guard
from local_cloud.tasks.process_identity import birth, is_alive


class Groups:
    def __init__(self, directory: Path):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory = directory
        self._lock = threading.Lock()
        self._end_leftovers()
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    @property
    def guard_pid(self) -> int:
        return self._guard.pid

    def add(self, group: int) -> None:
        self._note(group).write_text(json.dumps({"pid": group, "born": birth(group)}))
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        self._note(group).unlink(missing_ok=True)
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """The guard ends whatever is left, then itself."""
        with self._lock:
            if self._guard.stdin and not self._guard.stdin.closed:
                self._guard.stdin.close()
        self._guard.wait()

    def _tell(self, line: str) -> None:
        with self._lock:
            if self._guard.stdin is None or self._guard.stdin.closed:
                return
            try:
                self._guard.stdin.write(line)
                self._guard.stdin.flush()
            except BrokenPipeError:  # somebody killed the guard; the notes on disk remain
                pass

    def _note(self, group: int) -> Path:
        return self._directory / f"{group}.json"

    def _end_leftovers(self) -> None:
        left = set()
        for note in self._directory.glob("*.json"):
            try:
                known = json.loads(note.read_text())
                if is_alive(known["pid"], known["born"]):
                    left.add(known["pid"])
            except (ValueError, KeyError):  # cut short by a kill in the middle of the write
                pass
            note.unlink(missing_ok=True)
        guard.end(left)
