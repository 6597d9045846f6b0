"""Whether the security groups of one task let another in, by EC2's rules."""

import ipaddress
from collections.abc import Collection, Iterable, Mapping
from typing import Any

Rule = Mapping[str, Any]
"""One of a group's ``IpPermissions``"""


def lets_in(rules: Iterable[Rule], port: int, groups: Collection[str], subnet: str | None) -> bool:
    """``groups`` are the caller's; ``subnet`` is the block of addresses that its own is one of."""
    return any(_is_for(rule, port) and _names(rule, groups, subnet) for rule in rules)


def _is_for(rule: Rule, port: int) -> bool:
    protocol = str(rule.get("IpProtocol"))
    if protocol == "-1":
        return True
    return protocol in ("tcp", "6") and int(rule.get("FromPort", -1)) <= port <= int(rule.get("ToPort", -1))


def _names(rule: Rule, groups: Collection[str], subnet: str | None) -> bool:
    if any(pair.get("GroupId") in groups for pair in rule.get("UserIdGroupPairs") or ()):
        return True
    blocks = [ipaddress.IPv4Network(entry["CidrIp"]) for entry in rule.get("IpRanges") or ()]
    return any(block.prefixlen == 0 or (subnet and ipaddress.IPv4Network(subnet).overlaps(block)) for block in blocks)
