"""How many requests a minute there are for each task, as Application Auto Scaling tracks them at a load balancer."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

_NAMESPACE = "AWS/ApplicationELB"
_IDS = ("blue", "green")


def scaling_metric(load_balancer: Any, target_groups: Sequence[Any], ecs_service: Mapping[str, Any]) -> dict[str, Any]:
    """``target_groups`` by the suffix of their ARN: one, or the two between which ECS shifts the requests. AWS's own
    metric looks at one of them, and would be blind after every second release; ``ecs_service`` are CloudWatch's
    dimensions."""
    if len(target_groups) == 1:
        label = pulumi.Output.concat(load_balancer, "/", target_groups[0])
        own = {"predefined_metric_type": "ALBRequestCountPerTarget", "resource_label": label}
        return {"predefined_metric_specification": own}
    ids = _IDS[: len(target_groups)]
    requests = [
        _series(id_, _NAMESPACE, "RequestCount", {"LoadBalancer": load_balancer, "TargetGroup": group}, "Sum")
        for id_, group in zip(ids, target_groups, strict=True)
    ]
    # Each task samples its CPU once a minute.
    tasks = _series("tasks", "AWS/ECS", "CPUUtilization", ecs_service, "SampleCount")
    each = {"id": "each", "expression": f"SUM([{', '.join(ids)}]) / tasks", "return_data": True}
    return {"customized_metric_specification": {"metrics": [*requests, tasks, each]}}


def _series(id_: str, namespace: str, metric: str, dimensions: Mapping[str, Any], stat: str) -> dict[str, Any]:
    named = [{"name": name, "value": value} for name, value in dimensions.items()]
    return {
        "id": id_,
        "metric_stat": {
            "metric": {"namespace": namespace, "metric_name": metric, "dimensions": named},
            "stat": stat,
        },
        "return_data": False,
    }
