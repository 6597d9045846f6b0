"""What the services of one environment share. Reads top to bottom like the diagram."""

from collections.abc import Mapping

import pulumi

from infra.components.access_logs import AccessLogs, AccessLogsArgs
from infra.components.alarm_receivers import AlarmReceivers, AlarmReceiversArgs
from infra.components.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.components.alias_records import AliasRecords, AliasRecordsArgs, AliasTarget
from infra.components.chat_channels import ChatChannels, ChatChannelsArgs
from infra.components.cluster import Cluster, ClusterArgs
from infra.components.config_bucket import ConfigBucket, ConfigBucketArgs
from infra.components.dashboard import Dashboard, DashboardArgs
from infra.components.ec2_capacity import Ec2Capacity, Ec2CapacityArgs
from infra.components.exec_audit import ExecAudit, ExecAuditArgs
from infra.components.flow_logs import FlowLogs, FlowLogsArgs
from infra.components.http_api import HttpApi, HttpApiArgs
from infra.components.load_balancer import LoadBalancer, LoadBalancerArgs
from infra.components.log_archive import LogArchiveArgs, LogArchiveBucket
from infra.components.managed_instances import ManagedInstances, ManagedInstancesArgs
from infra.components.namespace import Namespace, NamespaceArgs
from infra.components.network import Network, NetworkArgs, NetworkOutputs, existing_network
from infra.components.network_load_balancer import NetworkLoadBalancer, NetworkLoadBalancerArgs
from infra.components.provisioned import Provisioned, ProvisionedArgs
from infra.components.schedule_group import ScheduleGroup, ScheduleGroupArgs
from infra.components.test_listener import ListenerOfTesters, ListenerOfTestersArgs
from infra.components.web_firewall import WebFirewall, WebFirewallArgs
from infra.documents import dashboard, provisioned
from infra.exports import EnvironmentExports
from infra.provider import options_for
from service_catalog import naming
from service_catalog.dns_names import environment_names
from service_catalog.fingerprint import environment_fingerprint
from service_catalog.model import Api, Environment
from service_catalog.records.provisioned import ProvisionedEnvironment
from service_catalog.yaml_text.locations import Path

_INTERNET = ("0.0.0.0/0",)


def build(environment: Environment) -> None:
    opts = options_for(environment)
    name = environment.name

    existing = environment.network.existing
    own = [] if existing else [_network(environment, opts)]
    network = existing_network(existing) if existing else own[0].outputs
    audit = ExecAudit(f"{name}-exec", ExecAuditArgs(environment), opts)
    insights = environment.container_insights
    cluster = Cluster(name, ClusterArgs(name, insights, audit.log_group_name, audit.key_arn), opts)
    config = ConfigBucket(f"{name}-config", ConfigBucketArgs(environment), opts)
    logs = AccessLogs(f"slipway-{name}-access-logs", AccessLogsArgs(name, environment.account_id), opts)
    public = _public_load_balancer(environment, network, logs, opts)
    internal = _internal_load_balancer(environment, network, logs, opts)
    apis = [_api(environment, it, network, internal, opts)] if (it := environment.api) else []
    balancers = _network_load_balancers(environment, network, opts)
    named: list[tuple[Path, AliasTarget | None]] = [(("domain",), public.target)]
    named += [(("internal_domain",), internal.target)]
    named += [(("api", "domain"), it.target) for it in apis]
    named += [(("nlb", audience, "domain"), it.target) for audience, it in balancers.items()]
    records = _records(environment, dict(named), opts)
    of_testers = _listeners_of_testers(environment, network, {"public": public, "internal": internal}, opts)
    namespace = Namespace(name, NamespaceArgs(environment, network.vpc_id), opts)
    alarms = AlarmTopic(f"{name}-alarms", AlarmTopicArgs(environment), opts)
    schedules = ScheduleGroup(name, ScheduleGroupArgs(name), opts)
    ways = {"public": public, "internal": internal}
    groups = {name: it.exports.load_balancer_security_group_id for name, it in ways.items()}
    groups |= {f"{name}-nlb": it.exports.security_group_id for name, it in balancers.items()}
    capacity = _capacity(environment, network, cluster, groups, alarms, opts)
    offered = cluster.offer([it.provider_name for it in capacity])
    managed = _managed_instances(environment, network, cluster, offered, opts)

    nlbs = {audience: it.exports for audience, it in balancers.items()}
    tests = {audience: it.exports for audience, it in of_testers.items()}
    exports = EnvironmentExports(
        vpc_id=network.vpc_id,
        task_subnet_ids=network.task_subnet_ids,
        assign_public_ip=network.tasks_are_public,
        cluster_arn=cluster.arn,
        alarm_topic_arn=alarms.arn,
        exec_key_arn=audit.key_arn,
        egress_addresses=network.egress_addresses,
        public=public.exports,
        internal=internal.exports,
        namespace_id=namespace.id,
        namespace_arn=namespace.arn,
        api=apis[0].exports if apis else None,
        public_nlb=nlbs.get("public"),
        internal_nlb=nlbs.get("internal"),
        public_test=tests.get("public"),
        internal_test=tests.get("internal"),
    )
    exports.write()
    board = Dashboard(name, DashboardArgs(name, _dashboard(environment, network, exports)), opts)

    ways_in = [public, internal, *apis, *balancers.values(), *of_testers.values()]
    parts = [*own, audit, cluster, config, logs, *ways_in, namespace, alarms, schedules]
    parts += [*capacity, *managed, *records, board]
    if environment.waf:
        parts.append(WebFirewall(f"{name}-waf", WebFirewallArgs(environment.waf, {"public": public.arn}), opts))
    if environment.alarms:
        receivers = AlarmReceiversArgs(environment, environment.alarms, alarms.arn)
        parts.append(AlarmReceivers(f"{name}-alarms", receivers, opts))
        if chat := environment.alarms.chat:
            parts.append(ChatChannels(f"{name}-chat", ChatChannelsArgs(environment, chat, alarms.arn), opts))
    if environment.log_archive:
        archive = LogArchiveArgs(environment, environment.log_archive)
        parts.append(LogArchiveBucket(f"{name}-log-archive", archive, opts))
    if environment.flow_logs:
        flows = FlowLogsArgs(environment, environment.flow_logs, network.vpc_id)
        parts.append(FlowLogs(f"{name}-flow-logs", flows, opts))
    document = provisioned.of_environment(environment_fingerprint(environment), exports.as_mapping())
    key = naming.provisioned_environment_key()
    Provisioned(name, ProvisionedArgs(config.bucket, key, ProvisionedEnvironment, document, after=parts), opts)


def _network(environment: Environment, opts: pulumi.ResourceOptions) -> Network:
    return Network(environment.name, NetworkArgs(environment.region, environment.network), opts)


def _capacity(
    environment: Environment,
    network: NetworkOutputs,
    cluster: Cluster,
    load_balancer_groups: Mapping[str, pulumi.Input[str]],
    alarms: AlarmTopic,
    opts: pulumi.ResourceOptions,
) -> list[Ec2Capacity]:
    """Instances of the environment's own."""
    wanted = environment.capacity.ec2
    if wanted is None:
        return []
    groups = list(load_balancer_groups.items())
    args = Ec2CapacityArgs(environment, wanted, network, groups, alarms.arn, cluster.resource)
    return [Ec2Capacity(f"{environment.name}-ec2", args, opts)]


def _managed_instances(
    environment: Environment,
    network: NetworkOutputs,
    cluster: Cluster,
    offered: pulumi.Resource,
    opts: pulumi.ResourceOptions,
) -> list[ManagedInstances]:
    """Instances that ECS makes its own affair."""
    wanted = environment.capacity.managed_instances
    if wanted is None:
        return []
    args = ManagedInstancesArgs(environment, wanted, network, cluster.name, after=[offered])
    return [ManagedInstances(f"{environment.name}-managed", args, opts)]


def _public_load_balancer(
    environment: Environment, network: NetworkOutputs, logs: AccessLogs, opts: pulumi.ResourceOptions
) -> LoadBalancer:
    domain = environment.domain
    args = LoadBalancerArgs(
        environment=environment.name,
        audience="public",
        vpc_id=network.vpc_id,
        subnet_ids=network.public_subnet_ids,
        clients=_INTERNET,
        targets=network.ranges,
        certificates=(domain.certificate_arn, *domain.certificates) if domain else (),
        settings=environment.load_balancers,
        signs_users_in=bool(environment.sign_in),
        is_protected=environment.is_protected,
        log_bucket=logs.bucket,
        log_policy=logs.policy,
        after=network.internet_ready,
    )
    return LoadBalancer(f"{environment.name}-public", args, opts)


def _internal_load_balancer(
    environment: Environment, network: NetworkOutputs, logs: AccessLogs, opts: pulumi.ResourceOptions
) -> LoadBalancer:
    domain = environment.internal_domain
    args = LoadBalancerArgs(
        environment=environment.name,
        audience="internal",
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        clients=network.ranges,
        targets=network.ranges,
        # The certificate of `domain` is for the public name, which does not lead here.
        certificates=(domain.certificate_arn,) if domain and domain.certificate_arn else (),
        settings=environment.load_balancers,
        signs_users_in=False,
        is_protected=environment.is_protected,
        log_bucket=logs.bucket,
        log_policy=logs.policy,
    )
    return LoadBalancer(f"{environment.name}-internal", args, opts)


def _listeners_of_testers(
    environment: Environment,
    network: NetworkOutputs,
    load_balancers: Mapping[str, LoadBalancer],
    opts: pulumi.ResourceOptions,
) -> dict[str, ListenerOfTesters]:
    """By audience, where they are declared."""
    wanted = environment.load_balancers.test_listener
    if wanted is None:
        return {}
    clients = {"public": _INTERNET, "internal": network.ranges}
    domains = {"public": environment.domain, "internal": environment.internal_domain}
    certificates = {audience: it.certificate_arn if it else None for audience, it in domains.items()}
    return {
        audience: ListenerOfTesters(
            f"{environment.name}-{audience}-test",
            ListenerOfTestersArgs(it, wanted, clients[audience], certificates[audience]),
            opts,
        )
        for audience, it in load_balancers.items()
    }


def _network_load_balancers(
    environment: Environment, network: NetworkOutputs, opts: pulumi.ResourceOptions
) -> dict[str, NetworkLoadBalancer]:
    """By audience, those that are declared."""
    subnets = {"public": network.public_subnet_ids, "internal": network.private_subnet_ids}
    found = {}
    for audience, wanted in environment.nlb:
        if wanted:
            args = NetworkLoadBalancerArgs(
                environment, audience, wanted, network.vpc_id, subnets[audience], network.ranges, network.internet_ready
            )
            found[audience] = NetworkLoadBalancer(f"{environment.name}-{audience}-nlb", args, opts)
    return found


def _api(
    environment: Environment, api: Api, network: NetworkOutputs, internal: LoadBalancer, opts: pulumi.ResourceOptions
) -> HttpApi:
    args = HttpApiArgs(environment, api, network.vpc_id, network.private_subnet_ids, internal)
    return HttpApi(f"{environment.name}-api", args, opts)


def _records(
    environment: Environment, targets: Mapping[Path, AliasTarget | None], opts: pulumi.ResourceOptions
) -> list[AliasRecords]:
    """Of its own names, each led to what bears it."""
    return [
        AliasRecords("-".join(map(str, (environment.name, *path))), AliasRecordsArgs(zone, [name], target), opts)
        for path, name, zone in environment_names(environment)
        if zone and (target := targets[path])
    ]


def _dashboard(environment: Environment, network: NetworkOutputs, exports: EnvironmentExports) -> dashboard.Shared:
    return dashboard.Shared(
        region=environment.region,
        cluster=naming.cluster(environment.name),
        nat_gateways=network.nat_gateways,
        load_balancers={
            "public": exports.public.load_balancer_arn_suffix,
            "internal": exports.internal.load_balancer_arn_suffix,
        },
    )
