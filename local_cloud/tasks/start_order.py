"""In which order the containers of a task start, by what they say of each other in ``dependsOn``."""

from collections.abc import Mapping, Sequence
from typing import Any

Definition = Mapping[str, Any]


def in_start_order(containers: Sequence[Definition]) -> list[Definition]:
    """As the definition has them, but each after those that it waits for."""
    left, found = list(containers), list[Definition]()
    while left:
        waiting = {it["name"] for it in left}
        free = [it for it in left if not waiting & _awaited(it)]
        # ECS registers no definition whose containers wait for each other.
        nexts = free[:1] or left[:1]
        found += nexts
        left = [it for it in left if it is not nexts[0]]
    return found


def conditions(name: str, containers: Sequence[Definition]) -> frozenset[str]:
    """On which the others wait for this one."""
    said = [wait for it in containers for wait in it.get("dependsOn", ()) if wait["containerName"] == name]
    return frozenset(wait["condition"] for wait in said)


def _awaited(container: Definition) -> set[str]:
    return {wait["containerName"] for wait in container.get("dependsOn", ())}
