"""One Application Load Balancer, with the listener on which services put their rules and a 404 for all the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.components.alias_records import AliasTarget
from infra.exports import ListenerExports
from service_catalog.listener_rules.names import audience_of, short_name
from service_catalog.model import LoadBalancers, ResponseHeaders

TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"
NOT_FOUND = {
    "type": "fixed-response",
    "fixed_response": {"content_type": "text/plain", "message_body": "No service here.\n", "status_code": "404"},
}
_TO_HTTPS = {
    "type": "redirect",
    "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},
}


@dataclass(frozen=True)
class LoadBalancerArgs:
    environment: str
    listener: str
    """Its name in the lock: ``public``, ``internal``, and of further ones ``public-2``"""
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    clients: tuple[str, ...]
    """Addresses that may ask"""
    targets: tuple[str, ...]
    """Addresses at which tasks may be"""
    certificates: tuple[str, ...]
    """With any HTTP redirects to HTTPS; the first is for clients that ask for no host"""
    settings: LoadBalancers
    signs_users_in: bool
    """It then asks identity providers who they are, wherever those are"""
    is_protected: bool
    """Neither Pulumi nor anybody else destroys it: people's DNS records point at it"""
    log_bucket: pulumi.Input[str]
    log_policy: pulumi.Resource
    after: tuple[pulumi.Resource, ...] = ()
    """What must stand before, besides what is named above"""


def _on_answers(headers: ResponseHeaders) -> dict[str, str]:
    """As the listener's attributes are called."""
    # Empty is none. Said all the same, since the provider keeps what is no longer said.
    return {f"routing_http_response_{name}_header_value": value or "" for name, value in headers.model_dump().items()}


class LoadBalancer(pulumi.ComponentResource):
    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:LoadBalancer", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        group = self._security_group()
        balancer = self._balancer(group)
        listener = self._listeners(balancer)
        self.arn: pulumi.Output[str] = balancer.arn
        self.target = AliasTarget(balancer.dns_name, balancer.zone_id)
        self.exports = ListenerExports(
            listener_arn=listener.arn,
            load_balancer_security_group_id=group.id,
            load_balancer_arn_suffix=balancer.arn_suffix,
            load_balancer_dns_name=balancer.dns_name,
        )
        self.register_outputs({"dns_name": balancer.dns_name})

    def _security_group(self) -> aws.ec2.SecurityGroup:
        name, args = self._name, self._args
        group = aws.ec2.SecurityGroup(
            f"lb-{name}",  # AWS takes no group whose name begins with "sg-", as an environment's may
            vpc_id=args.vpc_id,
            description=f"The {args.listener} load balancer of {args.environment}",
            tags={"Name": name},
            opts=self._child,
        )
        for port in self._ports():
            for index, addresses in enumerate(args.clients, 1):
                aws.vpc.SecurityGroupIngressRule(
                    f"{name}-from-{port}-{index}",
                    security_group_id=group.id,
                    description=f"Requests to port {port}",
                    cidr_ipv4=addresses,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    opts=self._child,
                )
        for index, addresses in enumerate(args.targets, 1):
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-to-{index}",
                security_group_id=group.id,
                description="Requests and health checks to tasks",
                cidr_ipv4=addresses,
                ip_protocol="tcp",
                from_port=0,
                to_port=65535,
                opts=self._child,
            )
        if args.signs_users_in:
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-to-identity-providers",
                security_group_id=group.id,
                description="Tokens and user info of identity providers",
                cidr_ipv4="0.0.0.0/0",
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                opts=self._child,
            )
        return group

    def _ports(self) -> list[int]:
        return [80, 443] if self._args.certificates else [80]

    def _balancer(self, group: aws.ec2.SecurityGroup) -> aws.lb.LoadBalancer:
        args = self._args
        return aws.lb.LoadBalancer(
            # 24 characters, since Pulumi adds 8 and AWS takes 32; and AWS keeps names that begin with "internal-".
            f"alb-{args.environment}-{short_name(args.listener)}",
            load_balancer_type="application",
            internal=audience_of(args.listener) == "internal",
            subnets=args.subnet_ids,
            security_groups=[group.id],
            drop_invalid_header_fields=True,
            idle_timeout=args.settings.idle_seconds,
            enable_deletion_protection=args.is_protected,
            access_logs={"bucket": args.log_bucket, "prefix": args.listener, "enabled": True},
            tags={"Name": self._name},
            # AWS tries to write a test object as soon as the attribute is set.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[args.log_policy, *args.after], protect=args.is_protected or None
            ),
        )

    def _listeners(self, balancer: aws.lb.LoadBalancer) -> aws.lb.Listener:
        """The one on which services put their rules."""
        headers = _on_answers(self._args.settings.response_headers)
        if not self._args.certificates:
            return self._listener("http", balancer, 80, "HTTP", NOT_FOUND, headers)
        self._listener("http", balancer, 80, "HTTP", _TO_HTTPS)
        first, *further = self._args.certificates
        tls = {"ssl_policy": TLS_POLICY, "certificate_arn": first}
        listener = self._listener("https", balancer, 443, "HTTPS", NOT_FOUND, headers | tls)
        for arn in further:
            name = f"{self._name}-{arn.rpartition('/')[2]}"
            aws.lb.ListenerCertificate(name, listener_arn=listener.arn, certificate_arn=arn, opts=self._child)
        return listener

    def _listener(
        self,
        suffix: str,
        balancer: aws.lb.LoadBalancer,
        port: int,
        protocol: str,
        action: Mapping[str, Any],
        further: Mapping[str, str] | None = None,
    ) -> aws.lb.Listener:
        return aws.lb.Listener(
            f"{self._name}-{suffix}",
            load_balancer_arn=balancer.arn,
            port=port,
            protocol=protocol,
            default_actions=[action],
            **(further or {}),
            opts=self._child,
        )
