"""Whom a service calls: a rule in the security group of each that lets this service in."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog import naming
from service_catalog.connections import Called


@dataclass(frozen=True)
class ConnectionsArgs:
    environment: str
    service: str
    called: Sequence[Called]
    security_group_id: pulumi.Input[str]
    """Of the caller's own tasks"""


class Connections(Feature):
    """Either of two services may be provisioned first. Where the called one is not there yet no rule is made, and the
    record says so: whoever provisions next sees what is missing."""

    def __init__(self, name: str, args: ConnectionsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Connections", name, {}, opts)
        groups = {it.name: self._callers_group(args.environment, it.name) for it in args.called}
        rules = [self._rule(name, args, it, group) for it in args.called if (group := groups[it.name])]
        # Tasks know the names that Service Connect knew when they started, so they start anew when one comes.
        by_name = [it.name for it in args.called if it.discovery == "service-connect"]
        triggers = {it: group for it in by_name if (group := groups[it])}
        self.parts = ServiceParts(
            service_arguments=({"triggers": triggers},) if triggers else (),
            prerequisites=tuple(rules),
            record=({"connections": groups},),
        )
        self.register_outputs({})

    def _callers_group(self, environment: str, service: str) -> str | None:
        wanted = [{"name": "group-name", "values": [naming.callers_group(environment, service)]}]
        return next(iter(aws.ec2.get_security_groups(filters=wanted, opts=pulumi.InvokeOptions(parent=self)).ids), None)

    def _rule(self, name: str, args: ConnectionsArgs, called: Called, group: str) -> pulumi.Resource:
        return aws.vpc.SecurityGroupIngressRule(
            f"{name}-to-{called.name}",
            security_group_id=group,
            description=f"Requests from {args.service}",
            referenced_security_group_id=args.security_group_id,
            ip_protocol="tcp",
            from_port=called.port,
            to_port=called.port,
            opts=pulumi.ResourceOptions(parent=self),
        )
