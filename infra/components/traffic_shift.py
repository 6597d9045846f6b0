"""The role with which ECS moves a service's requests from one target group to the other."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import policies
from infra.feature import Feature
from infra.json_document import json_of
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
        role = aws.iam.Role(
            f"{name}-traffic",
            name=naming.traffic_role(*where),
            assume_role_policy=json_of(policies.ecs_may_assume(args.environment)),
            opts=child,
        )
        statements = policies.shift_traffic(args.environment, args.service)
        policy = aws.iam.RolePolicy(
            f"{name}-traffic",
            role=role.name,
            policy=json_of(policies.document(statements)),
            opts=child,
        )
        self.role_arn: pulumi.Output[str] = role.arn
        self.parts = ServiceParts(prerequisites=(policy,))
        self.register_outputs({"role_arn": role.arn})
