"""Who makes the mount targets of a file system that is there, as problems of those that would make them too.

EFS takes one in each zone, and all of them in one network: the second stack would fail half-way.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress

from service_catalog.files.entries import ServiceFile
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.problems import Problem
from service_catalog.validation.partial_model import InvalidField


def mount_target_problems(environments: Sequence[Environment], files: Collection[ServiceFile]) -> list[Problem]:
    """The later one is told: of services by name, of environments, of volumes of an entry."""
    found: list[Problem] = []
    makers: dict[str, tuple[str, str]] = {}
    for file in files:
        for environment in environments if file.says("volumes") else ():
            for index, existing in _makes(file, environment):
                if existing not in makers:
                    makers[existing] = (file.name, environment.name)
                    continue
                service, where = makers[existing]
                message = say("are made by %(service)s in %(environment)s already", service=service, environment=where)
                hint = say("remove it and name their `security_group_id`, or take another file system")
                found.append(file.problem(("volumes", index, "mount_targets"), message, hint, environment.name))
    return list(dict.fromkeys(found))


def _makes(file: ServiceFile, environment: Environment) -> Iterator[tuple[int, str]]:
    """Which volumes, of which file systems."""
    with suppress(InvalidField):  # told by itself
        if environment.name in file.environments:
            for index, volume in enumerate(file.checked(environment.name).volumes):
                if volume.existing and volume.mount_targets:
                    yield index, volume.existing
