"""How busy a service's tasks are: what scales by it, and what calls when it is too much."""

from dataclasses import dataclass
from typing import Any

import pulumi

from infra.feature import Feature
from infra.service_parts import Alarm, ScalingPolicy, ServiceParts
from service_catalog import model, naming

_SCALE_OUT_SECONDS, _SCALE_IN_SECONDS = 60, 300
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
                track(
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


def ecs_dimensions(environment: str, service: str) -> dict[str, Any]:
    """How CloudWatch names the ECS service."""
    return {"ClusterName": naming.cluster(environment), "ServiceName": naming.ecs_service(environment, service)}


def track(name: str, target: int, metric: dict[str, Any]) -> ScalingPolicy:
    """Start and stop tasks so that the metric stays near its target."""
    return ScalingPolicy(
        name,
        {
            "policy_type": "TargetTrackingScaling",
            "target_tracking_scaling_policy_configuration": {
                **metric,
                "target_value": target,
                "scale_out_cooldown": _SCALE_OUT_SECONDS,
                "scale_in_cooldown": _SCALE_IN_SECONDS,
            },
        },
    )
