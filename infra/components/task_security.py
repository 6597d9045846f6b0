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
    ingress: Sequence[IngressSource]


class TaskSecurity(pulumi.ComponentResource):
    def __init__(self, name: str, args: TaskSecurityArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:TaskSecurity", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            name,
            vpc_id=args.vpc_id,
            description=f"Tasks of {args.service} in {args.environment}",
            tags={"Name": f"{args.environment}-{args.service}"},
            opts=child,
        )
        for source in args.ingress:
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-from-{source.name}",
                security_group_id=group.id,
                description=f"Requests from the {source.name.replace('-', ' ')}",
                referenced_security_group_id=source.security_group_id,
                ip_protocol="tcp",
                from_port=source.port,
                to_port=source.port,
                opts=child,
            )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-anywhere",
            security_group_id=group.id,
            description="Whatever the program asks, and its image",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="-1",
            opts=child,
        )
        self.security_group_id: pulumi.Output[str] = group.id
        self.register_outputs({"security_group_id": group.id})
