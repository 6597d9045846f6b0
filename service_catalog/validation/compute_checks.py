"""Rules about what a task gets and on which capacity it runs."""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from service_catalog import fargate
from service_catalog.messages import say
from service_catalog.model import Compute, Service
from service_catalog.problems import for_message
from service_catalog.task_counts import most_tasks
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

_CPU_ON_INSTANCES = (128, 196_608)
_MEMORY_MIN_MIB = 6
"""What Docker takes"""


@about("compute")
def _size(service: Service) -> Iterator[Fault]:
    compute = service.compute
    if not fargate.is_fargate(compute.capacity):
        yield from _size_on_instances(compute)
        return
    problem = fargate.size_problem(compute.cpu, compute.memory_mib)
    if problem:
        field = "memory_mib" if compute.cpu in fargate.MEMORY_MIB else "cpu"
        yield Fault(("compute", field), problem)


def _size_on_instances(compute: Compute) -> Iterator[Fault]:
    low, high = _CPU_ON_INSTANCES
    if not low <= compute.cpu <= high:
        message = say("must be %(low)s to %(high)s CPU units", low=low, high=high)
        yield Fault(("compute", "cpu"), got(message, str(compute.cpu)))
    if compute.memory_mib < _MEMORY_MIN_MIB:
        message = say("must be at least %(low)s", low=_MEMORY_MIN_MIB)
        yield Fault(("compute", "memory_mib"), got(message, str(compute.memory_mib)))


@about("compute.storage_gib")
def _storage(service: Service) -> Iterator[Fault]:
    compute = service.compute
    if not fargate.is_fargate(compute.capacity) and compute.storage_gib is not None:
        capacity = compute.capacity
        message = say("means nothing on %(capacity)s, where tasks share the disk of their instance", capacity=capacity)
        field = capacity.replace("-", "_")
        hint = say("remove it; the environment's capacity.%(field)s.disk_gib says how large that is", field=field)
        yield Fault(("compute", "storage_gib"), message, hint)


@about("compute.gpus")
def _gpus(service: Service) -> Iterator[Fault]:
    compute = service.compute
    if compute.gpus and fargate.is_fargate(compute.capacity):
        message = say("needs instances: %(capacity)s has no GPUs", capacity=compute.capacity)
        yield Fault(("compute", "gpus"), message, say("write capacity: ec2 or managed-instances, or remove it"))


@about("compute.spot")
def _spot(service: Service) -> Iterator[Fault]:
    capacity = service.compute.capacity
    if service.compute.spot and capacity != "fargate":
        message = say("goes with capacity fargate only, not with %(capacity)s", capacity=capacity)
        hint = say("remove it, or write capacity: fargate")
        if capacity == "ec2":
            hint = say("remove it; the environment's capacity.ec2.spot says which instances are Spot")
        yield Fault(("compute", "spot"), message, hint)


@about("compute.network", reads=("exposure", "health"))
def _bridge_lets_in(service: Service) -> Iterator[Fault]:
    """Instances let load balancers in by TCP, at ports that ECS chooses."""
    if service.compute.network != "bridge":
        return
    hint = say("remove it, or write network: awsvpc")
    if service.exposure and service.exposure.protocol == "udp":
        message = say("udp cannot hold with network bridge: instances let load balancers in by TCP only")
        yield Fault(("exposure", "protocol"), message, say("write network: awsvpc"))
    if service.health.port is not None:
        message = say("cannot hold with network bridge, where a task has whatever ports its instance has left")
        yield Fault(("health", "port"), message, hint)


@about("compute.network", reads=("connects_to", "discovery", "sidecars"))
def _bridge(service: Service) -> Iterator[Fault]:
    compute = service.compute
    if compute.network != "bridge":
        return
    path, hint = ("compute", "network"), say("remove it, or write network: awsvpc")
    if compute.capacity != "ec2":
        message = say("bridge goes with capacity ec2 only, not with %(capacity)s", capacity=compute.capacity)
        yield Fault(path, message, say("write capacity: ec2, or remove it"))
    # Who may call whom is a matter of security groups, and they are those of the instances here.
    if service.connects_to:
        message = say("cannot hold with network bridge, where tasks have no security group that others could let in")
        yield Fault(("connects_to",), message, hint)
    if service.kind == "web" and service.discovery != "none":
        message = say("cannot hold with network bridge, where tasks have no security group that lets callers in")
        yield Fault(("discovery",), message, hint)
    if service.sidecars:
        message = say("cannot be asked with network bridge, where containers of a task do not share `localhost`")
        yield Fault(("sidecars",), message, hint)


@about("compute.placement")
def _placement(service: Service) -> Iterator[Fault]:
    compute, wanted = service.compute, service.compute.placement
    if wanted is None:
        return
    path: Path = ("compute", "placement")
    if compute.capacity != "ec2":
        message = say("goes with capacity ec2 only, not with %(capacity)s", capacity=compute.capacity)
        yield Fault(path, message, say("remove it, or write capacity: ec2"))
    yield from listed_twice((*path, "strategies"), wanted.strategies)
    if "random" in wanted.strategies[:-1]:
        message = say("leaves nothing to the strategies after it: put random last")
        yield Fault((*path, "strategies", wanted.strategies.index("random")), message, say("move it to the end"))
    for index, expression in enumerate(wanted.member_of):
        if not _ABOUT_INSTANCES.match(expression):
            message = say("begins with nothing that ECS knows of an instance: %(given)s", given=for_message(expression))
            hint = say("write it like attribute:ecs.instance-type =~ m7g.*, or task:group == service:dev_orders-api")
            yield Fault((*path, "member_of", index), message, hint)


_SUBJECTS = (
    r"attribute:[\w./-]+",
    "task:group",
    "agentConnected",
    "agentVersion",
    "ec2InstanceId",
    "registeredAt",
    "runningTasksCount",
)
_ABOUT_INSTANCES = re.compile(rf"[(!\s]*(?:not)?[(!\s]*({'|'.join(_SUBJECTS)})\s")
"""What ECS's query language calls a subject"""


@about("tasks", reads=("compute", "scaling", "deployment"))
def _daemon(service: Service) -> Iterator[Fault]:
    if not service.tasks.daemon:
        return
    compute, path = service.compute, ("tasks", "daemon")
    if compute.capacity != "ec2":
        message = say("goes with capacity ec2 only, not with %(capacity)s", capacity=compute.capacity)
        yield Fault(path, message, say("remove it, or write capacity: ec2"))
    sections: dict[str, BaseModel] = {
        "tasks": service.tasks,
        "scaling": service.scaling,
        "deployment": service.deployment,
    }
    for section, field in _NOT_BESIDE_A_DAEMON:
        if field in sections[section].model_fields_set:
            message = say("means nothing beside tasks.daemon: one task runs on each instance, old before new")
            yield Fault((section, field), message, say("remove it"))
    if compute.placement and (compute.placement.strategies or compute.placement.distinct_instances):
        message = say("leaves only member_of to choose by beside tasks.daemon, which runs on every other instance")
        yield Fault(("compute", "placement"), message, say("remove strategies and distinct_instances"))


_NOT_BESIDE_A_DAEMON = (
    ("tasks", "min"),
    ("tasks", "max"),
    ("scaling", "cpu_percent"),
    ("scaling", "memory_percent"),
    ("scaling", "backlog_per_task"),
    ("scaling", "requests_per_task"),
    ("scaling", "steps"),
    ("scaling", "schedule"),
    ("deployment", "strategy"),
    ("deployment", "minimum_healthy_percent"),
    ("deployment", "maximum_percent"),
)


COMPUTE_RULES: tuple[Rule, ...] = (_size, _storage, _gpus, _spot, _bridge, _bridge_lets_in, _placement, _daemon)


def compute_warnings(service: Service) -> Iterator[Fault]:
    spot, (most, _) = service.compute.spot, most_tasks(service)
    if spot and spot.on_demand >= most:
        message = say("has no effect: at most %(most)s tasks run, and so many run on demand", most=most)
        yield Fault(
            ("compute", "spot"), message, say("remove it, or set tasks.max above %(count)s", count=spot.on_demand)
        )
