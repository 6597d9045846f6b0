"""Reads the events of a ``pulumi`` run as our steps."""

import re
from collections.abc import Callable
from pathlib import Path

from pulumi.automation.events import EngineEvent, StepEventMetadata

from deploy.engine import Changes
from deploy.progress import Step, StepState
from service_catalog.messages import say

_ACTIONS = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "same": "same",
    "read": "read",
    "import": "import",
    "create-replacement": "replace",
}
"""The other halves of a replacement, and refreshes, are no steps of their own."""

_STACK = "pulumi:pulumi:Stack"
"""What is said of it is said of the run as a whole"""

_COLOUR = re.compile(r"<\{%.*?%\}>")
"""How Pulumi marks colours in its messages"""
_SUM = re.compile(
    r"(update|preview|destroy|refresh) failed|an unhandled error occurred: program exited with non-zero exit code: \d+"
)
"""Said of the stack after what went wrong was said of its resources, or by the program"""
_REFUSED = re.compile(r"^\S+ resource '[^']*' has a problem: ")
"""Before what the provider says of an input"""
_IN_PROGRAM = re.compile(
    r"Program failed with an unhandled exception:\s+(?:Traceback .*\n(?:  .*\n)*)?(?P<said>[\s\S]+)"
)
_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_PENDING = re.compile(r"\* (\S+), interrupted while (\w+)")
"""What a command that died was at: nobody knows whether it came through"""


class Reading:
    """Collects one run. In a preview nothing ends: what begins is what would be."""

    def __init__(self, stack: str, on_step: Callable[[Step], None], is_preview: bool = False):
        self.stack = stack
        self.steps: list[Step] = []
        self.failures: list[str] = []
        self._on_step = on_step
        self._is_preview = is_preview
        self._reasons: dict[str, str] = {}
        self._pending: list[tuple[str, str]] = []

    def hear(self, event: EngineEvent) -> None:
        if event.resource_pre_event:
            self._add(event.resource_pre_event.metadata, "done" if self._is_preview else "begin")
        elif event.res_outputs_event and not self._is_preview:
            self._add(event.res_outputs_event.metadata, "done")
        elif event.res_op_failed_event:
            self._add(event.res_op_failed_event.metadata, "failed")
        elif event.diagnostic_event:
            said = _COLOUR.sub("", event.diagnostic_event.message).strip()
            if event.diagnostic_event.severity == "error":
                self._error(event.diagnostic_event.urn or "", said)
            self._pending += _PENDING.findall(said)

    def changes(self) -> Changes:
        done = tuple(step for step in self.steps if step.state == "done")
        return Changes(self.stack, done, tuple(self.failures), notes=self._notes())

    def _add(self, metadata: StepEventMetadata, state: StepState) -> None:
        action = _ACTIONS.get(metadata.op.value)
        if action is None or _is_default_provider(metadata):
            return
        reason = self._reasons.get(metadata.urn, "") if state == "failed" else _why(metadata)
        step = Step(self.stack, action, metadata.type, _name(metadata.urn), state, tuple(metadata.diffs or ()), reason)
        self.steps.append(step)
        self._on_step(step)

    def _error(self, urn: str, message: str) -> None:
        """Pulumi tells the reason first, then that the step failed."""
        if _SUM.fullmatch(message):
            return
        message = _of_the_program(_REFUSED.sub("", message))
        type = urn.split("::")[2].rpartition("$")[2] if urn else _STACK
        self._reasons[urn] = message
        self.failures.append(message if type == _STACK else f"{type} {_name(urn)}: {message}")

    def _notes(self) -> tuple[str, ...]:
        """Pulumi goes on beside what is pending, and never clears it by itself."""
        created = ", ".join(_name(urn) for urn, doing in self._pending if doing == "creating")
        others = ", ".join(f"{_name(urn)} ({doing})" for urn, doing in self._pending if doing != "creating")
        creates = say(
            "an earlier run died while it created %(names)s. Look whether that exists: if so, `pulumi import` it or "
            "delete it; then `pulumi refresh -s %(stack)s --clear-pending-creates`",
            names=created,
            stack=self.stack,
        )
        rest = say(
            "an earlier run died half-way in %(names)s; `pulumi refresh -s %(stack)s` finds out what became of that",
            names=others,
            stack=self.stack,
        )
        return tuple(note for note, names in ((creates, created), (rest, others)) if names)


def _why(metadata: StepEventMetadata) -> str:
    return f"because of {', '.join(sorted(metadata.keys))}" if metadata.keys else ""


def _of_the_program(message: str) -> str:
    """Its exception in one line, with the place in the program rather than in a library it called."""
    failed = _IN_PROGRAM.fullmatch(message)
    if not failed:
        return message
    frames = [it for it in _FRAME.finditer(message) if not re.search("site-packages|/lib/python", it["file"])]
    where = f" ({Path(frames[-1]['file']).name}:{frames[-1]['line']})" if frames else ""
    return f"the program failed: {failed['said'].strip()}{where}"


def _is_default_provider(metadata: StepEventMetadata) -> bool:
    """Pulumi's own affair: it makes one where a program names no provider, and does not count it."""
    return metadata.type.startswith("pulumi:providers:") and _name(metadata.urn).startswith("default")


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
