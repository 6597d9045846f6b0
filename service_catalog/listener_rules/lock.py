"""``lock.yaml``: which service has which rule priority on which listener of the load balancers.

Keyed by slot (environment, listener, priority), so that two branches which take the same slot conflict in Git and not
in production. A slot is given once: rules that stay are never renumbered, whatever comes or goes beside them. The same
catalog and the same lock always give the same next lock.

A rule exists in AWS until its service is provisioned again or destroyed, and AWS refuses a second rule of the same
priority. So when a service leaves the catalog, or moves, its slot is kept, marked ``(leaving)``, and not given away.
``slipway up`` and ``down`` remove the mark once the rule is gone (``deploy/left_slots.py``), or somebody says that it
is: ``slipway catalog lock --gone dev.mail``. A forgotten mark only costs a number.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from service_catalog.listener_rules.load_balancers import Spread, Standing, Terms, may_need_further
from service_catalog.listener_rules.names import audience_of, is_further
from service_catalog.listener_rules.rules import API_LISTENER, LISTENERS_OF, PRIORITY_MAX, RULES_MAX, Rule
from service_catalog.messages import say
from service_catalog.problems import CatalogError, Problem, for_message
from service_catalog.yaml_text.reader import read_mapping
from service_catalog.yaml_text.writer import scalar

FILE = "lock.yaml"
LISTENERS = (API_LISTENER, "internal", "public")
"""Of the first load balancers; further ones have names like ``public-2``"""
_HEAD = """\
# Which rule of which load balancer belongs to whom: environment, listener, priority.
# Written by `slipway catalog lock`; committed, so that nobody takes a slot twice. What is (leaving) still stands at the
# load balancer; `slipway up` and `down` free its slot when it is gone.
"""
_LEAVING = "(leaving)"
_ROOM = 2
"""A slot is also the priority behind it, at which a service that shifts requests has its rule."""


@dataclass(frozen=True)
class Slot:
    """A service's place among the rules of one listener."""

    listener: str
    priority: int
    further: tuple[int, ...] = ()
    """Priorities of its further rules, in the order in which the entry says them"""

    @property
    def priorities(self) -> tuple[int, ...]:
        return (self.priority, *self.further)


Slots = dict[int, str]
"""Priority to ``service route``: ``46004: orders-api /orders /orders/*``, ``46008: mail (leaving) /mail``."""
Lock = dict[str, dict[str, Slots]]
"""Environment to listener to slots."""
Wanted = Mapping[str, Collection[Rule]]
"""Environment to the rules that the catalog asks for, each on the listener where it is to stand."""


def find(lock: Lock, environment: str, rules: Sequence[Rule]) -> Slot | None:
    """``rules``: all of one service. None when one of them has no slot; one alone has the service's only one, whatever
    route it was given for."""
    for listener, slots in lock.get(environment, {}).items():
        own = {it: at for at, it in slots.items() if _service(it) == rules[0].service and not _is_leaving(it)}
        if len(own) == len(rules) == 1:
            return Slot(listener, next(iter(own.values())))
        found = [own[_holder(rule)] for rule in rules if _holder(rule) in own]
        if len(found) == len(rules):
            return Slot(listener, found[0], tuple(found[1:]))
    return None


def allocated(lock: Lock, wanted: Wanted, is_in_doubt: bool = False) -> Lock:
    """The next lock. With ``is_in_doubt`` some entry cannot be read, so no service counts as gone."""
    found = {}
    for name in sorted({*lock, *wanted}):
        held, asked = lock.get(name, {}), wanted.get(name, ())
        absent = _holders(held) - {rule.service for rule in asked} if is_in_doubt else set()
        slots = _shared_out(held, asked, absent)
        if slots or name in wanted:
            found[name] = slots
    return found


def left(lock: Lock) -> list[tuple[str, str, list[str]]]:
    """Environment, service, and its slots that are marked as leaving: ``("dev", "mail", ["public.46004"])``."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for environment, listeners in lock.items():
        for listener, slots in listeners.items():
            for priority, holder in slots.items():
                if _is_leaving(holder):
                    found[environment, _service(holder)].append(f"{listener}.{priority}")
    return [(*whose, slots) for whose, slots in found.items()]


def freed(lock: Lock, environment: str, services: Collection[str]) -> Lock:
    """Without the slots that these services left."""
    kept = {
        listener: {at: it for at, it in slots.items() if not (_is_leaving(it) and _service(it) in services)}
        for listener, slots in lock.get(environment, {}).items()
    }
    return lock | {environment: {listener: slots for listener, slots in kept.items() if slots or is_further(listener)}}


def spread(held: Mapping[str, Slots], rules: Collection[Rule], terms: Terms) -> list[Rule]:
    """The rules that an environment's services ask for, each on the load balancer where its service is to stand."""
    homes: dict[str, str] = {}
    for audience, its in LISTENERS_OF.items():
        here = {it: held[it] for it in held if it in its or (is_further(it) and audience_of(it) == audience)}
        asked = [rule for rule in rules if rule.listener in its]
        if may_need_further(here, asked, terms):
            standing = {listener: _standing(listener, slots) for listener, slots in here.items()}
            homes |= Spread(audience, standing, asked, terms).homes()
    return [replace(rule, listener=homes.get(rule.service, rule.listener)) for rule in rules] if homes else list(rules)


def _standing(listener: str, slots: Slots) -> list[Standing]:
    return [Standing(_rule(listener, _unmarked(holder)), _is_leaving(holder)) for holder in slots.values()]


def further_load_balancers(lock: Lock, environment: str) -> tuple[str, ...]:
    """Those beside the first of each kind, ``public-2`` say."""
    return tuple(filter(is_further, lock.get(environment, {})))


def unused_load_balancers(lock: Lock) -> list[str]:
    """Like ``dev.public-2``: further ones on which nothing stands."""
    return [
        f"{environment}.{listener}"
        for environment, listeners in lock.items()
        for listener, slots in listeners.items()
        if is_further(listener) and not slots
    ]


def _shared_out(held: Mapping[str, Slots], asked: Collection[Rule], absent: Collection[str]) -> dict[str, Slots]:
    """A further load balancer is not given up because nobody stands on it: that is for people to say."""
    listeners = sorted({*LISTENERS, *filter(is_further, held), *(rule.listener for rule in asked)})
    found = {it: _allocate(held.get(it, {}), on(it, asked), absent) for it in listeners}
    return {listener: slots for listener, slots in found.items() if slots or is_further(listener)}


def on(listener: str, rules: Collection[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.listener == listener]


def _allocate(slots: Slots, rules: Collection[Rule], absent: Collection[str]) -> Slots:
    """``absent``: services without a rule in the catalog that keep their slots. Slots of other services without one are
    marked as leaving and not given away: their rules exist until they are provisioned again."""
    own: dict[str, list[int]] = defaultdict(list)
    for priority in sorted(slots, key=lambda it: (_is_leaving(slots[it]), it)):
        own[_service(slots[priority])].append(priority)
    taken: dict[int, Rule] = {}
    moving = []
    for rule in sorted(rules, key=_first_come):
        same = [it for it in own[rule.service] if _unmarked(slots[it]) == _holder(rule)]
        if same:
            taken[same[0]] = rule
        else:
            moving.append(rule)
    for rule in moving:
        foreign = slots.keys() - own[rule.service]
        held = next((it for it in own[rule.service] if it not in taken), 0)
        taken[_place(rule, taken, foreign, held)] = rule
    kept = {at: it if _service(it) in absent else _leaving(it) for at, it in slots.items()}
    return dict(sorted((kept | {at: _holder(rule) for at, rule in taken.items()}).items()))


def _first_come(rule: Rule) -> tuple[int, int, int, str]:
    return rule.band.start, -rule.literals, -rule.conditions, rule.service


def _place(rule: Rule, taken: Mapping[int, Rule], kept: Collection[int], held: int) -> int:
    """Before all that would shadow the rule and after all that it would shadow, as near to its band as can be.

    Its own band nearly always has such a place; where paths of very different length share a rule, one outside does. If
    there is none at all, the rule gets its band's, and the catalog's checks name the two paths.
    """
    after = max((slot for slot, other in taken.items() if rule.shadows(other)), default=0)
    before = min((slot for slot, other in taken.items() if other.shadows(rule)), default=PRIORITY_MAX)
    fits = range(after + 1, before)
    steps, band = rule.band, range(rule.band[0], rule.band[-1] + 1)
    outside = fits if after > band[-1] else reversed(fits)
    best = chain((slot for slot in chain([held] if held in band else (), steps, band) if slot in fits), outside)
    anywhere = chain(band, range(1, PRIORITY_MAX))
    free = (slot for slot in chain(best, anywhere) if slot not in taken and slot not in kept)
    return next(slot for slot in free if slot % _ROOM == 0)


def _holder(rule: Rule) -> str:
    return f"{rule.service} {rule.route}"


def _holders(listeners: Mapping[str, Slots]) -> set[str]:
    return {_service(holder) for slots in listeners.values() for holder in slots.values()}


def _service(holder: str) -> str:
    return holder.partition(" ")[0]


def _is_leaving(holder: str) -> bool:
    return f"{holder} ".partition(" ")[2].startswith(f"{_LEAVING} ")


def _leaving(holder: str) -> str:
    service, _, route = _unmarked(holder).partition(" ")
    return f"{service} {_LEAVING} {route}"


def _unmarked(holder: str) -> str:
    return holder.replace(f" {_LEAVING}", "", 1) if _is_leaving(holder) else holder


def rules(listener: str, slots: Slots) -> dict[int, Rule]:
    """What the slots stand for, but for those that are left."""
    return {priority: _rule(listener, holder) for priority, holder in slots.items() if not _is_leaving(holder)}


def _rule(listener: str, holder: str) -> Rule:
    return Rule.spelled(_service(holder), listener, holder.partition(" ")[2])


def count(slots: Slots) -> int:
    """How many rules there are: what a service that stays leaves behind goes with the run that makes its new rules."""
    staying = {_service(holder) for holder in slots.values() if not _is_leaving(holder)}
    return sum(not _is_leaving(holder) or _service(holder) not in staying for holder in slots.values())


def rules_left(lock: Lock, environment: str) -> dict[str, int]:
    """By the first load balancer of each kind that holds any: AWS counts the rules of all its listeners together."""
    listeners = lock.get(environment, {})
    held = {name: sum(count(listeners.get(it, {})) for it in its) for name, its in LISTENERS_OF.items()}
    return {name: max(0, RULES_MAX - rules) for name, rules in held.items() if rules}


def differences(now: dict[str, Slots], wanted: dict[str, Slots]) -> list[str]:
    """What an update would change, as sentences."""
    found = []
    for listener in sorted({*now, *wanted}):
        old, new = now.get(listener, {}), wanted.get(listener, {})
        for priority in sorted(old.keys() | new.keys()):
            before, after = old.get(priority, ""), new.get(priority, "")
            if before != after:
                found.append(_difference(listener, f"{listener}.{priority}", before, after))
    return found


def _difference(listener: str, slot: str, before: str, after: str) -> str:
    if not before:
        return say("%(rule)s has no slot on the %(listener)s listener", rule=after, listener=listener)
    if after == _leaving(before):
        return say("%(slot)s is held for %(rule)s, which left the catalog or moved", slot=slot, rule=before)
    return say("%(slot)s is held for %(before)s, not for %(after)s", slot=slot, before=before, after=after)


# --- as text ----------------------------------------------------------------------------------------------------------


def render(lock: Lock) -> str:
    lines = []
    for environment, listeners in lock.items():
        lines.append(f"{environment}:" if listeners else f"{environment}: {{}}")
        for listener, slots in listeners.items():
            lines.append(f"  {listener}:" if slots else f"  {listener}: {{}}")
            lines += [f"    {priority}: {scalar(holder)}" for priority, holder in slots.items()]
    return _HEAD + "".join(f"{line}\n" for line in lines)


def read(content: bytes) -> Lock:
    """Raises CatalogError, also for a slot listed twice: two branches took it, and Git kept both lines."""
    found: Lock = {}
    for environment, listeners in _fields(content).items():
        found[environment] = {}
        for listener, slots in _mapping(listeners, environment).items():
            where = f"{environment}.{listener}"
            if listener not in LISTENERS and not is_further(listener):
                raise _malformed(where, say("is no listener: they are api, internal and public, or like public-2"))
            found[environment][listener] = {
                _priority(key, where): _text(holder, f"{where}.{key}") for key, holder in _mapping(slots, where).items()
            }
    return found


def _fields(content: bytes) -> dict[str, Any]:
    try:
        return read_mapping(content, FILE, on_conflict=say("take either side"))
    except CatalogError as error:
        raise CatalogError(map(_with_remedy, error.problems)) from error


def _with_remedy(problem: Problem) -> Problem:
    first = problem.hint or say("restore it from Git")
    return replace(problem, hint=say("%(first)s, then run `slipway catalog lock`", first=first))


def _mapping(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise _malformed(path, say("must hold fields (key: value), got %(given)s", given=for_message(value)))


def _priority(key: str, path: str) -> int:
    if key.isdecimal() and 1 <= int(key) <= PRIORITY_MAX:
        return int(key)
    raise _malformed(path, say("a priority is 1 to %(max)s, got %(given)s", max=PRIORITY_MAX, given=for_message(key)))


def _text(value: Any, path: str) -> str:
    if isinstance(value, str):
        return value
    raise _malformed(path, say("must be a service and its route, got %(given)s", given=for_message(value)))


def _malformed(path: str, message: str) -> CatalogError:
    return CatalogError([Problem(FILE, path, message, say("remove the line and run `slipway catalog lock`"))])
