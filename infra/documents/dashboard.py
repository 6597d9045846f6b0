"""The environment's CloudWatch dashboard: what its services share, above all NAT traffic, which costs by the byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from infra.documents.widgets import COLUMNS, HEIGHT, chart, metric, places

_NAT_BYTES = {
    "NAT bytes: out to the internet": ("BytesOutToDestination", "Sum"),
    "NAT bytes: in from the internet": ("BytesInFromDestination", "Sum"),
    "NAT bytes: in from tasks": ("BytesInFromSource", "Sum"),
    "NAT bytes: out to tasks": ("BytesOutToSource", "Sum"),
}
_NAT_TROUBLE = {
    "NAT: connections refused for want of a port": ("ErrorPortAllocation", "Maximum"),
    "NAT: packets dropped": ("PacketsDropCount", "Sum"),
    "NAT: connections": ("ActiveConnectionCount", "Maximum"),
}
_SERVICE_NAME = "${PROP('Dim.ServiceName')}"
"""CloudWatch fills it in for each line that a search finds."""
_NAT_SECONDS = 300


@dataclass(frozen=True)
class Shared:
    """What the dashboard looks at. Ids may be Pulumi's placeholders."""

    region: str
    cluster: str
    nat_gateways: Sequence[tuple[Any, Any]]
    """Id and zone of each"""
    load_balancers: dict[str, Any]
    """ARN suffix by listener"""


def body(shared: Shared) -> dict[str, Any]:
    nat = _nat(shared)
    below = max(widget["y"] + widget["height"] for widget in nat)
    return {"widgets": [*nat, *_traffic(shared, top=below), *_tasks(shared, top=below + HEIGHT)]}


def _nat(shared: Shared) -> list[dict[str, Any]]:
    """A line for each gateway, so that one zone is told from another."""
    if not shared.nat_gateways:
        return [_text("This environment made no NAT gateway. A network that was there may have its own.")]

    def lines(name: str) -> list[list[Any]]:
        return [
            metric("AWS/NATGateway", name, {"NatGatewayId": gateway}, label=zone)
            for gateway, zone in shared.nat_gateways
        ]

    def row(named: dict[str, tuple[str, str]], top: int) -> list[dict[str, Any]]:
        where = places(len(named), len(named), top)
        return [
            chart(title, lines(name), place, shared.region, statistic, _NAT_SECONDS)
            for (title, (name, statistic)), place in zip(named.items(), where, strict=True)
        ]

    return [*row(_NAT_BYTES, 0), *row(_NAT_TROUBLE, HEIGHT)]


def _traffic(shared: Shared, top: int) -> list[dict[str, Any]]:
    named = {
        "Requests": "RequestCount",
        "Answers 5xx of services": "HTTPCode_Target_5XX_Count",
        "Answers 5xx of load balancers": "HTTPCode_ELB_5XX_Count",
    }
    found = []
    for (title, name), place in zip(named.items(), places(len(named), len(named), top), strict=True):
        lines = [
            metric("AWS/ApplicationELB", name, {"LoadBalancer": suffix}, label=listener)
            for listener, suffix in shared.load_balancers.items()
        ]
        found.append(chart(title, lines, place, shared.region, "Sum"))
    return found


def _tasks(shared: Shared, top: int) -> list[dict[str, Any]]:
    named = {"CPU of services, %": "CPUUtilization", "Memory of services, %": "MemoryUtilization"}
    found = []
    for (title, name), place in zip(named.items(), places(len(named), len(named), top), strict=True):
        lines = [[{"expression": _every_service(shared.cluster, name), "id": "services", "label": _SERVICE_NAME}]]
        found.append(chart(title, lines, place, shared.region, "Average"))
    return found


def _every_service(cluster: str, metric: str) -> str:
    """A search, so that the dashboard need not know which services there are."""
    search = f'{{AWS/ECS,ClusterName,ServiceName}} ClusterName="{cluster}" MetricName="{metric}"'
    return f"SEARCH('{search}', 'Average', 60)"


def _text(markdown: str) -> dict[str, Any]:
    place = {"x": 0, "y": 0, "width": COLUMNS, "height": HEIGHT}
    return {"type": "text", **place, "properties": {"markdown": markdown}}
