"""The real engine: the ``pulumi`` command on this machine, driven through its Automation API.

The program is a local one (Pulumi.yaml at the repository's root), so both doors run the very same thing: ``pulumi up -s
dev.orders-api`` by hand, and ``slipway up dev`` through this file.
"""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation.errors import CommandError, ConcurrentUpdateError, StackNotFoundError
from pulumi.automation.events import EngineEvent

from deploy.engine import Changes, EngineRefused, OnStep
from deploy.progress import Step
from deploy.pulumi_events import Reading

_MISSING = (
    "there is no `pulumi` on the PATH, and only environment 'local' runs without it; install the Pulumi CLI, then "
    "`pulumi login`"
)
_SIGNS = (
    ("PULUMI_ACCESS_TOKEN must be set", "Pulumi is not logged in to a state backend; run `pulumi login`"),
    ("not logged in", "Pulumi is not logged in to a state backend; run `pulumi login`"),
    ("passphrase must be set", "the stacks' secrets need a passphrase; set PULUMI_CONFIG_PASSPHRASE"),
    ("incorrect passphrase", "PULUMI_CONFIG_PASSPHRASE is not the passphrase that these stacks were made with"),
    ("No valid credential sources found", "there are no AWS credentials; set AWS_PROFILE, or sign in to AWS"),
    ("ExpiredToken", "the AWS credentials expired; sign in to AWS again"),
)
"""What the command prints, and what it means."""


class PulumiEngine:
    """``work_dir`` holds Pulumi.yaml. Raises EngineRefused when no ``pulumi`` is there."""

    def __init__(self, work_dir: Path, clock: Callable[[], float] = time.monotonic):
        if shutil.which("pulumi") is None:
            raise EngineRefused(_MISSING)
        self._work_dir = str(work_dir)
        self._clock = clock
        self._selecting = threading.Lock()

    def stacks(self) -> frozenset[str]:
        with _explained("the stacks"):
            summaries = automation.LocalWorkspace(work_dir=self._work_dir).list_stacks()
        # Some backends count nothing: then a stack that exists is taken to hold something.
        return frozenset(it.name.rpartition("/")[2] for it in summaries if it.resource_count != 0)

    def preview(self, stack: str) -> Changes:
        is_new = self._is_new(stack)
        try:
            return self._changes(stack, lambda it, hear: it.preview(on_event=hear), _unheard, is_preview=True)
        finally:
            if is_new:  # the command previews stacks that are there; afterwards it is as it was
                self._selected(stack).workspace.remove_stack(stack)

    def up(self, stack: str, on_step: OnStep) -> Changes:
        # What does not depend on the failure is finished, as the embedded engine does too.
        return self._changes(stack, lambda selected, hear: selected.up(on_event=hear, continue_on_error=True), on_step)

    def refresh(self, stack: str, on_step: OnStep) -> Changes:
        return self._changes(stack, lambda selected, hear: selected.refresh(on_event=hear), on_step)

    def destroy(self, stack: str, on_step: OnStep) -> Changes:
        changes = self._changes(stack, lambda selected, hear: selected.destroy(on_event=hear), on_step)
        if changes.ok:
            with _explained(stack):
                self._selected(stack).workspace.remove_stack(stack)
        return changes

    def protected(self, stack: str) -> tuple[str, ...]:
        with _explained(stack):
            held = self._selected(stack).export_stack().deployment or {}
        return tuple(it["urn"].rpartition("::")[2] for it in held.get("resources") or () if it.get("protect"))

    def outputs(self, stack: str) -> dict[str, Any]:
        with _explained(stack):
            return {name: output.value for name, output in self._selected(stack).outputs().items()}

    def _changes(
        self,
        stack: str,
        work: Callable[[automation.Stack, Callable[[EngineEvent], None]], object],
        on_step: OnStep,
        is_preview: bool = False,
    ) -> Changes:
        started, reading = self._clock(), Reading(stack, on_step, is_preview)
        try:
            with _explained(stack):
                work(self._selected(stack), reading.hear)
        except EngineRefused as refused:
            if not reading.steps:
                raise
            # The command also ends badly when single resources failed; those have told their own reasons.
            reading.failures = reading.failures or [str(refused)]
        return replace(reading.changes(), seconds=self._clock() - started)

    def _is_new(self, stack: str) -> bool:
        with self._selecting, _explained(stack):
            try:
                automation.select_stack(stack, work_dir=self._work_dir)
            except StackNotFoundError:
                return True
        return False

    def _selected(self, stack: str) -> automation.Stack:
        """Selecting writes the workspace's own settings, so it is done one at a time."""
        with self._selecting:
            return automation.create_or_select_stack(stack, work_dir=self._work_dir)


@contextmanager
def _explained(stack: str) -> Iterator[None]:
    try:
        yield
    except ConcurrentUpdateError as error:
        raise EngineRefused(
            f"{stack} is being updated by someone else; wait for it, or run `pulumi cancel -s {stack}` if it died"
        ) from error
    except CommandError as error:
        raise EngineRefused(sentence(stack, str(error))) from error


def sentence(stack: str, output: str) -> str:
    """What the command's output comes to: a known sign, else its own last words about an error."""
    for sign, meaning in _SIGNS:
        if sign.lower() in output.lower():
            return meaning
    errors = [line.strip() for line in output.splitlines() if line.strip().startswith("error:")]
    return f"{stack}: pulumi says: {errors[-1] if errors else output.strip()[-300:]}"


def _unheard(step: Step) -> None:
    """A preview's steps are its result."""
