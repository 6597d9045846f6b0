"""What CloudWatch and Application Auto Scaling are told of a service's tasks."""

from typing import Any

from infra.service_parts import ScalingPolicy
from service_catalog import naming

_SCALE_OUT_SECONDS, _SCALE_IN_SECONDS = 60, 300


def ecs_dimensions(environment: str, service: str) -> dict[str, Any]:
    """How CloudWatch names the ECS service."""
    return {"ClusterName": naming.cluster(environment), "ServiceName": naming.ecs_service(environment, service)}


def target_tracking(name: str, target: int, metric: dict[str, Any]) -> ScalingPolicy:
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
