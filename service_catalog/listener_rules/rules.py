"""Which requests a service's rule takes, and what two rules on one load balancer have to do with each other."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Self

from service_catalog.model import Exposure, Route

RULES_MAX = 100
"""Rules, and target groups, that one load balancer takes."""
PRIORITY_MAX = 50_000
API_LISTENER = "api"
"""Of the internal load balancer: a second one, which only the environment's API reaches. It looks at no paths, but its
rules stand for routes of the API, and those collide as rules do."""
_LITERALS_MAX = 40
_BAND = 400
"""Priorities in a band. In steps of four a whole load balancer's rules fit, with room between them."""
STEP = _BAND // RULES_MAX
_FROM, _WITH = "from:", "header:"
LISTENERS_OF = {"internal": ("internal", API_LISTENER), "public": ("public",)}
"""By load balancer, the first of its kind; AWS counts the rules of all its listeners together"""


@dataclass(frozen=True)
class Rule:
    """One rule of a listener: requests for this host, if any is named, and one of these paths, from one of these
    addresses and with each of these headers, if any are."""

    service: str
    listener: str
    host: str | None
    paths: tuple[str, ...]
    source_ips: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Name and value, a name once for each value that will do"""

    @property
    def route(self) -> str:
        """As ``lock.yaml`` spells it; nothing in it holds a space."""
        host = [self.host] if self.host else []
        sources = [f"{_FROM}{addresses}" for addresses in self.source_ips]
        headers = [f"{_WITH}{name}:{value}" for name, value in self.headers]
        return " ".join([*host, *self.paths, *sources, *headers])

    @classmethod
    def spelled(cls, service: str, listener: str, route: str) -> Self:
        """Of what ``route`` says. A host begins neither with a slash, as paths do, nor has it a colon."""
        words = route.split()
        host = next((it for it in words if not it.startswith(("/", _FROM, _WITH))), None)
        headers = [it.removeprefix(_WITH).partition(":") for it in words if it.startswith(_WITH)]
        return cls(
            service,
            listener,
            host,
            tuple(it for it in words if it.startswith("/")),
            tuple(it.removeprefix(_FROM) for it in words if it.startswith(_FROM)),
            tuple((name, value) for name, _, value in headers),
        )

    @property
    def band(self) -> range:
        """Priorities for rules as specific as this one: more specific rules come first, so that they are not shadowed.

        A named host before one with wildcards before none; whole paths before patterns; long before short. What counts
        is the least specific path, since that is the one which could take what others should get.
        """
        first = (_host_rank(self.host) * (_LITERALS_MAX + 1) + max(map(_path_rank, self.paths))) * _BAND
        return range(first + STEP, first + _BAND + 1, STEP)

    @property
    def literals(self) -> int:
        return sum(map(_literals, (self.host or "", *self.paths)))

    @property
    def conditions(self) -> int:
        """What it asks for besides host and paths."""
        return len(self.source_ips) + len(self.headers)

    def shadows(self, other: "Rule") -> bool:
        """Whether it would take all that some path of the other's asks for, if it came first."""
        return self.asks_no_more_than(other) and any(covers(mine, path) for path in other.paths for mine in self.paths)

    def asks_no_more_than(self, other: "Rule") -> bool:
        """Whether whatever the other takes, were it not for its path, this one would take as well."""
        return (
            _host_covers(self.host, other.host)
            and _addresses_cover(self.source_ips, other.source_ips)
            and _headers_cover(self.headers, other.headers)
        )


def listener_rules(service: str, exposure: Exposure | None) -> tuple[Rule, ...]:
    """The rules that lead to the service; none where nothing does, or something other than a load balancer's rules."""
    if exposure is None or balancer_kind(exposure) != "alb":
        return ()
    listener = API_LISTENER if exposure.via == "api-gateway" else exposure.audience
    return tuple(_rule(service, listener, route) for route in exposure.routes)


def _rule(service: str, listener: str, route: Route) -> Rule:
    host = route.host.lower() if route.host else None
    headers = tuple((name.lower(), value) for name, values in route.headers.items() for value in values)
    return Rule(service, listener, host, route.paths, route.source_ips, headers)


def load_balancer(exposure: Exposure) -> tuple[str, str] | None:
    """Kind and audience of the one that spreads requests over the tasks: ``alb`` or ``nlb``, ``public`` or
    ``internal``. None where an API finds the tasks by itself."""
    if exposure.via != "api-gateway":
        return exposure.via, exposure.audience
    return None if exposure.integration == "cloud-map" else (exposure.integration or "alb", "internal")


def balancer_kind(exposure: Exposure) -> str | None:
    found = load_balancer(exposure)
    return found[0] if found else None


@dataclass(frozen=True)
class Collision:
    """``later`` is never asked for ``path``: ``earlier`` takes ``pattern``, which covers it, first."""

    earlier: Rule
    pattern: str
    later: Rule
    path: str


def collisions(listener: Mapping[int, Rule]) -> Iterator[Collision]:
    """All of them on one listener, whose rules come by priority.

    A pattern can only cover what begins like it. So each path looks up its own beginnings instead of meeting every
    rule: a thousand rules are compared in milliseconds.
    """
    by_beginning: dict[tuple[str | None, str], list[tuple[Rule, str]]] = defaultdict(list)
    for _, rule in sorted(listener.items()):
        for path in rule.paths:
            yield from _taken(by_beginning, rule, path)
        for path in rule.paths:
            by_beginning[_host_key(rule.host), _beginning(path)].append((rule, path))


def _taken(
    by_beginning: Mapping[tuple[str | None, str], list[tuple[Rule, str]]], rule: Rule, path: str
) -> Iterator[Collision]:
    beginning = _beginning(path)
    for host in dict.fromkeys((_host_key(rule.host), _SOME_HOST, None)):
        for length in range(1, len(beginning) + 1):
            for earlier, pattern in by_beginning.get((host, beginning[:length]), ()):
                if earlier.asks_no_more_than(rule) and covers(pattern, path):
                    yield Collision(earlier, pattern, rule, path)


_SOME_HOST = "*"


def _host_key(host: str | None) -> str | None:
    return _SOME_HOST if host and has_wildcard(host) else host


def _beginning(pattern: str) -> str:
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def covers(pattern: str, other: str) -> bool:
    """Whether the pattern takes everything the other takes. ``*`` is any text, ``?`` one character.

    A wildcard of the other's is tried as a sign that no pattern can name, so only a wildcard covers it. A star beside a
    question mark may be judged "no" where "yes" is true; that keeps a rule's place free, it never takes one.
    """
    return pattern == "/*" or _text_covers(pattern, other)


def _text_covers(pattern: str, other: str) -> bool:
    if pattern == other:
        return True
    return _expression(pattern).fullmatch(other.replace("*", _ANY_TEXT).replace("?", _ANY_SIGN)) is not None


_ANY_TEXT, _ANY_SIGN = "\x00", "\x01"
_ANY_ONE = f"[^{_ANY_TEXT}]"


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    first, *rest = [re.escape(part).replace(r"\?", _ANY_ONE) for part in pattern.split("*")]
    if not rest:
        return re.compile(first, re.DOTALL)
    # Atomic groups: the first place where a part fits is as good as any later one, so nothing is tried twice.
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"{first}{middle}.*{rest[-1]}", re.DOTALL)


def _host_covers(host: str | None, other: str | None) -> bool:
    return host is None or (other is not None and covers(host, other))


def _addresses_cover(addresses: tuple[str, ...], others: tuple[str, ...]) -> bool:
    if not addresses or addresses == others:
        return True
    mine = [ip_network(it, strict=False) for it in addresses]
    theirs = [ip_network(it, strict=False) for it in others]
    return bool(theirs) and all(any(_is_within(it, around) for around in mine) for it in theirs)


def _is_within(network: IPv4Network | IPv6Network, around: IPv4Network | IPv6Network) -> bool:
    return network.version == around.version and network.subnet_of(around)  # type: ignore[arg-type]


def _headers_cover(headers: tuple[tuple[str, str], ...], others: tuple[tuple[str, str], ...]) -> bool:
    """Whether each header that is asked for is asked for by the others too, and for no other values."""
    for name in {name for name, _ in headers}:
        mine = [value.lower() for header, value in headers if header == name]
        theirs = [value.lower() for header, value in others if header == name]
        if not theirs or not all(any(_text_covers(value, it) for value in mine) for it in theirs):
            return False
    return True


def _host_rank(host: str | None) -> int:
    if host is None:
        return 2
    return 1 if has_wildcard(host) else 0


def _path_rank(path: str) -> int:
    return _LITERALS_MAX + 1 - min(_literals(path), _LITERALS_MAX) if has_wildcard(path) else 0


def _literals(pattern: str) -> int:
    return len(pattern) - pattern.count("*") - pattern.count("?")


def has_wildcard(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern
