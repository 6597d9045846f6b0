"""One life of every type: what it needs, what it is made with, a change that updates it, one that replaces it.

``"$vpc.id"`` is the id, ``"$vpc.arn"`` an output, of the thing that NEEDS has under that name.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Life:
    type: str
    inputs: dict[str, Any]
    update: dict[str, Any] = field(default_factory=dict)
    """Properties that are changed in place."""
    replace: dict[str, Any] = field(default_factory=dict)
    """Properties that take a new resource."""
    outputs: tuple[str, ...] = ()
    """Outputs that programs read, and that therefore must have a value."""
    stays_on: tuple[str, ...] = ()
    """Emulators on which it is still seen when it was deleted."""
    not_on: tuple[str, ...] = ()
    """Emulators that fail on it by a fault of their own"""
