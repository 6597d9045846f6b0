"""Checks of where a service's tasks run against what its environment has."""

from collections.abc import Iterator

from service_catalog import fargate, instance_types, managed_instances
from service_catalog.endpoints import has_nat, is_cut_off
from service_catalog.instance_types import InstanceType
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import Rule, about

_EXAMPLES = {"arm64": "m7g.large", "x86_64": "m7i.large"}


def _types(environment: Environment) -> list[InstanceType]:
    ec2 = environment.capacity.ec2
    return [instance_types.read(name) for name in ec2.instance_types] if ec2 else []


@about("compute.capacity")
def _capacity(service: Service, environment: Environment) -> Iterator[Fault]:
    compute = service.compute
    if compute.capacity == "ec2" and environment.capacity.ec2 is None:
        message = say("%(environment)s has no EC2 instances", environment=environment.name)
        hint = say(
            "write capacity: { ec2: { instance_types: [%(type)s], max: 4 } } into environments/%(environment)s.yaml",
            type=_EXAMPLES[compute.architecture],
            environment=environment.name,
        )
        yield Fault(("compute", "capacity"), message, hint)
    if compute.capacity == "managed-instances" and environment.capacity.managed_instances is None:
        message = say("%(environment)s has no Managed Instances", environment=environment.name)
        hint = say(
            "write capacity: { managed_instances: {} } into environments/%(environment)s.yaml",
            environment=environment.name,
        )
        yield Fault(("compute", "capacity"), message, hint)


@about("compute.capacity")
def _architecture(service: Service, environment: Environment) -> Iterator[Fault]:
    """An image for another processor would be pulled, and end at once."""
    compute = service.compute
    if compute.capacity != "ec2":
        return
    for of in _types(environment)[:1]:
        if of.architecture != compute.architecture:
            message = say(
                "is %(given)s, and the instances of %(environment)s are %(own)s (%(type)s)",
                given=compute.architecture,
                environment=environment.name,
                own=of.architecture,
                type=of.name,
            )
            hint = say("write compute.architecture: %(own)s, with an image that is built for it", own=of.architecture)
            yield Fault(("compute", "architecture"), message, hint)


@about("compute.capacity")
def _fits(service: Service, environment: Environment) -> Iterator[Fault]:
    """ECS would wait for an instance on which the task has room, and every instance would be too small."""
    compute = service.compute
    if compute.capacity != "ec2":
        return
    for of in _types(environment):
        total = of.total
        if total is None:
            continue
        for field, wanted, most in (
            ("cpu", compute.cpu, total.cpu),
            # The system and ECS's agent take some of it.
            ("memory_mib", compute.memory_mib, total.memory_mib - 1),
        ):
            if wanted > most:
                message = say(
                    "does not fit %(type)s of %(environment)s, which has %(cpu)s CPU units and %(memory)s MiB in all",
                    type=of.name,
                    environment=environment.name,
                    cpu=total.cpu,
                    memory=total.memory_mib,
                )
                hint = say(
                    "lower it, or name larger instance_types in environments/%(environment)s.yaml",
                    environment=environment.name,
                )
                yield Fault(("compute", field), message, hint)


@about("compute.gpus")
def _gpus(service: Service, environment: Environment) -> Iterator[Fault]:
    """A task would wait for an instance with GPUs, and none ever comes."""
    compute, capacity = service.compute, environment.capacity
    if not compute.gpus:
        return
    hint: Message | None = None
    if compute.capacity == "ec2" and capacity.ec2 and not _have_gpus(_types(environment), compute.gpus):
        hint = say(
            "name instance_types with as many GPUs in environments/%(environment)s.yaml: g5.xlarge has 1, "
            "g5.12xlarge 4 and g5.48xlarge 8",
            environment=environment.name,
        )
    managed = capacity.managed_instances
    if compute.capacity == "managed-instances" and managed:
        most = managed.gpus.max if managed.gpus else 0
        if most is not None and most < compute.gpus:
            hint = say(
                "write managed_instances: { gpus: { min: %(count)s } } into environments/%(environment)s.yaml",
                count=compute.gpus,
                environment=environment.name,
            )
    if hint:
        message = say(
            "is more than instances of %(environment)s have, got %(count)s",
            environment=environment.name,
            count=compute.gpus,
        )
        yield Fault(("compute", "gpus"), message, hint)


def _have_gpus(types: list[InstanceType], wanted: int) -> bool:
    """Whether one of them may have so many: all those of a task are of one instance."""
    return any(it.gpus is None or it.gpus >= wanted for it in types)


@about("compute.capacity")
def _managed(service: Service, environment: Environment) -> Iterator[Fault]:
    """ECS would look for an instance that the environment lets it take, and find none."""
    compute, wanted = service.compute, environment.capacity.managed_instances
    if compute.capacity != "managed-instances" or wanted is None:
        return
    architectures = managed_instances.architectures(wanted)
    if compute.architecture not in architectures:
        own = " ".join(architectures)
        message = say(
            "is %(given)s, and the Managed Instances of %(environment)s are %(own)s",
            given=compute.architecture,
            environment=environment.name,
            own=own,
        )
        hint = say("write compute.architecture: %(own)s, with an image that is built for it", own=own)
        yield Fault(("compute", "architecture"), message, hint)
    for field, given, limit, unit in (
        ("cpu", compute.cpu, wanted.vcpus, 1024),
        ("memory_mib", compute.memory_mib, wanted.memory_mib, 1),
    ):
        most = limit.max if limit else None
        if most is not None and given > most * unit:
            message = say(
                "does not fit the Managed Instances of %(environment)s, which have %(most)s at most",
                environment=environment.name,
                most=most * unit,
            )
            where = f"capacity.managed_instances.{'vcpus' if field == 'cpu' else field}.max"
            hint = say(
                "lower it, or raise %(field)s in environments/%(environment)s.yaml",
                field=where,
                environment=environment.name,
            )
            yield Fault(("compute", field), message, hint)


@about("compute.capacity")
def _way_out(service: Service, environment: Environment) -> Iterator[Fault]:
    """Only Fargate gives a task a public address. One without a network of its own has that of its instance, which has
    one where tasks do: an instance that reaches nothing but endpoints does not even reach ECS."""
    network = environment.network
    if fargate.is_fargate(service.compute.capacity):
        return
    if service.compute.network == "bridge" and not is_cut_off(network):
        return
    if network.existing is None and not has_nat(network):
        message = say("gives its tasks no way out of %(environment)s, which has no NAT", environment=environment.name)
        hint = say("write network.nat: single into environments/%(environment)s.yaml", environment=environment.name)
        yield Fault(("compute", "capacity"), message, hint)


COMPUTE_IN_ENVIRONMENT: tuple[Rule, ...] = (_capacity, _architecture, _fits, _gpus, _managed, _way_out)
