"""What the engine asks of whoever makes the resources: the one seam between it and a cloud.

The engine knows no cloud by name; a provider knows nothing of stacks, state or order. The same object can be served to
the real Pulumi CLI as a provider process (``local_cloud/provider_server.py``), so its questions are the CLI's own.

``inputs`` and ``outputs`` are plain mappings with Pulumi's property names (camelCase). Whole numbers are ints. While a
preview runs, a value that is not known yet is the string ``UNKNOWN``, and secrets are already unwrapped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pulumi.runtime.rpc import UNKNOWN

__all__ = [
    "REACHED",
    "UNKNOWN",
    "Change",
    "Found",
    "Made",
    "PartlyMade",
    "Properties",
    "Provider",
    "ProviderError",
    "Refused",
]

Properties = Mapping[str, Any]

REACHED = "__reached"
"""Among the outputs of what was partly made under the real CLI: the inputs that it has by then. As its inputs the CLI
keeps those that were asked for."""


@dataclass(frozen=True)
class Change:
    """How wanted inputs differ from those a resource was made with."""

    changed: frozenset[str] = frozenset()
    replace: frozenset[str] = frozenset()
    """The changed properties that no update can bring about."""
    delete_first: bool = False
    """A replacement must delete the old one before it makes the new one (its name is fixed and unique)."""


@dataclass(frozen=True)
class Made:
    id: str
    outputs: dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A resource as it stands in the cloud. The inputs become the state's: after a refresh, and after a create that
    died, the next run compares them with what the program wants, and does what is missing."""

    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


class ProviderError(Exception):
    """The cloud said no, or could not be asked. The text is a sentence for the user."""

    in_doubt: bool = False
    """No answer came: what was asked for may have been done all the same, or be done yet."""


@dataclass
class Refused(ProviderError):
    """``check`` found inputs that can never work."""

    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "; ".join(self.problems)


@dataclass
class PartlyMade(ProviderError):
    """A create or update that got part of the way: the resource exists, and ``inputs`` are what it has by now."""

    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    reason: str
    in_doubt: bool = False
    """Whether the step after the last of ``inputs`` was done is not known."""

    def __str__(self) -> str:
        return self.reason


class Provider(Protocol):
    """Every method takes Pulumi's type token (``package:module/resource:Resource``) and ``settings``, the inputs of the
    provider resource the program made (nested ones arrive as JSON text, as on the wire). All raise ProviderError, and
    all are called from many threads at once."""

    copies: Mapping[str, str]
    """Inputs that ``check`` makes of others, by name, with those others: they are secret in the same places."""

    def check(
        self, type: str, name: str, old: Properties | None, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        """The inputs to go on with: defaults, default tags and automatic names filled in. ``name`` is the logical name,
        ``old`` the inputs of the last run (an automatic name is kept). Raises Refused."""

    def diff(self, type: str, id: str, old: Properties, new: Properties, settings: Properties) -> Change:
        """Compares checked inputs."""

    def create(self, type: str, inputs: Properties, settings: Properties) -> Made:
        """Raises PartlyMade when the resource exists but is not finished. What was made and not answered for is looked
        for by its name; only then is it a failure in doubt."""

    def find(self, type: str, inputs: Properties, settings: Properties) -> Found | None:
        """Looks for a resource that these inputs would have made, by its name: asked after a run that died in a create.
        None for types that have no name of their own."""

    def read(self, type: str, id: str, inputs: Properties, settings: Properties) -> Found | None:
        """None when it is gone. ``inputs`` are the last known ones, empty for a resource that only the cloud knows."""

    def update(
        self, type: str, id: str, old_inputs: Properties, old_outputs: Properties, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        """The new outputs. Sends only what differs between old and new inputs. Raises PartlyMade."""

    def delete(self, type: str, id: str, inputs: Properties, outputs: Properties, settings: Properties) -> None:
        """Deleting what is gone already is no error."""

    def invoke(self, token: str, arguments: Properties, settings: Properties) -> dict[str, Any]:
        """A look-up function, by its token (``package:module/getThing:getThing``); asked once a run."""
