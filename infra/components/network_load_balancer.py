"""One Network Load Balancer, on which services put listeners of their own, each with its port."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.alias_records import AliasTarget
from infra.exports import NlbExports
from service_catalog import model


@dataclass(frozen=True)
class NetworkLoadBalancerArgs:
    environment: model.Environment
    audience: str
    wanted: model.NetworkLoadBalancer
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    targets: tuple[str, ...]
    """Addresses at which tasks may be"""
    after: tuple[pulumi.Resource, ...] = ()


class NetworkLoadBalancer(pulumi.ComponentResource):
    def __init__(self, name: str, args: NetworkLoadBalancerArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:NetworkLoadBalancer", name, {}, opts)
        self._name, self._args = name, args
        # What people's DNS records point at, and what others have on their lists.
        self._kept = pulumi.ResourceOptions(
            parent=self, depends_on=list(args.after), protect=args.environment.is_protected or None
        )
        group = self._security_group()
        addresses = self._addresses()
        balancer = self._balancer(group, addresses)
        self.target = AliasTarget(balancer.dns_name, balancer.zone_id)
        self.exports = NlbExports(
            arn=balancer.arn,
            arn_suffix=balancer.arn_suffix,
            dns_name=balancer.dns_name,
            name=args.wanted.domain.name if args.wanted.domain else None,
            security_group_id=group.id,
            addresses=[address.public_ip for address in addresses],
            certificate_arn=args.wanted.certificate_arn,
        )
        self.register_outputs({"dns_name": balancer.dns_name})

    def _security_group(self) -> aws.ec2.SecurityGroup:
        """Nothing comes in until a service opens its port."""
        name, args = self._name, self._args
        group = aws.ec2.SecurityGroup(
            f"lb-{name}",
            vpc_id=args.vpc_id,
            description=f"The {args.audience} Network Load Balancer of {args.environment.name}",
            tags={"Name": name},
            opts=pulumi.ResourceOptions(parent=self),
        )
        for protocol, what, suffix in (("tcp", "Connections and health checks", ""), ("udp", "Datagrams", "-udp")):
            for index, addresses in enumerate(args.targets, 1):
                aws.vpc.SecurityGroupEgressRule(
                    f"{name}-to-{index}{suffix}",
                    security_group_id=group.id,
                    description=f"{what} to tasks",
                    cidr_ipv4=addresses,
                    ip_protocol=protocol,
                    from_port=0,
                    to_port=65535,
                    opts=pulumi.ResourceOptions(parent=self),
                )
        return group

    def _addresses(self) -> list[aws.ec2.Eip]:
        if not self._args.wanted.static_addresses:
            return []
        names = [f"{self._name}-{index}" for index, _ in enumerate(self._args.subnet_ids, 1)]
        return [aws.ec2.Eip(name, domain="vpc", tags={"Name": name}, opts=self._kept) for name in names]

    def _balancer(self, group: aws.ec2.SecurityGroup, addresses: list[aws.ec2.Eip]) -> aws.lb.LoadBalancer:
        args = self._args
        fixed = [
            {"subnet_id": subnet, "allocation_id": address.id}
            for subnet, address in zip(args.subnet_ids, addresses, strict=False)
        ]
        return aws.lb.LoadBalancer(
            # Within 24 characters, since Pulumi adds 8 and AWS takes 32.
            f"nlb-{args.environment.name}-{args.audience[:3]}",
            load_balancer_type="network",
            internal=args.audience == "internal",
            subnets=None if fixed else list(args.subnet_ids),
            subnet_mappings=fixed or None,
            security_groups=[group.id],
            enable_cross_zone_load_balancing=args.wanted.cross_zone,
            enable_deletion_protection=args.environment.is_protected,
            tags={"Name": self._name},
            opts=self._kept,
        )
