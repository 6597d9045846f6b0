"""Who may reach a service's tasks: those that its features name, and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.service_parts import IngressSource


@dataclass(frozen=True)
class TaskSecurityArgs:
    environment: str
    service: str
    vpc_id: pulumi.Input[str]


class TaskSecurity(pulumi.ComponentResource):
    """Made before the features, which let others through to it; what they say comes in by ``allow``."""

    def __init__(self, name: str, args: TaskSecurityArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:TaskSecurity", name, {}, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            name,
            vpc_id=args.vpc_id,
            description=f"Tasks of {args.service} in {args.environment}",
            tags={"Name": f"{args.environment}-{args.service}"},
            opts=self._child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-anywhere",
            security_group_id=group.id,
            description="Whatever the program asks, and its image",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="-1",
            opts=self._child,
        )
        self.security_group_id: pulumi.Output[str] = group.id
        self.register_outputs({"security_group_id": group.id})

    def allow(self, sources: Sequence[IngressSource]) -> None:
        for source in sources:
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-from-{source.name}",
                security_group_id=self.security_group_id,
                description=f"Requests from the {source.name.replace('-', ' ')}",
                referenced_security_group_id=source.security_group_id,
                ip_protocol=source.protocol,
                from_port=source.port,
                to_port=source.port,
                opts=self._child,
            )
