"""Which load balancer a service's rules stand on, where one of a kind does not hold them all.

A load balancer takes 100 rules and 100 target groups. Further services then stand on a second one of the same kind,
``public-2``, and so on. DNS says which of them a request comes to. So only a service whose rules all name a host can
stand there, and with it stand all others that may be asked for that host. Everybody else stands on the first one, to
which the environment's own name leads. What ``lock.yaml`` holds stays where it is.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from typing import NamedTuple

from service_catalog.listener_rules.names import audience_of, further, is_further, number_of
from service_catalog.listener_rules.rules import LISTENERS_OF, RULES_MAX, Rule, covers, has_wildcard


class Taken(NamedTuple):
    """What somebody takes of a load balancer, of each as much as AWS counts."""

    rules: int = 0
    target_groups: int = 0

    def plus(self, other: "Taken") -> "Taken":
        return Taken(self.rules + other.rules, self.target_groups + other.target_groups)

    def exceeds(self, limit: int) -> bool:
        return max(self) > limit


def _one_group(_: str) -> Taken:
    return Taken(0, 1)


@dataclass(frozen=True)
class Terms:
    """What an environment says of its load balancers, and its services beside their rules."""

    further_after: int = RULES_MAX
    """How many rules, or target groups, one holds before other hosts go to a further one"""
    own_names: frozenset[str] = frozenset()
    """Those that lead to the first one of a kind"""
    beside_rules: Callable[[str], Taken] = _one_group
    """By service: its target groups, and its rules at the test listener"""


@dataclass(frozen=True)
class Standing:
    """A rule in the lock. One that is leaving leads requests until it is gone."""

    rule: Rule
    is_leaving: bool


def may_need_further(here: Mapping[str, Sized], asked: Collection[Rule], terms: Terms) -> bool:
    """Most environments need none, and are not counted: each rule has at most one more, and two target groups."""
    if any(map(is_further, here)):
        return True
    most = 2 * len(asked) + sum(map(len, here.values()))
    return most > terms.further_after and any(rule.host for rule in asked)


@dataclass
class Spread:
    """Services, over the load balancers of one kind."""

    audience: str
    standing: Mapping[str, Collection[Standing]]
    """What the lock holds, by listener"""
    asked: Collection[Rule]
    terms: Terms
    taken: dict[str, Taken] = field(default_factory=dict)
    """By load balancer; those that there are, and then those that are added"""
    led: list[tuple[str, str]] = field(default_factory=list)
    """Host, and the load balancer to which DNS leads it"""

    def homes(self) -> dict[str, str]:
        """By service, the further load balancer on which it stands."""
        by_service: dict[str, list[Rule]] = {}
        for rule in self.asked:
            by_service.setdefault(rule.service, []).append(rule)
        found = dict(self._settled(by_service))
        self._count(by_service, found)
        newcomers = {name: _hosts(its) for name, its in by_service.items() if name not in found}
        for names, hosts in _together(newcomers):
            added = [self._takes(by_service[name]) for name in names]
            home = self._led_to(hosts) or self._held_by(names) or self._with_room(added)
            found |= dict.fromkeys(names, home)
            for each in added:
                self.taken[home] = self.taken[home].plus(each)
        return {name: home for name, home in found.items() if home != self.audience}

    def _settled(self, by_service: Mapping[str, list[Rule]]) -> Iterator[tuple[str, str]]:
        """Those that must stand on the first, and those of which a rule stands somewhere as it is asked for."""
        held = {
            (it.rule.service, it.rule.route): listener
            for listener, its in self.standing.items()
            if listener == self.audience or is_further(listener)
            for it in its
            if not it.is_leaving
        }
        for name, rules in by_service.items():
            if any(self._needs_first(rule) for rule in rules):
                yield name, self.audience
            else:
                homes = [held[it] for rule in rules if (it := (name, rule.route)) in held]
                yield from [(name, home) for home in homes[:1]]

    def _needs_first(self, rule: Rule) -> bool:
        return (
            rule.listener != self.audience
            or rule.host is None
            or any(may_be_one(rule.host, name) for name in self.terms.own_names)
        )

    def _count(self, by_service: Mapping[str, list[Rule]], homes: Mapping[str, str]) -> None:
        """With what stands there still, whose service has gone or moves."""
        self.taken[self.audience] = Taken()
        self.taken |= {listener: Taken() for listener in sorted(filter(is_further, self.standing), key=number_of)}
        for name, home in homes.items():
            self.taken[home] = self.taken[home].plus(self._takes(by_service[name]))
            self.led += [(host, home) for host in _hosts(by_service[name])]
        for listener, its in self.standing.items():
            balancer = listener if listener in self.taken else self.audience
            left = [it.rule for it in its if homes.get(it.rule.service) != balancer]
            gone = Taken(len(left), len({rule.service for rule in left}))
            self.taken[balancer] = self.taken[balancer].plus(gone)
            self.led += [(rule.host, balancer) for rule in left if rule.host]

    def _takes(self, rules: Collection[Rule]) -> Taken:
        [name] = {rule.service for rule in rules}
        return self.terms.beside_rules(name).plus(Taken(len(rules)))

    def _led_to(self, hosts: Collection[str]) -> str | None:
        found = {home for host, home in self.led if any(may_be_one(host, it) for it in hosts)}
        return min(found, key=number_of, default=None)

    def _held_by(self, names: Collection[str]) -> str | None:
        """Where they stand with other rules than are asked for now."""
        found = {
            listener
            for listener, its in self.standing.items()
            if listener in self.taken and any(it.rule.service in names and not it.is_leaving for it in its)
        }
        return min(found, key=number_of, default=None)

    def _with_room(self, added: Collection[Taken]) -> str:
        for home, taken in self.taken.items():
            for each in added:
                taken = taken.plus(each)
            if not taken.exceeds(self.terms.further_after):
                return home
        added_one = next(it for it in further(self.audience) if it not in self.taken)
        self.taken[added_one] = Taken()
        return added_one


def _hosts(rules: Iterable[Rule]) -> list[str]:
    return [rule.host for rule in rules if rule.host]


def _together(hosts: Mapping[str, Collection[str]]) -> list[tuple[list[str], list[str]]]:
    """Services that may be asked for one host, with all their hosts; in an order that is always the same."""
    found: list[tuple[list[str], list[str]]] = []
    for name in sorted(hosts):
        meeting = [it for it in found if any(may_be_one(mine, other) for mine in hosts[name] for other in it[1])]
        names = [each for its, _ in meeting for each in its] + [name]
        theirs = [each for _, its in meeting for each in its] + list(hosts[name])
        found = [it for it in found if it not in meeting] + [(names, theirs)]
    return found


def can_part(rules: Collection[Rule]) -> bool:
    """Whether some of the services of one load balancer could stand on another."""
    by_service: dict[str, list[Rule]] = {}
    for rule in rules:
        by_service.setdefault(rule.service, []).append(rule)
    groups = _together({name: _hosts(its) for name, its in by_service.items()})
    free = [names for names, _ in groups if all(rule.host for name in names for rule in by_service[name])]
    return len(groups) > 1 and bool(free)


def may_be_one(host: str, other: str) -> bool:
    """Whether a request may be for both. Of two patterns it is said too often rather than too seldom."""
    if not has_wildcard(other):
        return covers(host, other)
    if not has_wildcard(host):
        return covers(other, host)
    (begin, end), (other_begin, other_end) = _ends(host), _ends(other)
    return (begin.startswith(other_begin) or other_begin.startswith(begin)) and (
        end.endswith(other_end) or other_end.endswith(end)
    )


def _ends(host: str) -> tuple[str, str]:
    """What it begins and ends with."""
    parts = re.split(r"[*?]", host)
    return parts[0], parts[-1]


def divided(standing: Mapping[str, Collection[Rule]]) -> Iterator[tuple[Rule, Rule]]:
    """Rules of two load balancers of one kind that may be asked for one host: DNS leads it to one of them alone.

    ``standing``: by listener, without those that are leaving.
    """
    for audience in LISTENERS_OF:
        earlier: dict[str, Rule] = {}
        for listener in (audience, *sorted(_further(standing, audience), key=number_of)):
            mine = {rule.host: rule for rule in standing.get(listener, ()) if rule.host}
            patterns = {host: it for host, it in earlier.items() if has_wildcard(host)}
            for host, rule in mine.items():
                others = earlier if has_wildcard(host) else patterns | _only(earlier, host)
                if other := next((it for name, it in others.items() if may_be_one(host, name)), None):
                    yield other, rule
            earlier |= mine


def _further(listeners: Iterable[str], audience: str) -> list[str]:
    return [it for it in listeners if is_further(it) and audience_of(it) == audience]


def _only(rules: Mapping[str, Rule], host: str) -> dict[str, Rule]:
    return {host: rules[host]} if host in rules else {}
