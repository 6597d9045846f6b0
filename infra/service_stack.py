"""One service in one environment: its features first, then the task they add up to. Reads like the diagram."""

from typing import Any

import pulumi

from infra.components.alarms import Alarms, AlarmsArgs, LoadBalancerDimensions
from infra.components.definition import Definition, DefinitionArgs
from infra.components.ecs_service import EcsService, EcsServiceArgs
from infra.components.env_files import EnvFiles, EnvFilesArgs
from infra.components.exec import Exec, ExecArgs
from infra.components.http_route import HttpRoute, HttpRouteArgs
from infra.components.image import Image, ImageArgs
from infra.components.log_group import LogGroup, LogGroupArgs
from infra.components.permissions import Permissions, PermissionsArgs
from infra.components.provisioned import Provisioned, ProvisionedArgs
from infra.components.secrets import Secrets, SecretsArgs
from infra.components.task_count import TaskCount, TaskCountArgs
from infra.components.task_roles import TaskRoles, TaskRolesArgs
from infra.components.task_security import TaskSecurity, TaskSecurityArgs
from infra.documents import provisioned
from infra.exports import EnvironmentExports, ListenerExports
from infra.provider import options_for
from infra.service_parts import ServiceParts
from service_catalog import naming
from service_catalog.fingerprint import service_fingerprint
from service_catalog.listener_rules.lock import Slot
from service_catalog.model import Environment, Service


def build(service: Service, environment: Environment, slot: Slot | None, shared: EnvironmentExports) -> None:
    opts = options_for(environment, service.name)
    name, where = service.name, environment.name

    features = _features(service, environment, shared, opts)
    http_route = _http_route(service, slot, shared, opts)
    if http_route:
        features.append(http_route)
    parts = sum((feature.parts for feature in features), ServiceParts())

    roles = TaskRoles(name, TaskRolesArgs(environment, name, parts.execution_statements, parts.task_statements), opts)
    definition = Definition(name, DefinitionArgs(service, environment, roles, parts), opts)
    security = TaskSecurity(name, TaskSecurityArgs(where, name, shared.vpc_id, parts.ingress), opts)
    group = security.security_group_id
    # The rights must outlive the service: its last tasks still stop with them.
    needs = (roles, security)
    ecs_service = EcsService(name, EcsServiceArgs(service, where, shared, definition.arn, group, parts, needs), opts)
    count = TaskCount(name, TaskCountArgs(where, name, service.scaling, ecs_service.arn), opts)
    routed = _routed(service, http_route, shared)
    alarms = Alarms(name, AlarmsArgs(where, name, service.alarms, shared.alarm_topic_arn, routed), opts)

    document = provisioned.of_service(
        service,
        environment,
        definition=definition.arn,
        execution_role=roles.execution_arn,
        task_role=roles.task_arn,
        url=_url(service, environment, shared),
        routed=vars(routed) if routed else None,
        fingerprint=_fingerprint(service, environment, slot, shared),
    )
    after = [*features, roles, definition, security, ecs_service, count, alarms]
    bucket = naming.config_bucket(where, environment.account_id)
    Provisioned(name, ProvisionedArgs(bucket, naming.provisioned_key(name), document, after), opts)


def _features(
    service: Service, environment: Environment, shared: EnvironmentExports, opts: pulumi.ResourceOptions
) -> list[Any]:
    """Each leaves ``parts``; none knows another."""
    name = service.name
    features: list[Any] = [
        LogGroup(name, LogGroupArgs(environment, name, service.logs.retention_days), opts),
        Image(name, ImageArgs(environment, service.image), opts),
        EnvFiles(name, EnvFilesArgs(environment, name, service.env_files), opts),
        Secrets(name, SecretsArgs(environment, name, service.secrets), opts),
        Permissions(name, PermissionsArgs(environment, service.permissions), opts),
    ]
    if service.exec:
        features.append(Exec(name, ExecArgs(environment, shared.exec_key_arn), opts))
    return features


def _http_route(
    service: Service, slot: Slot | None, shared: EnvironmentExports, opts: pulumi.ResourceOptions
) -> HttpRoute | None:
    if service.exposure is None or slot is None:
        return None
    args = HttpRouteArgs(
        exposure=service.exposure,
        port=service.port,
        health=service.health,
        priority=slot.priority,
        vpc_id=shared.vpc_id,
        listener=_listener(service, shared),
    )
    return HttpRoute(service.name, args, opts)


def _routed(
    service: Service, http_route: HttpRoute | None, shared: EnvironmentExports
) -> LoadBalancerDimensions | None:
    if http_route is None:
        return None
    return LoadBalancerDimensions(_listener(service, shared).load_balancer_arn_suffix, http_route.target_group_suffix)


def _url(service: Service, environment: Environment, shared: EnvironmentExports) -> pulumi.Output[str | None] | None:
    if service.exposure is None:
        return None
    dns_name = pulumi.Output.from_input(_listener(service, shared).load_balancer_dns_name)
    return dns_name.apply(lambda dns_name: provisioned.url(service, environment, dns_name))


def _fingerprint(
    service: Service, environment: Environment, slot: Slot | None, shared: EnvironmentExports
) -> pulumi.Output[str]:
    exports = pulumi.Output.from_input(shared.as_mapping())
    return exports.apply(lambda exports: service_fingerprint(service, environment, slot, exports))


def _listener(service: Service, shared: EnvironmentExports) -> ListenerExports:
    is_public = service.exposure is not None and service.exposure.audience == "public"
    return shared.public if is_public else shared.internal
