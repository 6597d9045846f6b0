"""How busy a service's tasks are: what scales by it, and what calls when it is too much."""

from dataclasses import dataclass
from typing import Any

from infra.documents.scaling import METRICS, ecs_dimensions, target_tracking
from infra.documents.step_scaling import step_policies
from infra.documents.widgets import metric
from infra.feature import PlainFeature
from infra.service_parts import Alarm, Chart, ServiceParts
from service_catalog import model


@dataclass(frozen=True)
class UtilizationArgs:
    environment: str
    service: str
    scaling: model.Scaling
    alarms: model.Alarms


class Utilization(PlainFeature):
    def __init__(self, args: UtilizationArgs):
        scaled = {measure: getattr(args.scaling, measure) for measure in METRICS}
        watched = {measure: getattr(args.alarms, measure) for measure in METRICS}
        dimensions = ecs_dimensions(args.environment, args.service)
        tracked = (
            target_tracking(
                measure.replace("_", "-"),
                percent,
                {"predefined_metric_specification": {"predefined_metric_type": f"ECSServiceAverage{metric}"}},
            )
            for measure, metric in METRICS.items()
            if (percent := scaled[measure]) is not None
        )
        self.parts = ServiceParts(
            scaling=(*tracked, *step_policies(args.scaling.steps, args.environment, args.service)),
            alarms=tuple(
                Alarm(measure, percent, "AWS/ECS", metric, dimensions, "Average")
                for measure, metric in METRICS.items()
                if (percent := watched[measure]) is not None
            ),
            charts=_charts(dimensions),
        )


def _charts(dimensions: dict[str, Any]) -> tuple[Chart, ...]:
    used = tuple(metric("AWS/ECS", name, dimensions) for name in METRICS.values())
    # Each task reports once a minute, so the number of reports is that of tasks.
    tasks = metric("AWS/ECS", METRICS["cpu_percent"], dimensions, label="tasks", stat="SampleCount")
    return Chart("CPU and memory, %", used, "Average"), Chart("Tasks", (tasks,))
