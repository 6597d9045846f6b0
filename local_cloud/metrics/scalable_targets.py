"""What Application Auto Scaling holds of ECS services, and how their number of tasks is changed.

moto answers for it in a process of its own; it keeps what it is told and scales nothing.
"""

import json
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Target:
    """What may scale: ``resource`` is ``service/<cluster>/<service>``."""

    resource: str
    least: int
    most: int
    suspended: Mapping[str, bool] = field(default_factory=dict)
    """By the member of ``SuspendedState``"""

    @property
    def service(self) -> tuple[str, str]:
        """Cluster and name."""
        _, cluster, service = self.resource.split("/")
        return cluster, service

    def within(self, tasks: int) -> int:
        return max(self.least, min(self.most, tasks))


class AutoScaling(Protocol):
    def describe(self, what: str) -> Sequence[Mapping[str, Any]]:
        """All ``ScalableTargets``, ``ScalingPolicies`` or ``ScheduledActions`` of ECS."""

    def set_bounds(self, resource: str, least: int, most: int) -> None: ...


def targets(auto_scaling: AutoScaling) -> list[Target]:
    return [
        Target(said["ResourceId"], said["MinCapacity"], said["MaxCapacity"], said.get("SuspendedState") or {})
        for said in auto_scaling.describe("ScalableTargets")
    ]


@dataclass(frozen=True)
class TaskCounts:
    """Of services, by cluster and name; None for one that is not there."""

    of: Callable[[str, str], int | None]
    change: Callable[[str, str, int], None]


@dataclass(frozen=True)
class AutoScalingApi:
    endpoint: str
    account_id: str
    region: str

    def describe(self, what: str) -> Sequence[Mapping[str, Any]]:
        return list(self._call(f"Describe{what}", MaxResults=1000)[what])

    def set_bounds(self, resource: str, least: int, most: int) -> None:
        which = {"ResourceId": resource, "ScalableDimension": "ecs:service:DesiredCount"}
        self._call("RegisterScalableTarget", **which, MinCapacity=least, MaxCapacity=most)

    def _call(self, operation: str, **arguments: object) -> Mapping[str, Any]:
        credential = f"{self.account_id}/20260101/{self.region}/application-autoscaling/aws4_request"
        request = urllib.request.Request(
            self.endpoint,
            json.dumps({"ServiceNamespace": "ecs", **arguments}).encode(),
            {
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": f"AnyScaleFrontendService.{operation}",
                "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0",
            },
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.loads(answer.read()))
