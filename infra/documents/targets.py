"""What Application and Network Load Balancers are told alike of a service's target groups: how often targets are
checked, and when somebody is called for unhealthy ones."""

from collections.abc import Mapping
from typing import Any

from infra.documents.containers import timeout_seconds
from infra.documents.widgets import metric
from infra.service_parts import Alarm, Chart, IngressSource
from service_catalog.model import Health, Service

_MEASURES = ("unhealthy_targets", "unhealthy_targets_alternate")


def kind(service: Service) -> str:
    """By what ECS registers a task: its address, or, where it has none of its own, its instance and a port there."""
    return "instance" if service.compute.network == "bridge" else "ip"


def cidr(addresses: str) -> dict[str, str]:
    """Of a security group's rule, who may come: addresses of either kind."""
    return {"cidr_ipv6" if ":" in addresses else "cidr_ipv4": addresses}


def check_times(health: Health) -> dict[str, Any]:
    return {
        "enabled": True,
        "port": "traffic-port" if health.port is None else str(health.port),
        "interval": health.interval_seconds,
        "timeout": timeout_seconds(health),
        "healthy_threshold": 2,
        "unhealthy_threshold": 2,
    }


def health_chart(namespace: str, *groups: Mapping[str, Any]) -> Chart:
    healthy = (metric(namespace, "HealthyHostCount", it, stat="Minimum", label="healthy") for it in groups)
    unhealthy = (metric(namespace, "UnHealthyHostCount", it, stat="Maximum", label="unhealthy") for it in groups)
    return Chart("Healthy and unhealthy targets", (*healthy, *unhealthy))


def ingress(health: Health, security_group_id: Any, port: int, protocol: str = "tcp") -> tuple[IngressSource, ...]:
    """What a load balancer lets through to tasks: requests, and checks where those come otherwise."""
    requests = IngressSource("load-balancer", security_group_id, port, protocol)
    checked = health.port or port
    if (checked, "tcp") == (port, protocol):
        return (requests,)
    return requests, IngressSource("load-balancer-checks", security_group_id, checked)


def unhealthy_alarms(service: Service, namespace: str, *groups: Mapping[str, Any]) -> tuple[Alarm, ...]:
    """``groups``: CloudWatch's dimensions of each target group. Of two between which ECS shifts the requests either may
    be the one that serves, so each has its alarm."""
    threshold = service.alarms.unhealthy_targets
    if threshold is None:
        return ()
    return tuple(
        Alarm(measure, threshold, namespace, "UnHealthyHostCount", dict(dimensions), asked_by=_MEASURES[0])
        for measure, dimensions in zip(_MEASURES, groups, strict=False)
    )
