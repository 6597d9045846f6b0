"""What a rule asks of a request, as a load balancer counts it: five values in all, and five wildcards in them."""

from service_catalog.model import Exposure, Route

VALUES_MAX = 5
"""Hosts, paths, addresses and values of headers together; also wildcards in them."""


def asked_paths(route: Route | Exposure) -> tuple[str, ...]:
    """Every path is nothing to ask for, where there is anything else."""
    asks_more = route.host or route.source_ips or route.headers
    return () if asks_more and route.paths == ("/*",) else route.paths
