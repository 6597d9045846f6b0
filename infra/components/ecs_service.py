"""The ECS service: made without tasks, and from then on run by releases."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import deployment, placement
from infra.service_parts import ServiceParts, merged
from service_catalog import naming
from service_catalog.deployment_alarms import alarm_fields, heeded_fields
from service_catalog.model import Service

_PORT_TAG = "slipway:port"


@dataclass(frozen=True)
class EcsServiceArgs:
    service: Service
    environment: str
    cluster_arn: pulumi.Input[str]
    definition_arn: pulumi.Input[str]
    parts: ServiceParts
    prerequisites: tuple[pulumi.Resource, ...]
    """Further resources the service depends on"""


class EcsService(pulumi.ComponentResource):
    """Pulumi owns how it stands, releases own which revision runs in it and how often."""

    def __init__(self, name: str, args: EcsServiceArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:EcsService", name, {}, opts)
        service = args.service
        ecs_service = aws.ecs.Service(
            name,
            name=naming.ecs_service(args.environment, service.name),
            cluster=args.cluster_arn,
            # Only so that ECS accepts the service. It starts nothing before the first release.
            task_definition=args.definition_arn,
            desired_count=None if service.tasks.daemon else 0,
            load_balancers=list(args.parts.load_balancers) or None,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags={tag: value for tag, value in _identity(args).items() if value} or None,
            # ECS refuses another strategy or load balancer without it.
            force_new_deployment=True,
            # Releases are watched to their end by whoever releases; here nothing is started.
            wait_for_steady_state=False,
            **_arguments(args),
            opts=self._options(args),
        )
        self.arn: pulumi.Output[str] = ecs_service.arn
        self.register_outputs({"arn": ecs_service.arn})

    def _options(self, args: EcsServiceArgs) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=[*args.parts.prerequisites, *args.prerequisites],
            ignore_changes=["task_definition", "desired_count"],
            replace_on_changes=[f'tags["{tag}"]' for tag in _replacing(args)],
            # The name is fixed, and unique in the cluster.
            delete_before_replace=True,
        )


def _identity(args: EcsServiceArgs) -> dict[str, Any]:
    port = args.service.port
    return {_PORT_TAG: str(port) if port else None} | merged(*args.parts.service_identity)


def _replacing(args: EcsServiceArgs) -> list[str]:
    """Tags that make another service when they change. ECS checks a load balancer's port against the revision that
    runs, which has the old one until something is released. The tag changes with the port also where the load balancer
    is new."""
    return [tag for tag in _identity(args) if tag != _PORT_TAG or args.parts.load_balancers]


def _arguments(args: EcsServiceArgs) -> dict[str, Any]:
    # What is left out of an update stays as it was, so what no feature asks for is said too.
    return {"enable_execute_command": False} | merged(_rollout(args), *args.parts.service_arguments)


def _rollout(args: EcsServiceArgs) -> dict[str, Any]:
    service = args.service
    is_checked = bool(args.parts.load_balancers) or service.health.command is not None
    grace_seconds = service.health.grace_seconds if is_checked else None
    rollout = (
        deployment.of_daemon()
        if service.tasks.daemon
        else deployment.arguments(service.deployment, placement.may_balance_zones(service.compute))
    )
    return (
        rollout
        | deployment.heeding(heeded_fields(service), _alarms(args))
        | {"health_check_grace_period_seconds": grace_seconds}
    )


def _alarms(args: EcsServiceArgs) -> dict[str, str]:
    """The field that asked for it, by the name of each alarm that a deployment may heed."""
    where = (args.environment, args.service.name)
    fields = alarm_fields(args.service.alarms)
    return {naming.alarm(*where, it.measure): it.field for it in args.parts.alarms if it.field in fields}
