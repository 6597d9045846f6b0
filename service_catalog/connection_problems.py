"""Connections that lead nowhere, and names that cannot be given, as problems of the entries that ask for them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from service_catalog.files.entries import ServiceFile
from service_catalog.messages import say
from service_catalog.model import Environment, Service
from service_catalog.problems import Problem, for_message, instead
from service_catalog.validation.partial_model import InvalidField

Said = tuple[str, str]
"""Message and hint"""


def connection_problems(files: Collection[ServiceFile], only: str = "") -> Iterator[Problem]:
    """Whom a service calls in vain, told once for all environments where that is so, or for ``only`` one of them."""
    by_name = {file.name: file for file in files}
    for caller in files:
        where: dict[tuple[int, Said], list[str]] = defaultdict(list)
        for environment, names in caller.connects_to.items():
            for index, name in enumerate(names if only in ("", environment) else ()):
                if said := _in_vain(caller, name, by_name, environment):
                    where[index, said].append(environment)
        for (index, (message, hint)), environments in where.items():
            message = say("%(message)s in %(environments)s", message=message, environments=", ".join(environments))
            yield caller.problem(("connects_to", index), message, hint, environments[0])


def alias_problems(files: Collection[ServiceFile], newcomer: str = "") -> Iterator[Problem]:
    """A name in Service Connect is one service's. The later by name is the problem, or the newcomer."""
    taken: dict[tuple[str, str], str] = {}
    for file in sorted(files, key=lambda file: (file.name == newcomer, file.name)):
        for environment in file.environments:
            if (alias := file.alias(environment)) is None:
                continue
            first = taken.setdefault((environment, alias), file.name)
            theirs = next((it.name for it in files if it.name == alias and environment in it.environments), file.name)
            other = first if first != file.name else theirs
            if other != file.name:
                message = say(
                    "%(alias)s is a name of %(service)s in %(where)s", alias=alias, service=other, where=environment
                )
                yield file.problem(("service_connect", "alias"), message, say("choose another name"), environment)


def shared_namespaces(environments: Collection[Environment]) -> Iterator[Problem]:
    """Route 53 answers for a domain once in a VPC, so environments that share one cannot share the namespace too."""
    taken: dict[tuple[str, str], str] = {}
    for environment in environments:
        existing = environment.network.existing
        if existing is None:
            continue
        first = taken.setdefault((existing.vpc_id, environment.namespace), environment.name)
        if first != environment.name:
            message = say("is that of %(environment)s too, in the same VPC", environment=first)
            hint = say("write another one, such as %(meant)s", meant=f"{environment.name}.{environment.namespace}")
            yield Problem(f"environments/{environment.name}.yaml", "namespace", message, hint)


def _in_vain(caller: ServiceFile, name: str, by_name: Mapping[str, ServiceFile], environment: str) -> Said | None:
    called = by_name.get(name)
    if called is None:
        return say("there is no service %(name)s", name=for_message(name)), instead(name, by_name)
    if name == caller.name or not called.is_legible:
        return None
    if environment not in called.environments:
        hint = say("write it below `environments` in %(file)s, or remove it here", file=called.file)
        return say("%(name)s does not exist", name=name), hint
    try:
        return _not_found(caller.checked(environment), called.checked(environment), called.file)
    except InvalidField:
        return None


def _not_found(caller: Service, called: Service, file: str) -> Said | None:
    if called.discovery == "none":
        message = say("nobody finds %(name)s", name=called.name)
        return message, say("write `discovery: service-connect` or `discovery: cloud-map` into %(file)s", file=file)
    if called.discovery == "service-connect" and caller.kind in ("job", "task"):
        message = say("runs of a %(kind)s do not find %(name)s", kind=caller.kind, name=called.name)
        hint = say(
            "write `discovery: cloud-map` into %(file)s: Service Connect serves tasks of ECS services only", file=file
        )
        return message, hint
    return None
