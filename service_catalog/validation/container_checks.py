"""Rules for the container around the program: its limits, what it may do to Linux, who may pull it."""

from collections.abc import Iterator

from service_catalog.arns import ecr_image, has_registry
from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

_FARGATE_ADDS = ("SYS_PTRACE",)
_FARGATE_LIMITS = ("nofile",)


@about("ulimits", reads=("compute",))
def _ulimits(service: Service) -> Iterator[Fault]:
    for name, limit in service.ulimits.items():
        if limit.soft > limit.hard:
            message = say("must be at most `hard` (%(hard)s), got %(given)s", hard=limit.hard, given=limit.soft)
            yield Fault(("ulimits", name, "soft"), message)
        if _is_on_fargate(service) and name not in _FARGATE_LIMITS:
            message = say("is fixed by Fargate, which takes %(names)s only", names=", ".join(_FARGATE_LIMITS))
            yield Fault(("ulimits", name), message, say("remove it"))


@about("capabilities", reads=("compute",))
def _capabilities(service: Service) -> Iterator[Fault]:
    added, dropped = service.capabilities.add, service.capabilities.drop
    yield from listed_twice(("capabilities", "add"), added)
    yield from listed_twice(("capabilities", "drop"), dropped)
    for index, name in enumerate(added):
        path: Path = ("capabilities", "add", index)
        if name in dropped:
            yield Fault(path, say("is in `drop` too"), say("keep one of the two"))
        elif _is_on_fargate(service) and name not in _FARGATE_ADDS:
            message = say("is given to no container on Fargate, which adds %(names)s only", names="SYS_PTRACE")
            yield Fault(path, got(message, name), say("remove it"))


@about("image.credentials")
def _credentials(service: Service) -> Iterator[Fault]:
    image = service.image
    if image.credentials and (ecr_image(image.repository) or not has_registry(image.repository)):
        message = say("means nothing to ECR, which the execution role may pull from")
        yield Fault(("image", "credentials"), message, say("remove it, or name a repository with its registry"))


def _is_on_fargate(service: Service) -> bool:
    return service.compute.capacity.startswith("fargate")


CONTAINER_RULES: tuple[Rule, ...] = (_ulimits, _capabilities, _credentials)
