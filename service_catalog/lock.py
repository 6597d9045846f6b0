"""``lock.yaml``: which rule of which load balancer belongs to whom.

Keyed by slot (environment, listener, priority), so that two branches which take the same slot conflict in Git and not
in production. A slot is given once: rules that stay are never renumbered, whatever comes or goes beside them. The same
catalog and the same lock always give the same next lock.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from service_catalog.entry_text import scalar
from service_catalog.problems import CatalogError, Problem, shown
from service_catalog.reading import read_mapping
from service_catalog.routes import PRIORITY_MAX, Rule

FILE = "lock.yaml"
LISTENERS = ("internal", "public")
_HEAD = """\
# Which rule of which load balancer belongs to whom: environment, listener, priority.
# Written by `slipway catalog lock`; committed, so that nobody takes a slot twice.
"""


@dataclass(frozen=True)
class Route:
    """A service's slot: which listener, and before which other rules."""

    listener: str
    priority: int


Slots = dict[int, str]
"""Priority to ``service route``: ``8804: orders-api /orders /orders/*``."""
Lock = dict[str, dict[str, Slots]]
"""Environment to listener to slots."""
Wanted = Mapping[str, Collection[Rule]]
"""Environment to the rules that the catalog asks for."""


def find(lock: Lock, environment: str, service: str) -> Route | None:
    for listener, slots in lock.get(environment, {}).items():
        for priority, holder in slots.items():
            if _service(holder) == service:
                return Route(listener, priority)
    return None


def allocated(lock: Lock, wanted: Wanted, is_freeing: bool = True) -> Lock:
    """Slots kept, given and freed; none is freed while it is in doubt who is gone."""
    if is_freeing:
        return {name: _shared_out(lock.get(name, {}), asked, ()) for name, asked in sorted(wanted.items())}
    found = {}
    for name in sorted({*lock, *wanted}):
        held, asked = lock.get(name, {}), wanted.get(name, ())
        holders = {_service(holder) for slots in held.values() for holder in slots.values()}
        found[name] = _shared_out(held, asked, holders - {rule.service for rule in asked})
    return found


def _shared_out(held: Mapping[str, Slots], asked: Collection[Rule], absent: Collection[str]) -> dict[str, Slots]:
    return {
        listener: slots
        for listener in LISTENERS
        if (slots := _allocate(held.get(listener, {}), on(listener, asked), absent))
    }


def on(listener: str, rules: Collection[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.listener == listener]


def _allocate(slots: Slots, rules: Collection[Rule], absent: Collection[str]) -> Slots:
    """``absent`` are services that ask for nothing and keep what they have."""
    found = {priority: holder for priority, holder in slots.items() if _service(holder) in absent}
    taken: dict[int, Rule] = {}
    held = {_service(holder): (priority, holder) for priority, holder in sorted(slots.items(), reverse=True)}
    moving = []
    for rule in sorted(rules, key=_first_come):
        priority, holder = held.get(rule.service, (0, ""))
        if holder == _holder(rule):
            taken[priority] = rule
        else:
            moving.append((priority, rule))
    for priority, rule in moving:
        taken[_place(rule, taken, found, priority)] = rule
    return dict(sorted((found | {priority: _holder(rule) for priority, rule in taken.items()}).items()))


def _first_come(rule: Rule) -> tuple[int, int, str]:
    return rule.band.start, -rule.literals, rule.service


def _place(rule: Rule, taken: Mapping[int, Rule], kept: Collection[int], held: int) -> int:
    """Before all that would shadow the rule and after all that it would shadow, as near to its band as can be.

    Its own band nearly always has such a place; where paths of very different length share a rule, one outside does. If
    there is none at all, the rule gets its band's, and the catalog's checks name the two paths.
    """
    after = max((slot for slot, other in taken.items() if rule.shadows(other)), default=0)
    before = min((slot for slot, other in taken.items() if other.shadows(rule)), default=PRIORITY_MAX + 1)
    fits = range(after + 1, before)
    steps, band = rule.band, range(rule.band[0], rule.band[-1] + 1)
    outside = fits if after > band[-1] else reversed(fits)
    best = chain((slot for slot in chain([held] if held in band else (), steps, band) if slot in fits), outside)
    anywhere = chain(band, range(1, PRIORITY_MAX + 1))
    return next(slot for slot in chain(best, anywhere) if slot not in taken and slot not in kept)


def _holder(rule: Rule) -> str:
    return f"{rule.service} {rule.route}"


def _service(holder: str) -> str:
    return holder.partition(" ")[0]


def rules(listener: str, slots: Slots) -> dict[int, Rule]:
    """What the slots stand for. A host does not begin with a slash, paths do."""
    found = {}
    for priority, holder in slots.items():
        service, *route = holder.split()
        host = route.pop(0) if route and not route[0].startswith("/") else None
        found[priority] = Rule(service, listener, host, tuple(route))
    return found


def differences(now: dict[str, Slots], wanted: dict[str, Slots]) -> list[str]:
    """What an update would change, as sentences."""
    found = []
    for listener in sorted({*now, *wanted}):
        old, new = now.get(listener, {}), wanted.get(listener, {})
        for priority in sorted(old.keys() | new.keys()):
            before, after = old.get(priority), new.get(priority)
            if before and after and before != after:
                found.append(f"{listener}.{priority} is held for {before}, not for {after}")
            elif after and not before:
                found.append(f"{after} has no slot on the {listener} load balancer")
            elif before and not after:
                found.append(f"{listener}.{priority} is held for nothing: {before}")
    return found


# --- as text ----------------------------------------------------------------------------------------------------------


def render(lock: Lock) -> str:
    lines = []
    for environment, listeners in lock.items():
        lines.append(f"{environment}:" if listeners else f"{environment}: {{}}")
        for listener, slots in listeners.items():
            lines.append(f"  {listener}:")
            lines += [f"    {priority}: {scalar(holder)}" for priority, holder in slots.items()]
    return _HEAD + "".join(f"{line}\n" for line in lines)


def read(content: bytes) -> Lock:
    """Raises CatalogError. A slot that stands there twice is one: two branches took it, and Git kept both lines."""
    found: Lock = {}
    for environment, listeners in _fields(content).items():
        found[environment] = {}
        for listener, slots in _mapping(listeners, environment).items():
            where = f"{environment}.{listener}"
            found[environment][listener] = {
                _priority(key, where): _text(holder, f"{where}.{key}") for key, holder in _mapping(slots, where).items()
            }
    return found


def _fields(content: bytes) -> dict[str, Any]:
    try:
        return read_mapping(content, FILE, on_conflict="take either side")
    except CatalogError as error:
        raise CatalogError(map(_with_remedy, error.problems)) from error


def _with_remedy(problem: Problem) -> Problem:
    return replace(problem, hint=f"{problem.hint or 'restore it from Git'}, then run `slipway catalog lock`")


def _mapping(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise _malformed(path, f"must hold fields (key: value), got {shown(value)}")


def _priority(key: str, path: str) -> int:
    if key.isdecimal() and 1 <= int(key) <= PRIORITY_MAX:
        return int(key)
    raise _malformed(path, f"a priority is 1 to {PRIORITY_MAX}, got {shown(key)}")


def _text(value: Any, path: str) -> str:
    if isinstance(value, str):
        return value
    raise _malformed(path, f"must be a service and its route, got {shown(value)}")


def _malformed(path: str, message: str) -> CatalogError:
    return CatalogError([Problem(FILE, path, message, "remove the line and run `slipway catalog lock`")])
