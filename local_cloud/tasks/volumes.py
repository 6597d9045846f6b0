"""The directories that stand for a task's volumes.

A process has no mounts: a container is told which directory of this machine stands for which path, in the variable
``MOUNTS``, and its log says so. Those of a task are shared by its containers, empty at its start and gone at its end.
Those in a file system are shared by all tasks that mount it, and stay until somebody deletes the file system.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Definition = Mapping[str, Any]


@dataclass(frozen=True)
class Mount:
    path: str
    """In the container's own words"""
    directory: Path
    read_only: bool
    is_in_file_system: bool = False

    @property
    def note(self) -> str:
        more = ", which nothing here keeps it from writing to" if self.read_only else ""
        if self.is_in_file_system:
            more += "; what is in it belongs to the user of this machine"
        return f"{self.path} is not mounted: the directory {self.directory} stands for it{more}"


def file_systems(state: Path) -> Path:
    """Below it each file system has a directory by its id."""
    return state / "file-systems"


class Volumes:
    def __init__(self, state: Path):
        self._of_tasks = state / "volumes"
        self._file_systems = file_systems(state)
        # Nothing runs yet, so whatever is there was left by a run that was killed.
        shutil.rmtree(self._of_tasks, ignore_errors=True)

    def mounts(
        self, container: Definition, task: str, in_file_systems: Mapping[str, str] | None = None
    ) -> tuple[Mount, ...]:
        """Makes what is not there yet. ``in_file_systems``: the directory of each volume that is in one, such as
        ``fs-1/uploads``."""
        found, shared = [], in_file_systems or {}
        for point in container.get("mountPoints", ()):
            volume, is_read_only = point["sourceVolume"], bool(point.get("readOnly"))
            directory = self._file_systems / shared[volume] if volume in shared else self._of_task(task) / volume
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            found.append(Mount(point["containerPath"], directory, is_read_only, volume in shared))
        return tuple(found)

    def release(self, task: str) -> None:
        shutil.rmtree(self._of_task(task), ignore_errors=True)

    def _of_task(self, task: str) -> Path:
        return self._of_tasks / task.rpartition("/")[2]


def variable(mounts: Sequence[Mount]) -> str:
    """What the programs read: a JSON list."""
    listed = [{"path": it.path, "directory": str(it.directory), "read_only": it.read_only} for it in mounts]
    return json.dumps(listed)
