"""Application Auto Scaling, as far as ECS services go: bounds, within which a count is brought at once."""

from dataclasses import dataclass, field
from typing import Any

from tests.fake_aws.service import AwsService


@dataclass
class Target:
    low: int = 0
    high: int = 0
    suspended: dict[str, bool] = field(default_factory=dict)


class ApplicationAutoScaling(AwsService):
    name = "application-autoscaling"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.targets: dict[str, Target] = {}
        """By resource id"""

    def register_scalable_target(
        self,
        ServiceNamespace: str,
        ResourceId: str,
        ScalableDimension: str,
        MinCapacity: int | None = None,
        MaxCapacity: int | None = None,
        SuspendedState: dict[str, bool] | None = None,
    ) -> None:
        target = self.targets.setdefault(ResourceId, Target())
        target.suspended |= SuspendedState or {}
        self._set_bounds(ResourceId, MinCapacity, MaxCapacity)

    def scheduled_action_is_due(self, resource: str, low: int, high: int) -> None:
        """Somebody made one beside Slipway."""
        if not self.targets[resource].suspended.get("ScheduledScalingSuspended"):
            self._set_bounds(resource, low, high)

    def _set_bounds(self, resource: str, low: int | None, high: int | None) -> None:
        target = self.targets[resource]
        target.low, target.high = target.low if low is None else low, target.high if high is None else high
        _, cluster, name = resource.split("/")
        service = self.aws.ecs.services.get((cluster, name))
        if service and not target.low <= service.desired <= target.high:
            service.scale(min(max(service.desired, target.low), target.high))

    def describe_scalable_targets(self, ServiceNamespace: str, ResourceIds: list[str], **_: Any) -> dict[str, Any]:
        return {"ScalableTargets": [self._described(it, self.targets[it]) for it in ResourceIds if it in self.targets]}

    def _described(self, resource: str, target: Target) -> dict[str, Any]:
        return {
            "ServiceNamespace": "ecs",
            "ResourceId": resource,
            "ScalableDimension": "ecs:service:DesiredCount",
            "MinCapacity": target.low,
            "MaxCapacity": target.high,
            "RoleARN": f"arn:aws:iam::{self.aws.account}:role/scaling",
            "CreationTime": self.aws.began,
            "SuspendedState": target.suspended,
        }
