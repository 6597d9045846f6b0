"""What an orchestrated run tells while it goes on. Each event is also one line of ``--format jsonl``."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

StepState = Literal["begin", "done", "failed"]


@dataclass(frozen=True)
class Step:
    """One resource of one stack."""

    stack: str
    action: str
    type: str
    name: str
    state: StepState = "done"
    changed: tuple[str, ...] = ()
    reason: str = ""


PhaseName = Literal[
    "refreshing",
    "refreshed",
    "provisioning",
    "provisioned",
    "destroying",
    "destroyed",
    "releasing",
    "ended",
    "interrupted",
    "freed",
]


@dataclass(frozen=True)
class Phase:
    """A stack came to its next phase; ``text`` says it to people."""

    stack: str
    phase: PhaseName
    text: str


Event = Step | Phase
OnEvent = Callable[[Event], None]


def as_json(event: Event) -> dict[str, Any]:
    """The event as ``--format jsonl`` prints it: ``event`` tells which kind it is."""
    return {"event": type(event).__name__.lower(), **asdict(event)}
