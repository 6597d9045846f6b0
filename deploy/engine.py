"""What the orchestrator asks of whatever runs the Pulumi program: the one seam between it and an engine.

Stacks are named by ``naming.stack``. An engine may be called from several threads, each with another stack.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from deploy.progress import Step

Action = Literal["create", "update", "replace", "delete", "import", "same", "read"]
OnStep = Callable[[Step], None]


class EngineRefused(Exception):
    """The engine cannot work at all, or not on this stack. The text is a sentence that says what to do."""


@dataclass(frozen=True)
class Changes:
    """What one run on one stack did, or in a preview would do."""

    stack: str
    steps: tuple[Step, ...] = ()
    failures: tuple[str, ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    """Warnings, also of runs that succeeded"""

    refused: bool = False
    """Nothing was tried"""

    @property
    def ok(self) -> bool:
        return not self.failures

    @property
    def counts(self) -> dict[str, int]:
        """How many resources per action, unchanged ones left out."""
        return dict(Counter(step.action for step in self.steps if step.action not in ("same", "read")))

    def touched(self, type: str, *actions: Action) -> bool:
        """Whether a resource of this Pulumi type went through one of the actions."""
        return any(step.type == type and step.action in actions for step in self.steps)


class Engine(Protocol):
    """Failures of single resources come back in ``Changes.failures``; EngineRefused means that nothing was tried."""

    def stacks(self) -> frozenset[str]:
        """Names of the stacks that hold something, half-made ones included."""

    def preview(self, stack: str) -> Changes: ...

    def up(self, stack: str, on_step: OnStep) -> Changes: ...

    def refresh(self, stack: str, on_step: OnStep) -> Changes:
        """Makes the state follow what is really there."""

    def destroy(self, stack: str, on_step: OnStep) -> Changes: ...

    def protected(self, stack: str) -> tuple[str, ...]:
        """Names of resources that it may not delete: a real engine finds out when most of the stack is gone."""

    def cancel(self) -> bool:
        """Asks whatever is under way to end as soon as its state allows, from a signal's handler. False when nothing
        can be asked, and the state is safe if this process ends at once."""
