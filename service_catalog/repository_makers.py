"""Who makes which image repository: one service of one environment, as problems of those that would make it too."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress

from service_catalog.arns import makes_repository
from service_catalog.files.entries import ServiceFile
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.problems import CatalogError, Problem


def maker_problems(environments: Sequence[Environment], files: Collection[ServiceFile]) -> Iterator[Problem]:
    """The later one by name is told: of environments that share a registry, of services that share an image."""
    makers: dict[tuple[str, str], str] = {}
    for environment in environments:
        if environment.registry is None or not environment.registry.make:
            continue
        first = makers.setdefault((environment.account_id, environment.region), environment.name)
        if first != environment.name:
            message = say("is so in %(environment)s already, which has the same registry", environment=first)
            hint = say("take it away from one of the two: short names mean the same in both")
            yield Problem(f"environments/{environment.name}.yaml", "registry.make", message, hint)
        else:
            yield from _shared(environment, files)


def _shared(environment: Environment, files: Collection[ServiceFile]) -> Iterator[Problem]:
    made: dict[str, str] = {}
    for file in files:
        with suppress(CatalogError):  # told by itself
            if environment.name not in file.environments:
                continue
            image = file.service(environment).image
            if not makes_repository(image, environment):
                continue
            first = made.setdefault(image.repository, file.name)
            if first != file.name:
                message = say(
                    "is made by %(service)s in %(environment)s already", service=first, environment=environment.name
                )
                yield file.problem(("image", "repository"), message, say("write existing: true beside it"))
