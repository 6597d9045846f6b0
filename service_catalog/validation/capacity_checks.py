"""Rules about what an environment's tasks can run on besides Fargate."""

from collections.abc import Iterator

from service_catalog import instance_types
from service_catalog import managed_instances as managed
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault, got
from service_catalog.yaml_text.locations import Path


def ec2_capacity(environment: Environment) -> Iterator[Fault]:
    ec2 = environment.capacity.ec2
    if ec2 is None:
        return
    path = ("capacity", "ec2")
    if ec2.max < ec2.min:
        message = got(say("must be at least %(min)s, as min says", min=ec2.min), str(ec2.max))
        yield Fault((*path, "max"), message)
    elif ec2.spot and ec2.spot.on_demand >= ec2.max:
        message = say("has no effect: at most %(most)s instances run, and so many on demand", most=ec2.max)
        yield Fault((*path, "spot"), message, say("remove it, or raise capacity.ec2.max"))
    yield from listed_twice((*path, "instance_types"), ec2.instance_types)
    yield from _instance_types((*path, "instance_types"), ec2.instance_types)


def _instance_types(path: Path, names: tuple[str, ...]) -> Iterator[Fault]:
    """One image serves them all."""
    first = instance_types.read(names[0])
    for index, name in enumerate(names):
        read = instance_types.read(name)
        if not read.has_image:
            message = say("%(name)s runs no image that ECS offers", name=name)
            yield Fault((*path, index), message, say("take another instance type"))
        elif (read.architecture, read.has_gpu) != (first.architecture, first.has_gpu):
            message = say("%(name)s needs another image than %(first)s", name=name, first=first.name)
            hint = say("list only types of one architecture, and either all with GPUs or none")
            yield Fault((*path, index), message, hint)


def managed_instances(environment: Environment) -> Iterator[Fault]:
    wanted = environment.capacity.managed_instances
    if wanted is None:
        return
    path = ("capacity", "managed_instances")
    if wanted.instance_types and wanted.excluded_types:
        message = say("does not go with instance_types, which says already what may be taken")
        yield Fault((*path, "excluded_types"), message, say("remove one of the two"))
    for field in ("instance_types", "excluded_types", "cpu_manufacturers", "generations"):
        yield from listed_twice((*path, field), getattr(wanted, field))
    for field in ("vcpus", "memory_mib", "gpus"):
        between = getattr(wanted, field)
        if between and between.max is not None and between.max < between.min:
            message = got(say("must be at least %(min)s, as min says", min=between.min), str(between.max))
            yield Fault((*path, field, "max"), message)
    if not managed.architectures(wanted):
        makers = ", ".join(wanted.cpu_manufacturers)
        message = say("names no instances with processors of %(makers)s", makers=makers)
        hint = say("amazon-web-services makes arm64, which the names of instance types say with a g: m7g.*")
        yield Fault((*path, "instance_types"), message, hint)
