"""Which requests a service's rule takes, and what two rules on one load balancer have to do with each other."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from service_catalog.model import Exposure

RULES_MAX = 100
"""Rules, and target groups, that one load balancer takes."""
PRIORITY_MAX = 50_000
_LITERALS_MAX = 40
_BAND = 400
"""Priorities in a band. In steps of four a whole load balancer's rules fit, with room between them."""
STEP = _BAND // RULES_MAX


@dataclass(frozen=True)
class Rule:
    """One rule of a listener: requests for this host, if any is named, and one of these paths."""

    service: str
    listener: str
    host: str | None
    paths: tuple[str, ...]

    @property
    def route(self) -> str:
        """As ``lock.yaml`` spells it; neither hosts nor paths hold spaces."""
        return " ".join([*([self.host] if self.host else []), *self.paths])

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

    def shadows(self, other: "Rule") -> bool:
        """Whether it would take all that some path of the other's asks for, if it came first."""
        return _host_covers(self.host, other.host) and any(
            covers(mine, path) for path in other.paths for mine in self.paths
        )


def listener_rule(service: str, exposure: Exposure | None) -> Rule | None:
    """The rule that leads to the service; None where nothing does, or something other than a load balancer's rule."""
    if exposure is None or exposure.via != "alb":
        return None
    return Rule(service, exposure.audience, exposure.host.lower() if exposure.host else None, exposure.paths)


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
                if _host_covers(earlier.host, rule.host) and covers(pattern, path):
                    yield Collision(earlier, pattern, rule, path)


_SOME_HOST = "*"


def _host_key(host: str | None) -> str | None:
    return _SOME_HOST if host and _has_wildcard(host) else host


def _beginning(pattern: str) -> str:
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def covers(pattern: str, other: str) -> bool:
    """Whether the pattern takes everything the other takes. ``*`` is any text, ``?`` one character.

    A wildcard of the other's is tried as a sign that no pattern can name, so only a wildcard covers it. A star beside a
    question mark may be judged "no" where "yes" is true; that keeps a rule's place free, it never takes one.
    """
    if pattern == other or pattern == "/*":
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


def _host_rank(host: str | None) -> int:
    if host is None:
        return 2
    return 1 if _has_wildcard(host) else 0


def _path_rank(path: str) -> int:
    return _LITERALS_MAX + 1 - min(_literals(path), _LITERALS_MAX) if _has_wildcard(path) else 0


def _literals(pattern: str) -> int:
    return len(pattern) - pattern.count("*") - pattern.count("?")


def _has_wildcard(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern
