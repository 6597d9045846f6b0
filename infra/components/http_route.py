"""A service's place on a shared load balancer: a target group, and the rules that lead to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import provisioned, request_count, sign_in, targets
from infra.documents.scaling import ecs_dimensions, target_tracking
from infra.documents.widgets import metric
from infra.exports import ListenerExports, ListenerForTestsExports
from infra.feature import Feature
from infra.service_parts import Chart, ScalingPolicy, ServiceParts
from service_catalog import naming
from service_catalog.health_checks import asked_path
from service_catalog.listener_rules.conditions import asked_paths
from service_catalog.listener_rules.lock import Slot
from service_catalog.listener_rules.names import short_name
from service_catalog.model import Environment, Exposure, Health, Route, Service, Sticky

_NAMESPACE = "AWS/ApplicationELB"
_TARGET_GROUP_MAX = 24
"""AWS takes 32 characters, of which Pulumi's random ending is 8."""
_VERSIONS = {"http": "HTTP1", "http2": "HTTP2", "grpc": "GRPC"}
_UNIMPLEMENTED = "12"
_ANY_CODES = Health().codes
"""What an entry does not say means something else to gRPC."""


@dataclass(frozen=True)
class HttpRouteArgs:
    service: Service
    exposure: Exposure
    port: int
    environment: Environment
    slot: Slot
    """Of its rules, in the lock file"""
    vpc_id: pulumi.Input[str]
    listener: ListenerExports
    traffic_role_arn: pulumi.Input[str] | None = None
    """With which ECS shifts requests between two target groups, if it does"""
    testers: ListenerForTestsExports | None = None
    """Where its new tasks answer first, if they do"""


class HttpRoute(Feature):
    def __init__(self, name: str, args: HttpRouteArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:HttpRoute", name, {}, opts)
        self._name, self._args = name, args
        group = self._target_group()
        alternate = self._target_group("-alt") if args.traffic_role_arn else None
        rules = self._rules(group, alternate)
        for_testers = self._rule_for_testers(group, alternate)
        groups = [group, alternate] if alternate else [group]
        dimensions = [
            {"LoadBalancer": args.listener.load_balancer_arn_suffix, "TargetGroup": it.arn_suffix} for it in groups
        ]
        self.parts = ServiceParts(
            load_balancers=(
                {
                    "target_group_arn": group.arn,
                    "container_name": naming.CONTAINER,
                    "container_port": args.port,
                    **_shifting(args, alternate, rules[0], for_testers),
                },
            ),
            ingress=targets.ingress(args.service.health, args.listener.load_balancer_security_group_id, args.port),
            # ECS refuses a target group to which no load balancer leads yet.
            prerequisites=tuple(filter(None, (*rules, for_testers))),
            scaling=_scaling(args, groups),
            alarms=targets.unhealthy_alarms(args.service, _NAMESPACE, *dimensions),
            charts=_charts(dimensions),
            record=({"reach": _url(args) | _measured(dimensions)},),
        )
        self.register_outputs({})

    def _rules(self, group: aws.lb.TargetGroup, alternate: aws.lb.TargetGroup | None) -> list[aws.lb.ListenerRule]:
        name, args = self._name, self._args
        # Whoever begins or ends to shift requests gets another rule beside the old one: what was ignored once is not
        # changed any more. Slots leave room for it.
        beside = 1 if alternate else 0
        actions = [*self._sign_in(), {"type": "forward"} | _forward(group, alternate)]
        return [
            aws.lb.ListenerRule(
                # A slot is a resource: where rules change places, none takes a priority that another still has.
                f"{name}-{priority + beside}",
                listener_arn=args.listener.listener_arn,
                priority=priority + beside,
                actions=actions,
                conditions=_conditions(args, route),
                opts=pulumi.ResourceOptions(
                    parent=self,
                    aliases=[pulumi.Alias(name=name)] if number == 0 else [],
                    # ECS sets the weights ever after.
                    ignore_changes=["actions"] if alternate else [],
                ),
            )
            for number, (priority, route) in enumerate(zip(args.slot.priorities, args.exposure.routes, strict=True))
        ]

    def _rule_for_testers(
        self, group: aws.lb.TargetGroup, alternate: aws.lb.TargetGroup | None
    ) -> aws.lb.ListenerRule | None:
        """The same rule at the test listener, if there is one; ECS sets its weights as well."""
        args = self._args
        if alternate is None or args.testers is None:
            return None
        priority = args.slot.priority + 1
        return aws.lb.ListenerRule(
            f"{self._name}-test-{priority}",
            listener_arn=args.testers.listener_arn,
            priority=priority,
            actions=[{"type": "forward"} | _forward(group, alternate)],
            conditions=_conditions(args, args.exposure.routes[0]),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["actions"]),
        )

    def _sign_in(self) -> list[dict[str, Any]]:
        args = self._args
        if (asked := args.exposure.sign_in) is None:
            return []
        provider = args.environment.sign_in[asked.provider]
        secret = sign_in.client_secret(provider.client_secret, pulumi.InvokeOutputOptions(parent=self))
        return [sign_in.action(asked, provider, secret)]

    def _target_group(self, suffix: str = "") -> aws.lb.TargetGroup:
        args = self._args
        # A target group belongs to one load balancer: whoever moves to another one gets a new group.
        ending = f"-{short_name(args.slot.listener)}{suffix}"
        return aws.lb.TargetGroup(
            f"{self._name[: _TARGET_GROUP_MAX - len(ending)].rstrip('-')}{ending}",
            vpc_id=args.vpc_id,
            target_type=targets.kind(args.service),
            protocol=args.exposure.target_protocol.upper(),
            protocol_version=_VERSIONS[args.exposure.protocol],
            # Never used, because ECS registers each task with its port; a constant, because a change would replace.
            port=80,
            deregistration_delay=args.exposure.deregistration_seconds,
            slow_start=args.exposure.slow_start_seconds,
            stickiness=_stickiness(args.exposure.sticky),
            health_check=_health_check(args.service.health, args.exposure),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _forward(group: aws.lb.TargetGroup, alternate: aws.lb.TargetGroup | None) -> dict[str, Any]:
    if alternate is None:
        return {"target_group_arn": group.arn}
    return {"forward": {"target_groups": [{"arn": group.arn, "weight": 100}, {"arn": alternate.arn, "weight": 0}]}}


def _shifting(
    args: HttpRouteArgs,
    alternate: aws.lb.TargetGroup | None,
    rule: aws.lb.ListenerRule,
    for_testers: aws.lb.ListenerRule | None,
) -> dict[str, dict[str, Any]]:
    """What ECS needs to shift requests from one target group to the other."""
    if alternate is None:
        return {}
    return {
        "advanced_configuration": {
            "alternate_target_group_arn": alternate.arn,
            "production_listener_rule": rule.arn,
            "role_arn": args.traffic_role_arn,
            **({"test_listener_rule": for_testers.arn} if for_testers else {}),
        }
    }


def _scaling(args: HttpRouteArgs, groups: Sequence[aws.lb.TargetGroup]) -> tuple[ScalingPolicy, ...]:
    target = args.service.scaling.requests_per_task
    if target is None:
        return ()
    ecs_service = ecs_dimensions(args.environment.name, args.service.name)
    suffixes = [group.arn_suffix for group in groups]
    metric = request_count.scaling_metric(args.listener.load_balancer_arn_suffix, suffixes, ecs_service)
    return (target_tracking("requests-per-task", target, metric),)


def _charts(groups: Sequence[dict[str, Any]]) -> tuple[Chart, ...]:
    """Of both target groups where requests are shifted between two: either may be the one that serves."""

    def lines(name: str, **options: Any) -> tuple[list[Any], ...]:
        return tuple(metric(_NAMESPACE, name, it, **options) for it in groups)

    failures = [lines(f"HTTPCode_Target_{it}XX_Count", label=f"{it}xx") for it in (4, 5)]
    times = [lines("TargetResponseTime", label=it, stat=it) for it in ("p50", "p95", "p99")]
    return (
        Chart("Requests", lines("RequestCount")),
        Chart("Answers 4xx and 5xx", sum(failures, ())),
        Chart("Response time, s", sum(times, ())),
        targets.health_chart(_NAMESPACE, *groups),
    )


def _url(args: HttpRouteArgs) -> dict[str, Any]:
    """Whoever comes through the API starts elsewhere."""
    if args.exposure.via != "alb":
        return {}
    dns_name = pulumi.Output.from_input(args.listener.load_balancer_dns_name)
    reached: dict[str, Any] = {
        "url": dns_name.apply(lambda host: provisioned.url(args.exposure, args.environment, host)),
        "load_balancer": dns_name,
    }
    if args.testers and args.traffic_role_arn:
        at = pulumi.Output.all(args.listener.load_balancer_dns_name, args.testers.port)
        reached["test_url"] = at.apply(lambda it: provisioned.url(args.exposure, args.environment, it[0], int(it[1])))
    return reached


def _measured(dimensions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Where its metrics are: of its target group, and of the other one if it has two."""
    other = {"alternate_dimensions": dimensions[1]} if len(dimensions) > 1 else {}
    return {"namespace": _NAMESPACE, "dimensions": dimensions[0], **other}


def _stickiness(sticky: Sticky | None) -> dict[str, Any]:
    """Said also where there is none: the provider keeps what is no longer said."""
    if sticky is None:
        return {"enabled": False, "type": "lb_cookie"}
    kind = {"type": "app_cookie", "cookie_name": sticky.cookie} if sticky.cookie else {"type": "lb_cookie"}
    return {"enabled": True, "cookie_duration": sticky.seconds, **kind}


def _health_check(health: Health, exposure: Exposure) -> dict[str, Any]:
    asked = {
        "path": asked_path(exposure, health),
        "matcher": _codes_of_grpc(health) if exposure.protocol == "grpc" else health.codes,
    }
    return targets.check_times(health) | {"protocol": exposure.target_protocol.upper()} | asked


def _codes_of_grpc(health: Health) -> str:
    if health.path is None:
        return _UNIMPLEMENTED
    return health.codes if health.codes != _ANY_CODES else "0"


def _conditions(args: HttpRouteArgs, route: Route) -> list[dict[str, Any]]:
    """An API has chosen by the path already, and let its authorizer see to it: two choices could differ."""
    if args.exposure.via == "api-gateway":
        return [{"http_header": {"http_header_name": naming.SERVICE_HEADER, "values": [args.service.name]}}]
    return _asked(route)


def _asked(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if route.host:
        found.append({"host_header": {"values": [route.host]}})
    if paths := asked_paths(route):
        found.append({"path_pattern": {"values": list(paths)}})
    if route.source_ips:
        found.append({"source_ip": {"values": list(route.source_ips)}})
    for name, values in route.headers.items():
        found.append({"http_header": {"http_header_name": name, "values": list(values)}})
    return found
