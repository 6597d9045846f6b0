"""Application Auto Scaling, as far as ECS services go: bounds, within which a count is brought at once."""

from typing import Any

from tests.fake_aws.service import AwsService


class ApplicationAutoScaling(AwsService):
    name = "application-autoscaling"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.targets: dict[str, tuple[int, int]] = {}
        """Bounds by resource id"""

    def register_scalable_target(
        self,
        ServiceNamespace: str,
        ResourceId: str,
        ScalableDimension: str,
        MinCapacity: int | None = None,
        MaxCapacity: int | None = None,
    ) -> None:
        low, high = self.targets.get(ResourceId, (0, 0))
        low, high = low if MinCapacity is None else MinCapacity, high if MaxCapacity is None else MaxCapacity
        self.targets[ResourceId] = low, high
        _, cluster, name = ResourceId.split("/")
        service = self.aws.ecs.services.get((cluster, name))
        if service and not low <= service.desired <= high:
            service.scale(min(max(service.desired, low), high))

    def describe_scalable_targets(self, ServiceNamespace: str, ResourceIds: list[str], **_: Any) -> dict[str, Any]:
        return {"ScalableTargets": [self._described(it, *self.targets[it]) for it in ResourceIds if it in self.targets]}

    def _described(self, resource: str, low: int, high: int) -> dict[str, Any]:
        return {
            "ServiceNamespace": "ecs",
            "ResourceId": resource,
            "ScalableDimension": "ecs:service:DesiredCount",
            "MinCapacity": low,
            "MaxCapacity": high,
            "RoleARN": f"arn:aws:iam::{self.aws.account}:role/scaling",
            "CreationTime": self.aws.began,
        }
