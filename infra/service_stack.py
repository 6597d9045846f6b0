"""One service in one environment: its features first, then what they add up to. Reads like the diagram."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from infra.components.alarms import Alarms, AlarmsArgs
from infra.components.alias_records import AliasRecords, AliasRecordsArgs, AliasTarget
from infra.components.api_route import ApiRoute, ApiRouteArgs, Straight
from infra.components.callers import Callers, CallersArgs
from infra.components.cloud_map import CloudMap, CloudMapArgs
from infra.components.connections import Connections, ConnectionsArgs
from infra.components.definition import Definition, DefinitionArgs
from infra.components.ecs_service import EcsService, EcsServiceArgs
from infra.components.env_files import EnvFiles, EnvFilesArgs
from infra.components.exec import Exec, ExecArgs
from infra.components.exec_directories import ExecDirectories
from infra.components.file_systems import FileSystems, FileSystemsArgs
from infra.components.http_route import HttpRoute, HttpRouteArgs
from infra.components.image import Image, ImageArgs
from infra.components.log_group import LogGroup, LogGroupArgs
from infra.components.log_routing import LogRouting, LogRoutingArgs
from infra.components.network_route import NetworkRoute, NetworkRouteArgs
from infra.components.permissions import Permissions, PermissionsArgs
from infra.components.placement import Placement, PlacementArgs
from infra.components.provisioned import Provisioned, ProvisionedArgs
from infra.components.queue import Queue, QueueArgs
from infra.components.repository import Repository, RepositoryArgs
from infra.components.runs import Runs, RunsArgs
from infra.components.scaling_schedule import ScalingSchedule, ScalingScheduleArgs
from infra.components.schedule import Schedule, ScheduleArgs
from infra.components.secrets import Secrets, SecretsArgs
from infra.components.service_connect import ServiceConnect, ServiceConnectArgs
from infra.components.service_dashboard import ServiceDashboard, ServiceDashboardArgs
from infra.components.sidecars import Sidecars, SidecarsArgs
from infra.components.task_count import TaskCount, TaskCountArgs
from infra.components.task_roles import TaskRoles, TaskRolesArgs
from infra.components.task_security import TaskSecurity, TaskSecurityArgs
from infra.components.traffic_shift import TrafficShift, TrafficShiftArgs
from infra.components.utilization import Utilization, UtilizationArgs
from infra.components.volumes import Volumes, VolumesArgs
from infra.documents import provisioned
from infra.exports import EnvironmentExports
from infra.feature import Feature, PlainFeature
from infra.provider import options_for
from infra.service_parts import ServiceParts
from service_catalog import naming, volumes
from service_catalog.arns import makes_repository
from service_catalog.connections import Called
from service_catalog.dns_names import service_names, zone_of
from service_catalog.fingerprint import service_fingerprint
from service_catalog.listener_rules.lock import Slot
from service_catalog.log_routing import keeps_router
from service_catalog.model import Environment, Service
from service_catalog.records.provisioned import Provisioned as ProvisionedRecord


@dataclass(frozen=True)
class ServiceContext:
    """Which service is built where, and what is there before its features."""

    service: Service
    environment: Environment
    slot: Slot | None
    """Its place on a load balancer's listener, if one leads to it"""
    shared: EnvironmentExports
    security: TaskSecurity
    opts: pulumi.ResourceOptions
    called: Sequence[Called] = ()
    """Services that it connects to"""

    @property
    def has_service_connect(self) -> bool:
        """ECS knows it for tasks of its own services alone."""
        ways = {self.service.discovery, *(it.discovery for it in self.called)}
        return self.service.has_ecs_service and "service-connect" in ways


def build(
    service: Service,
    environment: Environment,
    slot: Slot | None,
    shared: EnvironmentExports,
    called: Sequence[Called] = (),
) -> None:
    opts = options_for(environment, service.name)
    security = TaskSecurity(service.name, TaskSecurityArgs(environment.name, service.name, shared.vpc_id), opts)
    context = ServiceContext(service, environment, slot, shared, security, opts, called)
    assemble(context, features_of(context))


def features_of(context: ServiceContext) -> list[Feature | PlainFeature]:
    """Each leaves ``parts``; none knows another."""
    return [
        *_features_of_the_task(context),
        *_features_of_the_kind(context),
        *_features_between_services(context),
    ]


def _features_of_the_task(context: ServiceContext) -> list[Feature | PlainFeature]:
    service, environment, shared, opts = context.service, context.environment, context.shared, context.opts
    name = service.name
    features: list[Feature | PlainFeature] = [
        Placement(PlacementArgs(service, environment.name, shared, context.security.security_group_id)),
        LogGroup(name, LogGroupArgs(environment, name, service.logs), opts),
        Image(ImageArgs(environment, name, service.image)),
        EnvFiles(EnvFilesArgs(environment, name, service.env_files)),
        Secrets(SecretsArgs(environment, name, service.secrets)),
        Permissions(PermissionsArgs(environment, service.permissions)),
    ]
    if service.volumes:
        features.append(Volumes(name, VolumesArgs(volumes.of_tasks(service.volumes)), opts))
    if any(it.efs for it in service.volumes):
        group = context.security.security_group_id
        features.append(FileSystems(name, FileSystemsArgs(service, environment, shared, group), opts))
    if service.sidecars or service.depends_on:
        features.append(Sidecars(SidecarsArgs(environment, service)))
    if keeps_router(service.logs):
        features.append(LogRouting(name, LogRoutingArgs(environment, name, service.logs), opts))
    if environment.registry and makes_repository(service.image, environment):
        features.append(
            Repository(name, RepositoryArgs(environment, environment.registry, service.image.repository), opts)
        )
    if service.exec:
        features.append(Exec(ExecArgs(environment, shared.exec_key_arn)))
    if service.exec and service.read_only_root:
        features.append(ExecDirectories())
    return features


def _features_of_the_kind(context: ServiceContext) -> list[Feature | PlainFeature]:
    service, environment, shared, opts = context.service, context.environment, context.shared, context.opts
    name = service.name
    runs = Runs(name, RunsArgs(service, environment, shared, context.security.security_group_id), opts)
    features: list[Feature | PlainFeature] = []
    if service.has_ecs_service:
        args = UtilizationArgs(environment.name, name, service.scaling, service.alarms)
        features.append(Utilization(args))
    if service.scaling.schedule:
        features.append(ScalingSchedule(ScalingScheduleArgs(service.scaling.schedule)))
    shift = TrafficShift(name, TrafficShiftArgs(environment, name), opts) if service.deployment.shifts_traffic else None
    if shift:
        features.append(shift)
    if service.exposure and service.port and (slot := context.slot):
        listener, role = shared.listener(slot.listener), shift.role_arn if shift else None
        testers = shared.listener_for_tests(service, slot.listener)
        route = HttpRouteArgs(
            service, service.exposure, service.port, environment, slot, shared.vpc_id, listener, role, testers
        )
        features.append(HttpRoute(name, route, opts))
        if zone := zone_of(service.exposure, environment):
            names, target = service_names(service.exposure, environment), AliasTarget(listener.load_balancer_dns_name)
            features.append(AliasRecords(name, AliasRecordsArgs(zone, names, target, shared_as=name), opts))
    features += _ways_past_the_load_balancer(context)
    if service.queue:
        features.append(Queue(name, QueueArgs(service, environment, service.queue), opts))
    if service.schedule:
        when = ScheduleArgs(environment, name, service.schedule, runs.state_machine_arn)
        features.append(Schedule(name, when, opts))
    return [*features, runs]


def _ways_past_the_load_balancer(context: ServiceContext) -> list[Feature | PlainFeature]:
    """A port of its own, a name in DNS, and the API, which may lead to either of them."""
    service, environment, shared, opts = context.service, context.environment, context.shared, context.opts
    name, exposure, api = service.name, service.exposure, shared.api
    is_by_api = exposure is not None and exposure.via == "api-gateway"
    features: list[Feature | PlainFeature] = []
    straight = None
    if service.discovery == "cloud-map":
        registry = CloudMap(name, CloudMapArgs(service, shared.namespace_id), opts)
        features.append(registry)
        if exposure and service.port and exposure.integration == "cloud-map":
            straight = Straight(registry.arn, context.security.security_group_id, service.port, to_tasks=True)
    if exposure and service.port and (balancer := shared.nlb_of(exposure)):
        link = api.link_security_group_id if api and is_by_api else None
        at = NetworkRouteArgs(service, exposure, service.port, environment, shared.vpc_id, balancer, link)
        route = NetworkRoute(name, at, opts)
        features.append(route)
        if is_by_api:
            straight = Straight(route.listener_arn, balancer.security_group_id, route.listens_at)
    if exposure and is_by_api and api:
        features.append(ApiRoute(name, ApiRouteArgs(exposure, api, straight), opts))
    return features


def _features_between_services(context: ServiceContext) -> list[Feature | PlainFeature]:
    service, environment, shared, opts = context.service, context.environment, context.shared, context.opts
    name = service.name
    features: list[Feature | PlainFeature] = []
    if service.discovery != "none":
        features.append(Callers(name, CallersArgs(service, environment, shared.vpc_id), opts))
    if context.has_service_connect:
        features.append(ServiceConnect(name, ServiceConnectArgs(service, environment, shared.namespace_arn), opts))
    if context.called:
        group = context.security.security_group_id
        features.append(Connections(name, ConnectionsArgs(environment.name, name, context.called, group), opts))
    return features


def assemble(context: ServiceContext, features: Sequence[Feature | PlainFeature]) -> None:
    """Everything that is made of the features' sum."""
    service, environment, shared, opts = context.service, context.environment, context.shared, context.opts
    name, where = service.name, environment.name
    parts = sum((feature.parts for feature in features), ServiceParts())

    if service.compute.network == "awsvpc":
        context.security.allow(parts.ingress)  # else tasks stand behind their instance's group, which lets them in
    roles = TaskRoles(name, TaskRolesArgs(environment, name, parts.execution_statements, parts.task_statements), opts)
    definition = Definition(name, DefinitionArgs(service, environment, roles, parts), opts)
    alarms = Alarms(name, AlarmsArgs(where, name, parts.alarms, shared.alarm_topic_arn), opts)
    # The rights must outlive the service: its last tasks still stop with them. Its arguments may name an alarm.
    needs = (roles, context.security, alarms)
    running = _ecs_service(context, definition, parts, needs) if service.has_ecs_service else []

    board = [_dashboard(context, parts)] if service.dashboard else []

    document = provisioned.of_service(
        service,
        environment,
        definition=definition.arn,
        execution_role=roles.execution_arn,
        task_role=roles.task_arn,
        fingerprint=_fingerprint(context),
        features=parts.record,
    )
    made = [feature for feature in features if isinstance(feature, Feature)]
    after = [*made, context.security, roles, definition, alarms, *running, *board]
    bucket = naming.config_bucket(where, environment.account_id)
    Provisioned(name, ProvisionedArgs(bucket, naming.provisioned_key(name), ProvisionedRecord, document, after), opts)


def _dashboard(context: ServiceContext, parts: ServiceParts) -> pulumi.Resource:
    name = context.service.name
    args = ServiceDashboardArgs(context.environment, name, parts.charts, parts.alarms)
    return ServiceDashboard(name, args, context.opts)


def _ecs_service(
    context: ServiceContext, definition: Definition, parts: ServiceParts, needs: tuple[pulumi.Resource, ...]
) -> list[pulumi.Resource]:
    """What web services and workers run in."""
    service, where, opts = context.service, context.environment.name, context.opts
    name = service.name
    args = EcsServiceArgs(service, where, context.shared.cluster_arn, definition.arn, parts, needs)
    ecs_service = EcsService(name, args, opts)
    if service.tasks.daemon:
        return [ecs_service]
    count = TaskCountArgs(where, name, parts.scaling, parts.scheduled, ecs_service.arn)
    return [ecs_service, TaskCount(name, count, opts)]


def _fingerprint(context: ServiceContext) -> pulumi.Output[str]:
    service, environment, slot, called = context.service, context.environment, context.slot, context.called
    exports = context.shared.together()
    return exports.apply(lambda said: service_fingerprint(service, environment, slot, said, called=called))
