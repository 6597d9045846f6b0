"""On which instance a task is placed, by ECS's rules: first where it has room, then by constraints, then by strategies.

Source: ECS's guide, task placement.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Said = Mapping[str, str]
"""A strategy or a constraint, as ECS's API spells it"""

SPREAD_OVER_ZONES = {"type": "spread", "field": "attribute:ecs.availability-zone"}
"""What ECS does with a service that says nothing"""


@dataclass(frozen=True)
class Needs:
    cpu: int
    memory_mib: int
    gpus: int = 0
    interfaces: int = 0
    host_ports: tuple[int, ...] = ()
    """Those that the definition names; dynamic ones always find room"""
    architecture: str = ""
    """Any, where the definition says none"""


@dataclass(frozen=True)
class Room:
    """An instance and what is left of it."""

    instance: str
    zone: str
    cpu: int
    memory_mib: int
    gpus: int = 0
    interfaces: int = 0
    host_ports: frozenset[int] = frozenset()
    """Taken"""
    groups: tuple[str, ...] = ()
    """Of each task that is there"""
    attributes: Mapping[str, str] = field(default_factory=dict)


class NoRoom(Exception):
    """No instance takes the task; the text is the reason as ECS words it."""


class UnknownExpression(Exception):
    """The local cloud knows some of ECS's query language only."""


def choose(
    rooms: Sequence[Room], needs: Needs, group: str, strategies: Sequence[Said], constraints: Sequence[Said]
) -> Room:
    """Raises NoRoom, UnknownExpression."""
    allowed = [room for room in rooms if all(_satisfies(room, group, it) for it in constraints)]
    if rooms and not allowed:
        raise NoRoom("MemberOf placement constraint unsatisfied.")
    roomy = [room for room in allowed if not list(_lacking(room, needs))]
    if not roomy:
        lacking = {it for room in allowed for it in _lacking(room, needs)}
        raise NoRoom(", ".join(sorted(lacking)) or "No Container Instances were found in your cluster.")
    return min(roomy, key=lambda room: [_rank(room, roomy, group, it) for it in strategies])


def _lacking(room: Room, needs: Needs) -> Iterator[str]:
    if needs.cpu > room.cpu:
        yield "RESOURCE:CPU"
    if needs.memory_mib > room.memory_mib:
        yield "RESOURCE:MEMORY"
    if needs.gpus > room.gpus:
        yield "RESOURCE:GPU"
    if needs.interfaces > room.interfaces:
        yield "RESOURCE:ENI"
    if room.host_ports.intersection(needs.host_ports):
        yield "RESOURCE:PORTS"
    if needs.architecture and room.attributes.get("ecs.cpu-architecture") != needs.architecture:
        yield "ATTRIBUTE"


def _rank(room: Room, rooms: Sequence[Room], group: str, strategy: Said) -> float:
    """Lower is better."""
    by = strategy.get("field", "")
    if strategy["type"] == "binpack":
        return room.cpu if by.lower() == "cpu" else room.memory_mib
    if strategy["type"] == "spread":
        alike = [it for it in rooms if _value(it, by) == _value(room, by)]
        return sum(it.groups.count(group) for it in alike)
    return 0


def _value(room: Room, field_name: str) -> str:
    if field_name in ("instanceId", "host"):
        return room.instance
    return room.attributes.get(field_name.removeprefix("attribute:"), "")


def _satisfies(room: Room, group: str, constraint: Said) -> bool:
    if constraint["type"] == "distinctInstance":
        return group not in room.groups
    return matches(constraint["expression"], room.attributes)


_CLAUSE = re.compile(r"attribute:([\w./-]+)\s*(==|!=|=~|!~|exists|!exists|in|!in)\s*(.*)")


def matches(expression: str, attributes: Mapping[str, str]) -> bool:
    """Of the cluster query language: comparisons of attributes, joined by ``and``. Raises UnknownExpression."""
    return all(_holds(clause.strip(), attributes) for clause in re.split(r"\s+and\s+", expression))


def _holds(clause: str, attributes: Mapping[str, str]) -> bool:
    found = _CLAUSE.fullmatch(clause)
    if not found:
        raise UnknownExpression(f"the local cloud does not know the placement expression {clause!r}")
    name, operator, wanted = found.groups()
    value = attributes.get(name)
    if operator.endswith("exists"):
        return (value is None) == operator.startswith("!")
    if value is None:
        return False
    if operator.endswith("in"):
        listed = [item.strip() for item in wanted.strip("[]").split(",")]
        return (value not in listed) == operator.startswith("!")
    if operator.endswith("~"):
        return (re.fullmatch(wanted, value) is None) == operator.startswith("!")
    return (value != wanted) == operator.startswith("!")


def next_provider(strategy: Sequence[Mapping[str, int | str]], placed: Mapping[str, int]) -> str:
    """Of several capacity providers the one whose turn it is: first every base, then by weight."""
    based = [it for it in strategy if placed.get(str(it["capacityProvider"]), 0) < int(it.get("base") or 0)]
    if based:
        return str(based[0]["capacityProvider"])

    def load(it: Mapping[str, int | str]) -> float:
        beyond = placed.get(str(it["capacityProvider"]), 0) - int(it.get("base") or 0)
        return beyond / int(it["weight"])

    weighted = [it for it in strategy if int(it.get("weight") or 0)]
    return str(min(weighted or strategy, key=lambda it: load(it) if it.get("weight") else 0)["capacityProvider"])
