"""Which routes of an HTTP API a service's paths are."""

import re

DEFAULT_ROUTE = "$default"
"""Takes what no other route does."""
_PARTS = r"(/[A-Za-z0-9._:-]+)"
_ROUTE = re.compile(rf"(?P<exact>/|{_PARTS}+)|(?P<below>{_PARTS}*)/\*")


def route_key(path: str) -> str | None:
    """``/orders/*`` as ``ANY /orders/{proxy+}``; None for what API Gateway cannot say."""
    match = _ROUTE.fullmatch(path)
    if match is None:
        return None
    if match["exact"]:
        return f"ANY {path}"
    return f"ANY {match['below']}/{{proxy+}}" if match["below"] else DEFAULT_ROUTE
