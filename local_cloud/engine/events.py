"""What a run tells while it goes on, and what it says at the end."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from local_cloud.engine import urns

Action = Literal["create", "update", "replace", "delete", "delete-replaced", "import", "same", "read"]
"""``delete-replaced``: the last part of a replacement, which was told by itself already"""


@dataclass(frozen=True)
class Event:
    """One resource's step. In a preview there is only ``done``: what would be."""

    action: Action
    urn: str
    state: Literal["begin", "done", "failed"]
    changed: tuple[str, ...] = ()
    reason: str = ""

    @property
    def type(self) -> str:
        return urns.type_of(self.urn)

    @property
    def name(self) -> str:
        return urns.name_of(self.urn)


OnEvent = Callable[[Event], None]


def unheard(event: Event) -> None:
    """For callers who only want the result."""


@dataclass(frozen=True)
class Result:
    counts: dict[str, int]
    """How many resources were created, updated … by action; components and providers count, the stack does too."""
    outputs: dict[str, Any]
    """The stack's exports, secrets included as they are: print with care (``secret_outputs``)."""
    secret_outputs: frozenset[str]
    failures: list[str]
    warnings: list[str]
    seconds: float

    @property
    def ok(self) -> bool:
        return not self.failures

    @property
    def changes(self) -> int:
        return sum(count for action, count in self.counts.items() if action not in ("same", "read"))


@dataclass
class Reporter:
    """Passes events on, one at a time although steps run in many threads, and counts."""

    on_event: OnEvent = unheard
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, action: Action, urn: str, changed: tuple[str, ...] = (), reason: str = "") -> None:
        self._tell(Event(action, urn, "begin", changed, reason))

    def done(self, action: Action, urn: str, changed: tuple[str, ...] = (), reason: str = "") -> None:
        with self._lock:
            self.counts[action] += 1
        self._tell(Event(action, urn, "done", changed, reason))

    def failed(self, action: Action, urn: str, reason: str) -> None:
        with self._lock:
            self.failures.append(f"{urns.type_of(urn)} {urns.name_of(urn)}: {reason}")
        self._tell(Event(action, urn, "failed", (), reason))

    def warn(self, text: str) -> None:
        with self._lock:
            self.warnings.append(text)

    def fail(self, text: str) -> None:
        """Something that belongs to no resource."""
        with self._lock:
            self.failures.append(text)

    def _tell(self, event: Event) -> None:
        with self._lock:
            self.on_event(event)
