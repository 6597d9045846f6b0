"""Who has to go before a resource that is deleted to be made anew, and comes back after it.

The rule is the real engine's. Whoever uses an output of such a resource in a property that no update can change would
have to be replaced if that output came out differently; as nobody knows that yet, it is. Whoever uses one only where an
update can follow stays, and so does whoever merely waits (``depends_on``) or has registered already.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from local_cloud.engine import urns
from local_cloud.engine.provider import UNKNOWN, Change
from local_cloud.engine.state import Resource


@dataclass(frozen=True)
class Dependent:
    resource: Resource
    because_of: tuple[str, ...]
    """The properties that may come out differently."""


def replaced_with(
    root: Resource, ordered: Iterable[Resource], diff: Callable[[Resource, dict[str, Any]], Change]
) -> list[Dependent]:
    """``ordered`` are those in question, each after what it refers to, and so is the answer. ``diff`` compares a
    resource with other inputs of its own; nothing is ignored there, as a new resource ignores nothing."""
    leaving, found = {root.urn}, []
    for resource in filter(_is_made_by_a_provider, ordered):
        unsure = dict.fromkeys(_properties_from(resource, leaving), UNKNOWN)
        change = diff(resource, {**resource.inputs, **unsure}) if unsure else Change()
        if change.replace:
            leaving.add(resource.urn)
            found.append(Dependent(resource, tuple(sorted(change.replace))))
    return found


def _is_made_by_a_provider(resource: Resource) -> bool:
    return resource.custom and not resource.external and not resource.delete and not urns.is_provider(resource.type)


def _properties_from(resource: Resource, leaving: set[str]) -> Iterator[str]:
    """The inputs that depend on one of those resources."""
    for name, dependencies in resource.property_dependencies.items():
        if name in resource.inputs and leaving.intersection(dependencies):
            yield name
