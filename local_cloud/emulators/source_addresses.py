"""Rules that ask where a request comes from. MiniStack calls every address the right one."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any


def install(alb: Any) -> None:
    matches = alb._match_condition

    def matched(condition: Mapping[str, Any], *request: Any) -> Any:
        if condition.get("Field") != "source-ip":
            return matches(condition, *request)
        client = ip_address(alb.get_request_client_ip())
        return any(client in ip_network(it, strict=False) for it in condition.get("Values", ()))

    alb._match_condition = matched
