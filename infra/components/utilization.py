"""How busy a service's tasks are: what scales by it, and what calls when it is too much."""

from dataclasses import dataclass

import pulumi

from infra.documents.scaling import ecs_dimensions, target_tracking
from infra.feature import Feature
from infra.service_parts import Alarm, ServiceParts
from service_catalog import model

_METRICS = {"cpu_percent": "CPUUtilization", "memory_percent": "MemoryUtilization"}


@dataclass(frozen=True)
class UtilizationArgs:
    environment: str
    service: str
    scaling: model.Scaling
    alarms: model.Alarms


class Utilization(Feature):
    def __init__(self, name: str, args: UtilizationArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Utilization", name, {}, opts)
        scaled = {measure: getattr(args.scaling, measure) for measure in _METRICS}
        watched = {measure: getattr(args.alarms, measure) for measure in _METRICS}
        dimensions = ecs_dimensions(args.environment, args.service)
        self.parts = ServiceParts(
            scaling=tuple(
                target_tracking(
                    measure.replace("_", "-"),
                    percent,
                    {"predefined_metric_specification": {"predefined_metric_type": f"ECSServiceAverage{metric}"}},
                )
                for measure, metric in _METRICS.items()
                if (percent := scaled[measure]) is not None
            ),
            alarms=tuple(
                Alarm(measure, percent, "AWS/ECS", metric, dimensions, "Average")
                for measure, metric in _METRICS.items()
                if (percent := watched[measure]) is not None
            ),
        )
        self.register_outputs({})
