"""The environment's CloudWatch dashboard: what its services share, above all NAT traffic, which costs by the byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_NAT_BYTES = {
    "Out to the internet": "BytesOutToDestination",
    "In from the internet": "BytesInFromDestination",
    "In from tasks": "BytesInFromSource",
    "Out to tasks": "BytesOutToSource",
}
_SERVICE_NAME = "${PROP('Dim.ServiceName')}"
"""CloudWatch fills it in for each line that a search finds."""
_COLUMNS, _HEIGHT = 24, 6


@dataclass(frozen=True)
class Shared:
    """What the dashboard looks at. Ids may be Pulumi's placeholders."""

    region: str
    cluster: str
    nat_gateway_ids: Sequence[Any]
    load_balancers: dict[str, Any]
    """ARN suffix by audience"""


def body(shared: Shared) -> dict[str, Any]:
    return {
        "widgets": [*_nat_row(shared, top=0), *_traffic_row(shared, top=_HEIGHT), *_tasks_row(shared, top=2 * _HEIGHT)]
    }


def _nat_row(shared: Shared, top: int) -> list[dict[str, Any]]:
    if not shared.nat_gateway_ids:
        return [_text("This environment made no NAT gateway. A network that was there may have its own.", top)]
    metrics = {
        f"NAT bytes: {title.lower()}": [
            ["AWS/NATGateway", metric, "NatGatewayId", gateway] for gateway in shared.nat_gateway_ids
        ]
        for title, metric in _NAT_BYTES.items()
    }
    return _row(shared.region, metrics, top, "Sum", period=300)


def _traffic_row(shared: Shared, top: int) -> list[dict[str, Any]]:
    metrics = {
        title: [
            ["AWS/ApplicationELB", metric, "LoadBalancer", suffix, {"label": audience}]
            for audience, suffix in shared.load_balancers.items()
        ]
        for title, metric in {
            "Requests": "RequestCount",
            "Answers 5xx of services": "HTTPCode_Target_5XX_Count",
            "Answers 5xx of load balancers": "HTTPCode_ELB_5XX_Count",
        }.items()
    }
    return _row(shared.region, metrics, top, "Sum", period=60)


def _tasks_row(shared: Shared, top: int) -> list[dict[str, Any]]:
    metrics = {
        title: [[{"expression": _every_service(shared.cluster, metric), "id": "services", "label": _SERVICE_NAME}]]
        for title, metric in {
            "CPU of services, %": "CPUUtilization",
            "Memory of services, %": "MemoryUtilization",
        }.items()
    }
    return _row(shared.region, metrics, top, "Average", period=60)


def _every_service(cluster: str, metric: str) -> str:
    """A search, so that the dashboard need not know which services there are."""
    search = f'{{AWS/ECS,ClusterName,ServiceName}} ClusterName="{cluster}" MetricName="{metric}"'
    return f"SEARCH('{search}', 'Average', 60)"


def _row(
    region: str, metrics: dict[str, list[list[Any]]], top: int, statistic: str, period: int
) -> list[dict[str, Any]]:
    width = _COLUMNS // len(metrics)
    return [
        {
            "type": "metric",
            "x": index * width,
            "y": top,
            "width": width,
            "height": _HEIGHT,
            "properties": {
                "title": title,
                "view": "timeSeries",
                "region": region,
                "stat": statistic,
                "period": period,
                "metrics": lines,
            },
        }
        for index, (title, lines) in enumerate(metrics.items())
    ]


def _text(markdown: str, top: int) -> dict[str, Any]:
    place = {"x": 0, "y": top, "width": _COLUMNS, "height": _HEIGHT}
    return {"type": "text", **place, "properties": {"markdown": markdown}}
