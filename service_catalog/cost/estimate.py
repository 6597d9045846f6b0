"""What a service, and what an environment shares, costs a month by the price table: from the fewest tasks to the most.

An estimate is a sum of lines; what depends on use that nobody can know beforehand is no line but named as left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from service_catalog import cron, endpoints
from service_catalog.cost.prices import HOURS, RegionPrices, prices, prices_of
from service_catalog.cron_times import next_times
from service_catalog.fargate import is_fargate
from service_catalog.listener_rules.names import audience_of
from service_catalog.listener_rules.rules import load_balancer
from service_catalog.log_routing import router_memory_mib, routes_in_use
from service_catalog.messages import Message, say
from service_catalog.model import Compute, Environment, Schedule, Service
from service_catalog.task_counts import fewest_tasks, most_tasks

_FREE_STORAGE_GIB = 20
_MONTH = timedelta(hours=HOURS)
_RUNS_MAX = 50_000
"""A run every minute makes 43,800 a month."""
_LEAST_RUN_HOURS = 1 / 60
"""Fargate counts a task as a minute at least."""
_INSTANCES = say("EC2 instances, which are the environment's")


@dataclass(frozen=True)
class Line:
    what: Message
    low: float
    """US dollars a month"""
    high: float
    is_share: bool = False
    """Of something that is the environment's, and counted there"""


@dataclass(frozen=True)
class Estimate:
    lines: tuple[Line, ...]
    left_out: tuple[Message, ...]

    @property
    def own(self) -> "Estimate":
        """Without what the environment counts: its shares, and the instances that it runs on"""
        lines = tuple(line for line in self.lines if not line.is_share)
        return replace(self, lines=lines, left_out=tuple(it for it in self.left_out if it != _INSTANCES))

    @property
    def low(self) -> float:
        return sum(line.low for line in self.lines)

    @property
    def high(self) -> float:
        return sum(line.high for line in self.lines)


def of_service(
    service: Service, environment: Environment, beside: Sequence[Service] = (), further: Sequence[str] = ()
) -> Estimate:
    """``beside``: the other services of the environment, with which it shares load balancers. ``further``: those beside
    the first of each kind.

    Raises NoPrices.
    """
    table = prices_of(environment.region)
    lines = [*_tasks(service, environment, table), *_exposure(service, beside, further, table), *_watching(service)]
    return Estimate(tuple(lines), tuple(_left_out(service, table)))


def of_environment(environment: Environment, further: Sequence[str] = ()) -> Estimate:
    """What is there whether or not any service runs. ``further``: load balancers beside the first of each kind.

    Raises NoPrices.
    """
    table = prices_of(environment.region)
    lines = [
        *_load_balancers(environment, further, table),
        *_network(environment, table),
        *_instances(environment, table),
        *_web_acl(environment),
        *_shared(),
        *_events(environment),
    ]
    nat = say("NAT: $%(price)s for each GB", price=_price(table.nat_gateway.gb))
    through_endpoints = say("interface endpoints: $%(price)s for each GB", price=_price(table.interface_endpoint.gb))
    left_out = [
        *([nat] if endpoints.has_nat(environment.network) else []),
        *([say("flow logs: $%(price)s for each GB", price=_price(table.logs_gb))] if environment.flow_logs else []),
        *([through_endpoints] if endpoints.interfaces(environment.network) else []),
        *_instances_without_price(environment, table),
        *_managed_instances(environment),
        *_requests_to_web_acl(environment),
        *_capacity_units(environment),
        say("data transfer"),
    ]
    return Estimate(tuple(lines), tuple(left_out))


def task_hour(compute: Compute, table: RegionPrices) -> float:
    """US dollars for one task on Fargate, on demand."""
    price = table.fargate[compute.architecture]
    storage = max(0, (compute.storage_gib or 0) - _FREE_STORAGE_GIB)
    return (
        compute.cpu / 1024 * price.vcpu_hour
        + compute.memory_mib / 1024 * price.gib_hour
        + storage * table.fargate_storage_gib_hour
    )


# --- a service --------------------------------------------------------------------------------------------------------


def _tasks(service: Service, environment: Environment, table: RegionPrices) -> Iterator[Line]:
    if not is_fargate(service.compute.capacity):
        return  # the instances are paid for, whatever runs on them
    if service.has_ecs_service:
        low, (high, _) = fewest_tasks(service), most_tasks(service)
        cpu, memory = service.compute.cpu, service.compute.memory_mib
        size = say("%(cpu)s CPU units and %(memory)s MiB", cpu=cpu, memory=memory)
        if router := router_memory_mib(service.logs):
            size = say(
                "%(cpu)s CPU units and %(memory)s MiB (of these %(router)s for the log router)",
                cpu=cpu,
                memory=memory,
                router=router,
            )
        what = say("tasks: %(low)s to %(high)s, each of %(size)s", low=low, high=high, size=size)
        if low == high:
            what = say("tasks: %(count)s, each of %(size)s", count=low, size=size)
        least, most = (tasks_hour(service.compute, count, environment, table) * HOURS for count in (low, high))
        yield Line(what, least, most)
    elif service.schedule:
        yield _runs(service, service.schedule, tasks_hour(service.compute, 1, environment, table))


def tasks_hour(compute: Compute, count: int, environment: Environment, table: RegionPrices) -> float:
    """US dollars for so many tasks on Fargate, where they run."""
    on_demand = (
        min(count, compute.spot.on_demand) if compute.spot else 0 if compute.capacity == "fargate-spot" else count
    )
    paid = on_demand + (count - on_demand) * prices().everywhere.fargate_spot_share
    is_public = endpoints.has_public_tasks(environment.network)
    addresses = count * prices().everywhere.public_address_hour if is_public else 0
    return paid * task_hour(compute, table) + addresses


def _runs(service: Service, schedule: Schedule, hour: float) -> Line:
    """From runs of a minute to runs that use up their time and all attempts."""
    runs, run = _runs_a_month(schedule), service.run
    least = runs * run.copies * _LEAST_RUN_HOURS * hour
    most_hours = runs * run.attempts * run.timeout_minutes / 60
    if run.overlap == "skip":
        most_hours = min(most_hours, HOURS)
    what = say(
        "runs: %(runs)s, from a minute each to %(attempts)s × %(minutes)s minutes",
        runs=runs,
        attempts=run.attempts,
        minutes=run.timeout_minutes,
    )
    return Line(what, least, most_hours * run.copies * hour)


@lru_cache(1024)
def _runs_a_month(schedule: Schedule) -> int:
    """Kept, since to count through a month takes as long as everything else of a hundred services."""
    if schedule.paused:
        return 0
    if schedule.rate:
        number, unit = schedule.rate.split()
        return int(_MONTH / timedelta(**{f"{unit.rstrip('s')}s": int(number)}))
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    times = next_times(cron.parse(schedule.cron or ""), schedule.timezone, begin, _RUNS_MAX)
    return sum(time <= begin + _MONTH for time in times)


def _exposure(
    service: Service, beside: Sequence[Service], further: Sequence[str], table: RegionPrices
) -> Iterator[Line]:
    """Of several of a kind as if each were as full as the others: where a new service will stand is not known yet."""
    if service.exposure is None:
        return
    if not (mine := load_balancer(service.exposure)):
        return
    sharing = 1 + sum(it.exposure is not None and load_balancer(it.exposure) == mine for it in beside)
    kind, audience = mine
    balancers = 1 if kind == "nlb" else 1 + sum(audience_of(it) == audience for it in further)
    hour = table.network_load_balancer_hour if kind == "nlb" else table.application_load_balancer_hour
    cost = balancers * hour * HOURS / sharing
    what = say("its share of the %(audience)s load balancer: one of %(count)s", audience=audience, count=sharing)
    if balancers > 1:
        what = say(
            "its share of %(balancers)s %(audience)s load balancers: one of %(count)s",
            balancers=balancers,
            audience=audience,
            count=sharing,
        )
    yield Line(what, cost, cost, is_share=True)


def _watching(service: Service) -> Iterator[Line]:
    """An account has three dashboards for nothing; whose those are nobody knows."""
    count = sum(value is not None for _, value in service.alarms)
    if count:
        cost = count * prices().everywhere.alarm_month
        yield Line(say("alarms: %(count)s", count=count), cost, cost)
    if service.dashboard:
        cost = prices().everywhere.dashboard_month
        yield Line(say("a dashboard"), cost, cost)


def _left_out(service: Service, table: RegionPrices) -> Iterator[Message]:
    yield say("logs: $%(price)s for each GB", price=_price(table.logs_gb))
    if not is_fargate(service.compute.capacity):
        yield _INSTANCES
    elif service.kind == "task":
        hour = task_hour(service.compute, table) * service.run.copies
        yield say("runs of %(service)s: $%(price)s for each hour of one", service=service.name, price=_price(hour))
    if service.exposure and service.exposure.via == "api-gateway":
        yield say("requests to the API: $%(price)s for each million", price=_price(table.http_api_million))
    archived = [it for it in routes_in_use(service.logs) if it.to]
    if any(it.to == "s3" for it in archived):
        yield say("log lines in S3: $%(price)s for each GB a month, compressed", price=_price(table.s3_gb))
    if any(it.to == "firehose" for it in archived):
        yield say("log lines through Firehose")
    if any(it.efs and not it.existing for it in service.volumes):
        yield say("EFS: $%(price)s for each GB, and what is read and written", price=_price(table.efs_gb))
    if service.queue:
        yield say("requests to queues")
    if service.secrets:
        yield say("secrets and parameters")
    yield say("data transfer")


# --- an environment ---------------------------------------------------------------------------------------------------


def _load_balancers(environment: Environment, further: Sequence[str], table: RegionPrices) -> Iterator[Line]:
    count = 2 + len(further)
    cost = count * table.application_load_balancer_hour * HOURS
    yield Line(say("load balancers: %(count)s", count=count), cost, cost)
    zones = environment.network.zones
    if environment.network.existing:
        zones = len(environment.network.existing.public_subnet_ids)
    addresses = zones * prices().everywhere.public_address_hour * HOURS
    public = 1 + sum(audience_of(it) == "public" for it in further)
    what = say("public addresses of public load balancers: %(count)s", count=public * zones)
    yield Line(what, public * addresses, public * addresses)
    declared = [audience for audience, wanted in environment.nlb if wanted]
    if declared:
        cost = len(declared) * table.network_load_balancer_hour * HOURS
        yield Line(say("Network Load Balancers: %(count)s", count=len(declared)), cost, cost)
    if "public" in declared:
        what = say("public addresses of the public Network Load Balancer: %(count)s", count=zones)
        yield Line(what, addresses, addresses)


def _network(environment: Environment, table: RegionPrices) -> Iterator[Line]:
    network = environment.network
    if endpoints.has_nat(network):
        count = 1 if network.nat == "single" else network.zones
        cost = count * (table.nat_gateway.hour + prices().everywhere.public_address_hour) * HOURS
        yield Line(say("NAT gateways with their addresses: %(count)s", count=count), cost, cost)
    if interfaces := endpoints.interfaces(network):
        cost = len(interfaces) * network.zones * table.interface_endpoint.hour * HOURS
        what = say(
            "interface endpoints: %(count)s in each of %(zones)s zones", count=len(interfaces), zones=network.zones
        )
        yield Line(what, cost, cost)


def _instances(environment: Environment, table: RegionPrices) -> Iterator[Line]:
    """From the fewest to the most, as if all were on demand and of the first type whose price is known."""
    ec2 = environment.capacity.ec2
    priced = _priced(ec2.instance_types, table) if ec2 else None
    if ec2 is None or priced is None:
        return
    month = instance_hour(priced, table) * HOURS
    what = say("EC2 instances: %(low)s to %(high)s, as %(type)s on demand", low=ec2.min, high=ec2.max, type=priced)
    yield Line(what, ec2.min * month, ec2.max * month)


def _instances_without_price(environment: Environment, table: RegionPrices) -> Iterator[Message]:
    ec2 = environment.capacity.ec2
    if ec2 and _priced(ec2.instance_types, table) is None:
        yield say("EC2 instances: the price table has none of %(types)s", types=", ".join(ec2.instance_types))


def _managed_instances(environment: Environment) -> Iterator[Message]:
    if environment.capacity.managed_instances:
        yield say("Managed Instances: which and how many ECS takes, their disks, and its fee for managing each")


def _priced(types: Sequence[str], table: RegionPrices) -> str | None:
    return next((it for it in types if instance_hour(it, table)), None)


def instance_hour(instance_type: str, table: RegionPrices) -> float:
    """US dollars on demand, 0 where the table lacks it. Within a family the price goes with the size."""
    family, _, size = instance_type.partition(".")
    larges = {"medium": 0.5, "large": 1.0, "xlarge": 2.0}.get(size)
    if size.endswith("xlarge") and size.removesuffix("xlarge").isdigit():
        larges = 2.0 * int(size.removesuffix("xlarge"))
    return table.ec2_large_hour.get(family, 0.0) * (larges or 0.0)


def _web_acl(environment: Environment) -> Iterator[Line]:
    waf, everywhere = environment.waf, prices().everywhere
    if waf:
        rules = len(waf.managed_groups) + (waf.rate_limit is not None)
        cost = everywhere.web_acl_month + rules * everywhere.web_acl_rule_month
        yield Line(say("a web ACL with its rules: %(count)s", count=rules), cost, cost)


def _requests_to_web_acl(environment: Environment) -> Iterator[Message]:
    if environment.waf:
        price = _price(prices().everywhere.web_acl_million)
        yield say("requests that pass the web ACL: $%(price)s for each million", price=price)


def _capacity_units(environment: Environment) -> Iterator[Message]:
    """Connections, bytes and rules, whichever is most."""
    everywhere = prices().everywhere
    price = _price(everywhere.application_load_balancer_unit_hour)
    yield say("capacity units of the load balancers: $%(price)s for each hour of one", price=price)
    if any(wanted for _, wanted in environment.nlb):
        price = _price(everywhere.network_load_balancer_unit_hour)
        yield say("capacity units of Network Load Balancers: $%(price)s for each hour of one", price=price)


def _shared() -> Iterator[Line]:
    everywhere = prices().everywhere
    cost = everywhere.key_month + everywhere.dashboard_month
    yield Line(say("a KMS key and a dashboard"), cost, cost)


def _events(environment: Environment) -> Iterator[Line]:
    if environment.events:
        cost = prices().everywhere.key_month
        yield Line(say("events: a KMS key"), cost, cost)


def _price(dollars: float) -> str:
    """As many digits as the price list itself has."""
    return f"{dollars:.4f}".rstrip("0").rstrip(".") if dollars < 0.1 else f"{dollars:.2f}"
