"""The real engine: the ``pulumi`` command on this machine, driven through its Automation API.

The program is a local one (Pulumi.yaml at the repository's root), so both doors run the very same thing: ``pulumi up -s
dev.orders-api`` by hand, and ``slipway up dev`` through this file.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pulumi import automation
from pulumi.automation.errors import CommandError, ConcurrentUpdateError, InvalidVersionError, StackNotFoundError
from pulumi.automation.events import EngineEvent

from deploy.engine import Changes, EngineRefused, OnStep
from deploy.progress import Step
from deploy.pulumi_command import OwnSession, Workspace
from deploy.pulumi_events import Reading
from service_catalog.messages import say

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

_ERROR = re.compile(r"\berror: (.+)")
"""Also in the middle of a line: the Automation API puts the name of the stream before what was printed"""

_HOLDER = re.compile(r"created by (\S+) \(pid (\d+)\) at (\S+)")


class PulumiEngine:
    """``work_dir`` holds Pulumi.yaml. Raises EngineRefused when no ``pulumi`` is there, or none that fits."""

    def __init__(self, work_dir: Path, clock: Callable[[], float] = time.monotonic):
        if shutil.which("pulumi") is None:
            raise EngineRefused(_MISSING)
        self._clock = clock
        self._command = _command()
        self._workspace = Workspace(work_dir=str(work_dir), pulumi_command=self._command)

    def stacks(self) -> frozenset[str]:
        with _explained("the stacks"):
            summaries = self._workspace.list_stacks()
        # Some backends count nothing: then a stack that exists is taken to hold something.
        return frozenset(it.name.rpartition("/")[2] for it in summaries if it.resource_count != 0)

    def preview(self, stack: str) -> Changes:
        is_new = self._is_new(stack)
        try:
            return self._changes(stack, lambda it, hear: it.preview(on_event=hear), _unheard, is_preview=True)
        finally:
            if is_new:  # the command previews stacks that are there; afterwards it is as it was
                self._workspace.remove_stack(stack)

    def up(self, stack: str, on_step: OnStep) -> Changes:
        # Without --continue-on-error: it deletes what left the program also after a failure, and what is skipped then
        # may still use that (`docs/operate.md`).
        return self._changes(stack, lambda it, hear: it.up(on_event=hear), on_step)

    def refresh(self, stack: str, on_step: OnStep) -> Changes:
        return self._changes(stack, lambda it, hear: it.refresh(on_event=hear), on_step)

    def destroy(self, stack: str, on_step: OnStep) -> Changes:
        changes = self._changes(stack, lambda it, hear: it.destroy(on_event=hear, continue_on_error=True), on_step)
        if changes.ok:
            with _explained(stack):
                self._workspace.remove_stack(stack)
        return changes

    def protected(self, stack: str) -> tuple[str, ...]:
        with _explained(stack):
            held = self._workspace.export_stack(stack).deployment or {}
        return tuple(it["urn"].rpartition("::")[2] for it in held.get("resources") or () if it.get("protect"))

    def cancel(self) -> bool:
        return self._command.interrupt()

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
                work(automation.Stack.create_or_select(stack, self._workspace), reading.hear)
        except EngineRefused as refused:
            if not reading.steps:
                raise
            # The command also ends badly when single resources failed; those have told their own reasons.
            reading.failures = reading.failures or [str(refused)]
        return replace(reading.changes(), seconds=self._clock() - started)

    def _is_new(self, stack: str) -> bool:
        with _explained(stack):
            try:
                automation.Stack.select(stack, self._workspace)
            except StackNotFoundError:
                return True
        return False


def _command() -> OwnSession:
    try:
        return OwnSession()
    except InvalidVersionError as error:
        raise EngineRefused(f"this `pulumi` does not fit: {error}") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise EngineRefused(f"`pulumi version` does not answer: {error}") from error


@contextmanager
def _explained(stack: str) -> Iterator[None]:
    try:
        yield
    except ConcurrentUpdateError as error:
        raise EngineRefused(locked(stack, str(error))) from error
    except CommandError as error:
        raise EngineRefused(sentence(stack, str(error))) from error


def locked(stack: str, output: str) -> str:
    """File and S3 backends say who holds the lock; Pulumi Cloud's page of the stack does."""
    what = say("wait for it, or run `pulumi cancel -s %(stack)s` if it died", stack=stack)
    holders = _HOLDER.findall(output)
    if not holders:
        return say("%(stack)s is being updated by someone else; %(what)s", stack=stack, what=what)
    who = "; ".join(f"{name} (pid {pid}, since {when})" for name, pid, when in holders)
    return say("%(stack)s is being updated by %(who)s; %(what)s", stack=stack, who=who, what=what)


def sentence(stack: str, output: str) -> str:
    """What the command's output comes to: a known sign, else its own last words about an error."""
    for sign, meaning in _SIGNS:
        if sign.lower() in output.lower():
            return meaning
    errors = _ERROR.findall(output)
    said = errors[-1].strip() if errors else output.strip()[-300:]
    return say("%(stack)s: pulumi says: %(said)s", stack=stack, said=said)


def _unheard(step: Step) -> None:
    """A preview's steps are its result."""
