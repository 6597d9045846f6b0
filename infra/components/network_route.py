"""A service's port on a Network Load Balancer: a listener, and the target group that it leads to."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import targets
from infra.exports import NlbExports
from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog import naming
from service_catalog.model import Environment, Exposure, Health, Service

_NAMESPACE = "AWS/NetworkELB"
_STEM_MAX = 20
"""AWS takes 32 characters, of which the audience is 4 and Pulumi's random ending 8."""
_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


@dataclass(frozen=True)
class NetworkRouteArgs:
    service: Service
    exposure: Exposure
    port: int
    environment: Environment
    vpc_id: pulumi.Input[str]
    balancer: NlbExports
    api_link_group_id: pulumi.Input[str] | None = None
    """The security group from which requests of the environment's API come, where nothing else may come"""


class NetworkRoute(Feature):
    def __init__(self, name: str, args: NetworkRouteArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:NetworkRoute", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.listens_at = args.exposure.listener_port or args.port
        # The load balancer ends TLS.
        self._carried = "udp" if args.exposure.protocol == "udp" else "tcp"
        balancer, group = args.balancer, self._target_group()
        listener = self._listener(group)
        self._let_in()
        dimensions = {"LoadBalancer": balancer.arn_suffix, "TargetGroup": group.arn_suffix}
        self.parts = ServiceParts(
            load_balancers=(
                {"target_group_arn": group.arn, "container_name": naming.CONTAINER, "container_port": args.port},
            ),
            ingress=targets.ingress(args.service.health, balancer.security_group_id, args.port, self._carried),
            port_members=({"protocol": "udp", "appProtocol": None},) if self._carried == "udp" else (),
            # ECS refuses a target group to which no load balancer leads yet.
            prerequisites=(listener,),
            alarms=targets.unhealthy_alarms(args.service, _NAMESPACE, dimensions),
            charts=(targets.health_chart(_NAMESPACE, dimensions),),
            record=({"reach": {**self._url(), "namespace": _NAMESPACE, "dimensions": dimensions}},),
        )
        self.listener_arn = listener.arn
        self.register_outputs({})

    def _url(self) -> dict[str, Any]:
        """Whoever comes through the API starts elsewhere."""
        exposure, balancer = self._args.exposure, self._args.balancer
        if exposure.via != "nlb":
            return {}
        host = balancer.name or balancer.dns_name
        return {"url": pulumi.Output.format("{0}://{1}:{2}", exposure.protocol, host, self.listens_at)}

    def _target_group(self) -> aws.lb.TargetGroup:
        args, exposure = self._args, self._args.exposure
        return aws.lb.TargetGroup(
            f"{self._name[:_STEM_MAX].rstrip('-')}-{'i' if exposure.via == 'api-gateway' else exposure.audience[:1]}lb",
            vpc_id=args.vpc_id,
            target_type=targets.kind(args.service),
            protocol=self._carried.upper(),
            # Never used, because ECS registers each task with its port; a constant, because a change would replace.
            port=80,
            deregistration_delay=exposure.deregistration_seconds,
            # UDP always does, and AWS takes no word about it.
            preserve_client_ip=None if self._carried == "udp" else str(exposure.preserve_client_address).lower(),
            health_check=_health_check(args.service.health),
            opts=self._child,
        )

    def _listener(self, group: aws.lb.TargetGroup) -> aws.lb.Listener:
        args = self._args
        return aws.lb.Listener(
            f"{self._name}-{self.listens_at}",
            load_balancer_arn=args.balancer.arn,
            port=self.listens_at,
            protocol=args.exposure.protocol.upper() if args.exposure.via == "nlb" else "TCP",
            default_actions=[{"type": "forward", "target_group_arn": group.arn}],
            **_tls(args),
            opts=self._child,
        )

    def _let_in(self) -> None:
        args = self._args
        clients: list[dict[str, Any]] = [targets.cidr(it) for it in args.exposure.source_ips or _clients(args)]
        if args.api_link_group_id is not None:
            clients = [{"referenced_security_group_id": args.api_link_group_id}]
        for index, whom in enumerate(clients, 1):
            aws.vpc.SecurityGroupIngressRule(
                f"{self._name}-at-{self.listens_at}-{index}",
                security_group_id=args.balancer.security_group_id,
                description=f"Connections to {self._name}",
                **whom,
                ip_protocol=self._carried,
                from_port=self.listens_at,
                to_port=self.listens_at,
                opts=self._child,
            )


def _clients(args: NetworkRouteArgs) -> tuple[str, ...]:
    if args.exposure.audience == "public":
        return ("0.0.0.0/0",)
    existing = args.environment.network.existing
    return existing.cidrs if existing else (args.environment.network.cidr,)


def _tls(args: NetworkRouteArgs) -> dict[str, Any]:
    if args.exposure.protocol != "tls":
        return {}
    return {"certificate_arn": args.balancer.certificate_arn, "ssl_policy": _TLS_POLICY}


def _health_check(health: Health) -> dict[str, Any]:
    """By connecting, unless the entry names a path to ask for."""
    asked: dict[str, Any] = {"protocol": "TCP"}
    if health.path is not None:
        asked = {"protocol": "HTTP", "path": health.path, "matcher": health.codes}
    return targets.check_times(health) | asked
