"""A service's place on a shared load balancer: a target group, and the rule that leads to it."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import provisioned
from infra.documents.containers import timeout_seconds
from infra.exports import ListenerExports
from infra.feature import Feature
from infra.service_parts import Alarm, IngressSource, ServiceParts
from service_catalog import naming
from service_catalog.model import Environment, Exposure, Health, Service

_NAMESPACE = "AWS/ApplicationELB"
_TARGET_GROUP_STEM_MAX = 20
"""AWS takes 32 characters, of which the audience is 4 and Pulumi's random ending 8."""


@dataclass(frozen=True)
class HttpRouteArgs:
    service: Service
    exposure: Exposure
    port: int
    environment: Environment
    priority: int
    """The rule's slot in the lock file"""
    vpc_id: pulumi.Input[str]
    listener: ListenerExports


class HttpRoute(Feature):
    def __init__(self, name: str, args: HttpRouteArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:HttpRoute", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        group = aws.lb.TargetGroup(
            # A target group belongs to one load balancer: whoever moves to the other one gets a new group.
            f"{name[:_TARGET_GROUP_STEM_MAX].rstrip('-')}-{args.exposure.audience[:3]}",
            vpc_id=args.vpc_id,
            target_type="ip",
            protocol="HTTP",
            # Never used, because ECS registers each task with its port; a constant, because a change would replace.
            port=80,
            deregistration_delay=30,
            health_check=_health_check(args.service.health),
            opts=child,
        )
        rule = aws.lb.ListenerRule(
            name,
            listener_arn=args.listener.listener_arn,
            priority=args.priority,
            actions=[{"type": "forward", "target_group_arn": group.arn}],
            conditions=_conditions(args.exposure),
            opts=child,
        )
        dimensions = {"LoadBalancer": args.listener.load_balancer_arn_suffix, "TargetGroup": group.arn_suffix}
        self.parts = ServiceParts(
            load_balancers=(
                {"target_group_arn": group.arn, "container_name": naming.CONTAINER, "container_port": args.port},
            ),
            ingress=(IngressSource("load-balancer", args.listener.load_balancer_security_group_id, args.port),),
            # ECS refuses a target group to which no load balancer leads yet.
            prerequisites=(rule,),
            alarms=_alarms(args.service, dimensions),
            record=({"reach": {"url": _url(args), "namespace": _NAMESPACE, "dimensions": dimensions}},),
        )
        self.register_outputs({})


def _alarms(service: Service, dimensions: dict[str, Any]) -> tuple[Alarm, ...]:
    threshold = service.alarms.unhealthy_targets
    if threshold is None:
        return ()
    return (Alarm("unhealthy_targets", threshold, _NAMESPACE, "UnHealthyHostCount", dimensions),)


def _url(args: HttpRouteArgs) -> pulumi.Output[str]:
    dns_name = pulumi.Output.from_input(args.listener.load_balancer_dns_name)
    return dns_name.apply(lambda host: provisioned.url(args.exposure, args.environment, host))


def _health_check(health: Health) -> dict[str, Any]:
    return {
        "enabled": True,
        "protocol": "HTTP",
        "port": "traffic-port",
        "path": health.path,
        "matcher": health.codes,
        "interval": health.interval_seconds,
        "timeout": timeout_seconds(health),
        "healthy_threshold": 2,
        "unhealthy_threshold": 2,
    }


def _conditions(exposure: Exposure) -> list[dict[str, Any]]:
    """A rule takes five values in all, so a path that says nothing is left out beside a host."""
    conditions: list[dict[str, Any]] = []
    if exposure.host:
        conditions.append({"host_header": {"values": [exposure.host]}})
    if not (exposure.host and exposure.paths == ("/*",)):
        conditions.append({"path_pattern": {"values": list(exposure.paths)}})
    return conditions
