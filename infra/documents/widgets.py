"""Widgets of CloudWatch dashboards, as their bodies spell them. A dashboard is 24 columns wide."""

from collections.abc import Mapping, Sequence
from typing import Any

COLUMNS, HEIGHT = 24, 6


def metric(namespace: str, name: str, dimensions: Mapping[str, Any], **options: Any) -> list[Any]:
    """One line of a chart. ``options``: ``label``, ``stat`` and others that CloudWatch knows."""
    named = [part for dimension in dimensions.items() for part in dimension]
    return [namespace, name, *named, *([options] if options else [])]


def chart(
    title: str, lines: Sequence[list[Any]], place: Mapping[str, int], region: str, statistic: str, period: int = 60
) -> dict[str, Any]:
    return {
        "type": "metric",
        **place,
        "properties": {
            "title": title,
            "view": "timeSeries",
            "region": region,
            "stat": statistic,
            "period": period,
            "metrics": list(lines),
        },
    }


def places(count: int, in_a_row: int, top: int = 0) -> list[dict[str, int]]:
    """For so many widgets of one size, row by row."""
    width = COLUMNS // in_a_row
    return [
        {"x": index % in_a_row * width, "y": top + index // in_a_row * HEIGHT, "width": width, "height": HEIGHT}
        for index in range(count)
    ]
