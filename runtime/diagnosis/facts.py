"""What a rule may look at: what a failed task left behind, and what its release changed."""

import re
from dataclasses import dataclass

from service_catalog.messages import say


@dataclass(frozen=True)
class Probe:
    """What the load balancer asks every task for, and what it got."""

    path: str | None
    """None where it only connects"""
    port: int
    answer: str = ""
    """As ECS tells it: ``Health checks failed with these codes: [404]``; empty when it does not"""

    @property
    def code(self) -> str:
        found = re.search(r"codes: \[(\d{3})", self.answer)
        return found[1] if found else ""


@dataclass(frozen=True)
class FailedTask:
    id: str
    stop_code: str = ""
    reason: str = ""
    exit_code: int | None = None
    container_reason: str = ""
    lines: tuple[str, ...] = ()
    """The last that it printed, without env values"""
    probe: Probe | None = None
    """Of a task that the load balancer found unhealthy"""

    @property
    def words(self) -> str:
        return f"{self.reason} {self.container_reason}"


@dataclass(frozen=True)
class WhatChanged:
    """Between what was live and what failed."""

    removed_keys: tuple[str, ...] = ()
    changed_keys: tuple[str, ...] = ()
    added_keys: tuple[str, ...] = ()
    image: str = ""
    """The new one, short, if it is another"""
    definition: tuple[str, ...] = ()
    """What differs, in words"""
    known_keys: tuple[str, ...] = ()
    """Every key that its env files or its definition give"""
    has_env_files: bool = True

    @property
    def keys(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What was done to which keys; removals first, since they break most."""
        kinds = (
            (say("removed"), self.removed_keys),
            (say("changed"), self.changed_keys),
            (say("added"), self.added_keys),
        )
        return tuple((did, keys) for did, keys in kinds if keys)
