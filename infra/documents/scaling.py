"""What CloudWatch and Application Auto Scaling are told of a service's tasks."""

from typing import Any

from infra.service_parts import ScalingPolicy
from service_catalog import naming

METRICS = {"cpu_percent": "CPUUtilization", "memory_percent": "MemoryUtilization"}
"""What CloudWatch calls the measures of an entry"""
SCALE_OUT_SECONDS, SCALE_IN_SECONDS = 60, 300
"""Between two changes"""


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
                "scale_out_cooldown": SCALE_OUT_SECONDS,
                "scale_in_cooldown": SCALE_IN_SECONDS,
            },
        },
    )
