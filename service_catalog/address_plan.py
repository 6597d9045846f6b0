"""Which subnet gets which addresses: eight equal parts of the VPC, so that adding a zone changes no existing subnet."""

from functools import cache
from ipaddress import IPv4Network

ZONES_MAX = 4
_PARTS_AS_BITS = 3
_KEPT_BY_AWS = 5
"""Addresses in each subnet: the first four and the last"""


def private_cidrs(cidr: str, zones: int) -> list[str]:
    return _parts(cidr)[:zones]


def public_cidrs(cidr: str, zones: int) -> list[str]:
    return _parts(cidr)[ZONES_MAX : ZONES_MAX + zones]


@cache
def task_addresses(cidr: str, zones: int) -> int:
    """How many tasks find an address, be their subnets private or public. Asked for each service of an environment."""
    return sum(IPv4Network(part).num_addresses - _KEPT_BY_AWS for part in private_cidrs(cidr, zones))


def _parts(cidr: str) -> list[str]:
    return [str(part) for part in IPv4Network(cidr).subnets(prefixlen_diff=_PARTS_AS_BITS)]
