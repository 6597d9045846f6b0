"""The role with which ECS moves a service's requests from one target group to the other."""

from dataclasses import dataclass

import pulumi

from infra.documents import policies
from infra.feature import Feature
from infra.role import role_with_rights
from infra.service_parts import ServiceParts
from service_catalog import naming
from service_catalog.model import Environment


@dataclass(frozen=True)
class TrafficShiftArgs:
    environment: Environment
    service: str


class TrafficShift(Feature):
    """Made before what leads to the service, which names the role."""

    def __init__(self, name: str, args: TrafficShiftArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:TrafficShift", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        where = (args.environment.name, args.service)
        role, policy = role_with_rights(
            f"{name}-traffic",
            naming.traffic_role(*where),
            policies.ecs_may_assume(args.environment),
            policies.shift_traffic(args.environment, args.service),
            child,
        )
        self.role_arn: pulumi.Output[str] = role.arn
        self.parts = ServiceParts(prerequisites=(policy,))
        self.register_outputs({"role_arn": role.arn})
