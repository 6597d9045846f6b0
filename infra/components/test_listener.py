"""A second port of a load balancer, at which the new tasks of a deployment answer before they do elsewhere."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.load_balancer import NOT_FOUND, TLS_POLICY, LoadBalancer
from infra.documents.targets import cidr
from infra.exports import ListenerForTestsExports
from service_catalog.model import ListenerForTests


@dataclass(frozen=True)
class ListenerOfTestersArgs:
    load_balancer: LoadBalancer
    wanted: ListenerForTests
    clients: tuple[str, ...]
    """Addresses that may ask the load balancer"""
    certificate_arn: str | None
    """That of the load balancer's other port, if it has one"""


class ListenerOfTesters(pulumi.ComponentResource):
    def __init__(self, name: str, args: ListenerOfTestersArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:ListenerOfTesters", name, {}, opts)
        child, port = pulumi.ResourceOptions(parent=self), args.wanted.port
        for index, addresses in enumerate(args.wanted.source_ips or args.clients, 1):
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-{index}",
                security_group_id=args.load_balancer.exports.load_balancer_security_group_id,
                description=f"Requests of testers to port {port}",
                **cidr(addresses),
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                opts=child,
            )
        is_secure = args.certificate_arn is not None
        tls = {"ssl_policy": TLS_POLICY, "certificate_arn": args.certificate_arn} if is_secure else {}
        listener = aws.lb.Listener(
            name,
            load_balancer_arn=args.load_balancer.arn,
            port=port,
            protocol="HTTPS" if is_secure else "HTTP",
            default_actions=[NOT_FOUND],
            **tls,
            opts=child,
        )
        self.exports = ListenerForTestsExports(listener_arn=listener.arn, port=port)
        self.register_outputs({})
