"""A directory of stacks, in the layout of Pulumi's own file backend: a ``pulumi`` pointed at it sees the same ones."""

import fcntl
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from local_cloud.engine import lock, urns
from local_cloud.engine.checkpoint_file import CheckpointFile, replace_text
from local_cloud.engine.state import Checkpoint


class NoSuchStack(Exception):
    """The text says which one."""


class Backend:
    """``announce`` is told each new serial before anything is changed under it (see ``advance``)."""

    def __init__(
        self,
        directory: Path,
        project: str = "slipway",
        *,
        organization: str = "organization",
        passphrase: str = "",
        announce: Callable[[int], None] = lambda serial: None,
    ) -> None:
        self.directory = directory
        self.project = project
        self.organization = organization
        self._passphrase = passphrase
        self._announce = announce
        self._root = directory / ".pulumi"

    def stacks(self) -> list[str]:
        return sorted(path.stem for path in (self._root / "stacks" / self.project).glob("*.json"))

    def exists(self, stack: str) -> bool:
        return self._path(stack).exists()

    def load(self, stack: str, *, keep: bool) -> Checkpoint:
        """``keep``: whatever happens to the checkpoint is written to the stack's file."""
        file = CheckpointFile(self._path(stack), f"{self.organization}/{self.project}/{stack}", self._passphrase)
        return file.load(self._writer(file) if keep else lambda checkpoint: None)

    def checkpoint(self, stack: str) -> Checkpoint:
        """A look at a stack as it stands. Raises NoSuchStack."""
        if not self.exists(stack):
            raise NoSuchStack(f"{self.project} has no stack {stack!r}; provision it first")
        return self.load(stack, keep=False)

    def outputs(self, stack: str) -> dict[str, Any]:
        """What the stack exports, secrets included as they are. Raises NoSuchStack."""
        return self.exported(stack)[0]

    def exported(self, stack: str) -> tuple[dict[str, Any], list[str]]:
        """The exports, and the names of those which hold secrets."""
        for resource in self.checkpoint(stack).live():
            if resource.type == urns.STACK_TYPE:
                return dict(resource.outputs), sorted({str(path[0]) for path in resource.output_secrets})
        return {}, []

    def protected(self, stack: str) -> tuple[str, ...]:
        """Names of the resources that may not be deleted."""
        return tuple(urns.name_of(it.urn) for it in self.checkpoint(stack).live() if it.protect)

    def remove(self, stack: str) -> None:
        """Forgets a stack; what it made is not touched. Raises NoSuchStack, StackLocked."""
        with self.lock(stack):
            if not self.exists(stack):
                raise NoSuchStack(f"{self.project} has no stack {stack!r}")
            self._path(stack).unlink()

    def lock(self, stack: str) -> AbstractContextManager[None]:
        """Raises StackLocked, which says who runs it."""
        return lock.held(self._root / "locks" / self.organization / self.project / stack, stack)

    def serial(self) -> int:
        """How many runs have changed something here, in all stacks."""
        path = self._root / "serial"
        return int(path.read_text()) if path.exists() else 0

    def advance(self) -> int:
        """The next serial, announced first and then written: so whoever keeps the announced one, and later shows a
        smaller one than ours, has lost what was done since."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / ".serial.flock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            serial = self.serial() + 1
            self._announce(serial)
            replace_text(self._root / "serial", str(serial))
            replace_text(self._root / "meta.yaml", "version: 1\n")
            return serial

    def write(self, file: CheckpointFile, checkpoint: Checkpoint) -> None:
        """Every change of every stack comes by here."""
        file.write(checkpoint)

    def _writer(self, file: CheckpointFile) -> Callable[[Checkpoint], None]:
        advanced = False

        def write(checkpoint: Checkpoint) -> None:
            nonlocal advanced
            if not advanced:
                self.advance()
                advanced = True
            self.write(file, checkpoint)

        return write

    def _path(self, stack: str) -> Path:
        return self._root / "stacks" / self.project / f"{stack}.json"
