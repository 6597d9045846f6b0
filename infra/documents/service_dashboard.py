"""The CloudWatch dashboard of one service: its alarms, and what each of its features measures."""

from collections.abc import Sequence
from typing import Any

from infra.documents.widgets import COLUMNS, HEIGHT, chart, places
from infra.service_parts import Alarm, Chart
from service_catalog import naming
from service_catalog.model import Environment

_IN_A_ROW = 3


def body(environment: Environment, service: str, charts: Sequence[Chart], alarms: Sequence[Alarm]) -> dict[str, Any]:
    first = [_alarms(environment, service, alarms)] if alarms else []
    where = places(len(charts), _IN_A_ROW, top=len(first) * HEIGHT)
    drawn = [
        chart(it.title, it.metrics, place, environment.region, it.statistic)
        for it, place in zip(charts, where, strict=True)
    ]
    return {"widgets": [*first, *drawn]}


def _alarms(environment: Environment, service: str, alarms: Sequence[Alarm]) -> dict[str, Any]:
    names = [naming.alarm(environment.name, service, it.measure) for it in alarms]
    arns = [environment.arn("cloudwatch", f"alarm:{it}") for it in names]
    place = {"x": 0, "y": 0, "width": COLUMNS, "height": HEIGHT}
    return {"type": "alarm", **place, "properties": {"title": "Alarms", "alarms": arns}}
