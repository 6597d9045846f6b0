"""What the services of one environment share. Reads top to bottom like the diagram."""

from collections.abc import Sequence

import pulumi

from infra.components.access_logs import AccessLogs, AccessLogsArgs
from infra.components.alarm_receivers import AlarmReceivers, AlarmReceiversArgs
from infra.components.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.components.chat_channels import ChatChannels, ChatChannelsArgs
from infra.components.cluster import Cluster, ClusterArgs
from infra.components.config_bucket import ConfigBucket, ConfigBucketArgs
from infra.components.dashboard import Dashboard, DashboardArgs
from infra.components.ec2_capacity import Ec2Capacity, Ec2CapacityArgs
from infra.components.event_topic import EventTopic, EventTopicArgs
from infra.components.exec_audit import ExecAudit, ExecAuditArgs
from infra.components.flow_logs import FlowLogs, FlowLogsArgs
from infra.components.log_archive import LogArchiveArgs, LogArchiveBucket
from infra.components.managed_instances import ManagedInstances, ManagedInstancesArgs
from infra.components.namespace import Namespace, NamespaceArgs
from infra.components.network import Network, NetworkArgs, NetworkOutputs, existing_network
from infra.components.provisioned import Provisioned, ProvisionedArgs
from infra.components.schedule_group import ScheduleGroup, ScheduleGroupArgs
from infra.documents import dashboard, provisioned
from infra.exports import EnvironmentExports
from infra.provider import options_for
from infra.ways_in import WaysIn
from service_catalog import naming
from service_catalog.fingerprint import environment_fingerprint
from service_catalog.model import Environment
from service_catalog.records.provisioned import ProvisionedEnvironment


def build(environment: Environment, further: Sequence[str] = ()) -> None:
    """``further``: load balancers beside the first of each kind, by their names in the lock."""
    opts = options_for(environment)
    name = environment.name

    existing = environment.network.existing
    own = [] if existing else [_network(environment, opts)]
    network = existing_network(existing) if existing else own[0].outputs
    audit = ExecAudit(f"{name}-exec", ExecAuditArgs(environment), opts)
    cluster = Cluster(
        name, ClusterArgs(name, environment.container_insights, audit.log_group_name, audit.key_arn), opts
    )
    config = ConfigBucket(f"{name}-config", ConfigBucketArgs(environment), opts)
    logs = AccessLogs(f"slipway-{name}-access-logs", AccessLogsArgs(name, environment.account_id), opts)
    ways_in = WaysIn(environment, network, logs, further, opts)
    namespace = Namespace(name, NamespaceArgs(environment, network.vpc_id), opts)
    alarms = AlarmTopic(f"{name}-alarms", AlarmTopicArgs(environment), opts)
    schedules = ScheduleGroup(name, ScheduleGroupArgs(name), opts)
    capacity = _capacity(environment, network, cluster, ways_in, alarms, opts)

    exports = _exports(network, cluster, alarms, audit, namespace, ways_in)
    exports.write()
    board = Dashboard(name, DashboardArgs(name, _dashboard(environment, network, exports)), opts)

    made = [*own, audit, cluster, config, logs, *ways_in.components, namespace, alarms, schedules, *capacity, board]
    made += [*_told_of_alarms(environment, alarms, opts), *_further_logs(environment, network, opts)]
    if environment.events:
        made.append(EventTopic(f"{name}-events", EventTopicArgs(environment, environment.events), opts))
    fingerprint = environment_fingerprint(environment, further=further)
    document = provisioned.of_environment(fingerprint, exports.as_mapping())
    key = naming.provisioned_environment_key()
    Provisioned(name, ProvisionedArgs(config.bucket, key, ProvisionedEnvironment, document, after=made), opts)


def _network(environment: Environment, opts: pulumi.ResourceOptions) -> Network:
    return Network(environment.name, NetworkArgs(environment.region, environment.network), opts)


def _capacity(
    environment: Environment,
    network: NetworkOutputs,
    cluster: Cluster,
    ways_in: WaysIn,
    alarms: AlarmTopic,
    opts: pulumi.ResourceOptions,
) -> list[Ec2Capacity | ManagedInstances]:
    """What there is besides Fargate."""
    name, wanted = environment.name, environment.capacity
    own, managed = [], []
    if wanted.ec2:
        groups = list(ways_in.security_groups.items())
        args = Ec2CapacityArgs(environment, wanted.ec2, network, groups, alarms.arn, cluster.resource)
        own.append(Ec2Capacity(f"{name}-ec2", args, opts))
    offered = cluster.offer([it.provider_name for it in own])
    if wanted.managed_instances:
        of_ecs = ManagedInstancesArgs(environment, wanted.managed_instances, network, cluster.name, after=[offered])
        managed.append(ManagedInstances(f"{name}-managed", of_ecs, opts))
    return [*own, *managed]


def _exports(
    network: NetworkOutputs,
    cluster: Cluster,
    alarms: AlarmTopic,
    audit: ExecAudit,
    namespace: Namespace,
    ways_in: WaysIn,
) -> EnvironmentExports:
    balancers = {audience: it.exports for audience, it in ways_in.network_load_balancers.items()}
    for_tests = {listener: it.exports for listener, it in ways_in.test_listeners.items()}
    return EnvironmentExports(
        vpc_id=network.vpc_id,
        task_subnet_ids=network.task_subnet_ids,
        assign_public_ip=network.tasks_are_public,
        cluster_arn=cluster.arn,
        alarm_topic_arn=alarms.arn,
        exec_key_arn=audit.key_arn,
        egress_addresses=network.egress_addresses,
        public=ways_in.public.exports,
        internal=ways_in.internal.exports,
        namespace_id=namespace.id,
        namespace_arn=namespace.arn,
        api=ways_in.api.exports if ways_in.api else None,
        public_nlb=balancers.get("public"),
        internal_nlb=balancers.get("internal"),
        public_test=for_tests.pop("public", None),
        internal_test=for_tests.pop("internal", None),
        further={listener: it.exports for listener, it in ways_in.further.items()},
        further_test=for_tests,
    )


def _told_of_alarms(
    environment: Environment, topic: AlarmTopic, opts: pulumi.ResourceOptions
) -> list[AlarmReceivers | ChatChannels]:
    if environment.alarms is None:
        return []
    name, wanted = environment.name, environment.alarms
    receivers = AlarmReceivers(f"{name}-alarms", AlarmReceiversArgs(environment, wanted, topic.arn), opts)
    if wanted.chat is None:
        return [receivers]
    return [receivers, ChatChannels(f"{name}-chat", ChatChannelsArgs(environment, wanted.chat, topic.arn), opts)]


def _further_logs(
    environment: Environment, network: NetworkOutputs, opts: pulumi.ResourceOptions
) -> list[LogArchiveBucket | FlowLogs]:
    name = environment.name
    found: list[LogArchiveBucket | FlowLogs] = []
    if environment.log_archive:
        archive = LogArchiveArgs(environment, environment.log_archive)
        found.append(LogArchiveBucket(f"{name}-log-archive", archive, opts))
    if environment.flow_logs:
        flows = FlowLogsArgs(environment, environment.flow_logs, network.vpc_id)
        found.append(FlowLogs(f"{name}-flow-logs", flows, opts))
    return found


def _dashboard(environment: Environment, network: NetworkOutputs, exports: EnvironmentExports) -> dashboard.Shared:
    return dashboard.Shared(
        region=environment.region,
        cluster=naming.cluster(environment.name),
        nat_gateways=network.nat_gateways,
        load_balancers={
            listener: it.load_balancer_arn_suffix
            for listener, it in {"public": exports.public, "internal": exports.internal, **exports.further}.items()
        },
    )
