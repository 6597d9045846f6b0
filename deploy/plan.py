"""Which stacks are to be provisioned or destroyed, and why. Pure: plain data in, plain data out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from runtime.drift import Drift
from runtime.stack_fingerprints import UP_TO_DATE, StackFingerprints, difference
from service_catalog import naming
from service_catalog.messages import joined, say

LOOKED_THROUGH = say("every resource is looked at")


@dataclass(frozen=True)
class Item:
    """What is to be done with one stack. ``service`` is None for the environment itself."""

    environment: str
    service: str | None
    action: Literal["provision", "destroy", "nothing"]
    why: str
    refresh: bool = False
    """AWS is read first, resource by resource, since something is not as Pulumi left it"""

    @property
    def stack(self) -> str:
        return naming.stack(self.environment, self.service)


def environment_item(environment: str, wanted: str, recorded: StackFingerprints, stacks: Collection[str]) -> Item:
    """``wanted`` is the environment's fingerprint, ``stacks`` the names of those that hold something."""
    action, why = _difference(wanted, recorded, environment in stacks)
    return Item(environment, None, action, why)


def service_items(
    environment: str, wanted: Mapping[str, str], recorded: Mapping[str, StackFingerprints], stacks: Collection[str]
) -> list[Item]:
    """By name: one item for each service that the catalog wants or that is still there."""
    there = set(recorded) | _services_of(environment, stacks)
    return [
        _service_item(environment, name, wanted.get(name), recorded.get(name, StackFingerprints()), stacks)
        for name in sorted(there | set(wanted))
    ]


def drifted(item: Item, drift: Drift | None) -> Item:
    """What is not as it was left is done again, though the catalog says the same."""
    if drift is None or item.action == "destroy":
        return item
    why = drift.sentence if item.action == "nothing" else joined("; ", [item.why, drift.sentence])
    return replace(item, action="provision", why=why, refresh=drift.is_gone)


def looked_through(item: Item) -> Item:
    """As ``--refresh`` asks for, whatever the records say."""
    if item.action == "destroy":
        return item
    why = LOOKED_THROUGH if item.action == "nothing" else item.why
    return replace(item, action="provision", why=why, refresh=True)


def waves(items: Sequence[Item], called: Mapping[str, Collection[str]], new: Collection[str]) -> list[list[Item]]:
    """Who connects to a ``new`` service comes after it, since its tasks know the names that were there before them.
    Those that wait for each other come at once. Whom others wait for stands first in its wave."""
    waited_for = {name for whom in called.values() for name in whom}.intersection(new)
    found, left = [], sorted(items, key=lambda item: item.service not in waited_for)
    while left:
        missing = {item.service for item in left}.intersection(new)
        ready = [it for it in left if not (missing - {it.service}).intersection(called.get(it.service or "", ()))]
        found.append(ready or left)
        left = [item for item in left if item not in found[-1]]
    return found


def awaited(
    waves: Sequence[Sequence[Item]], called: Mapping[str, Collection[str]], new: Collection[str]
) -> dict[str, list[str]]:
    """By stack, the ``new`` ones of earlier waves that its service connects to."""
    found, before = {}, list[Item]()
    for wave in waves:
        for item in wave:
            whom = set(new).intersection(called.get(item.service or "", ()))
            found[item.stack] = [it.stack for it in before if it.service in whom]
        before += wave
    return found


def all_gone(environment: str, services: Collection[str], stacks: Collection[str], whole: bool) -> list[list[Item]]:
    """Waves that take services down and, when ``whole``, the environment after them. What is not there is left out."""
    there = [name for name in sorted(services) if naming.stack(environment, name) in stacks]
    waves = [[Item(environment, name, "destroy", say("asked for")) for name in there]]
    if whole and environment in stacks:
        waves.append([Item(environment, None, "destroy", say("asked for"))])
    return [wave for wave in waves if wave]


def services_there(environment: str, recorded: Collection[str], stacks: Collection[str]) -> set[str]:
    """Names of the services that AWS or the engine's state knows of."""
    return set(recorded) | _services_of(environment, stacks)


def _service_item(
    environment: str, name: str, wanted: str | None, recorded: StackFingerprints, stacks: Collection[str]
) -> Item:
    if wanted is None:
        return Item(environment, name, "destroy", say("no longer in the catalog"))
    action, why = _difference(wanted, recorded, naming.stack(environment, name) in stacks)
    return Item(environment, name, action, why)


def _difference(wanted: str, recorded: StackFingerprints, exists: bool) -> tuple[Literal["provision", "nothing"], str]:
    why = difference(wanted, recorded, exists)
    return ("provision", why) if why else ("nothing", UP_TO_DATE)


def _services_of(environment: str, stacks: Collection[str]) -> set[str]:
    prefix = naming.stack(environment, "x").removesuffix("x")
    return {stack.removeprefix(prefix) for stack in stacks if stack.startswith(prefix)}
