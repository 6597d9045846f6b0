"""Instances that an environment declares and no service runs on: they cost, or are in somebody's way, for nothing."""

from collections.abc import Collection, Iterator

from service_catalog.files.entries import ServiceFile
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.problems import Problem
from service_catalog.validation.partial_model import InvalidField


def unused_capacity(environments: Collection[Environment], files: Collection[ServiceFile]) -> Iterator[Problem]:
    for environment in environments:
        for field, declared in environment.capacity:
            asked = field.replace("_", "-")
            if declared is None or any(_asks(file, environment.name, asked) for file in files):
                continue
            message = say("no service asks for it; instances cost as soon as they run")
            hint = say("remove it, or write compute: { capacity: %(capacity)s } into a service", capacity=asked)
            yield Problem(f"environments/{environment.name}.yaml", f"capacity.{field}", message, hint)


def _asks(file: ServiceFile, environment: str, capacity: str) -> bool:
    """Also where that is in doubt."""
    if not file.is_legible:
        return True
    try:
        return environment in file.environments and file.checked(environment).compute.capacity == capacity
    except InvalidField:
        return True
