"""What the load balancers of an environment are called: by their listeners in the lock, further ones with a number."""

import re
from collections.abc import Iterable, Iterator

from service_catalog.listener_rules.rules import LISTENERS_OF

_MOST = 99
_FURTHER = re.compile("(public|internal)-([2-9]|[1-9][0-9])")


def is_further(listener: str) -> bool:
    """Whether it is that of a load balancer beside the first of its kind."""
    return _FURTHER.fullmatch(listener) is not None


def audience_of(listener: str) -> str:
    """Of a load balancer, by the listener that has its name: ``public`` of ``public-2``."""
    return listener.partition("-")[0]


def short_name(listener: str) -> str:
    """Three characters, where AWS lets names have few: ``pub``, ``int``, ``api``, and ``p02`` of ``public-2``."""
    return f"{listener[0]}{number_of(listener):02}" if is_further(listener) else listener[:3]


def by_load_balancer(listeners: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Those that are there, by the load balancer that they belong to; AWS counts the rules of all of them together."""
    found = {balancer: tuple(it for it in its if it in listeners) for balancer, its in LISTENERS_OF.items()}
    further = sorted(filter(is_further, listeners), key=number_of)
    return {balancer: its for balancer, its in found.items() if its} | {it: (it,) for it in further}


def number_of(listener: str) -> int:
    return int(listener.partition("-")[2] or 1)


def further(audience: str) -> Iterator[str]:
    """All that there may be beside the first of a kind."""
    return (f"{audience}-{number}" for number in range(2, _MOST + 1))
