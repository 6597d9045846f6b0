"""Rules for containers beside the program: that ECS can start them in some order, and that they fit into the task."""

from collections import Counter
from collections.abc import Iterator, Mapping

from service_catalog import naming, sidecars
from service_catalog.env_file.keys import SET_BY_ECS
from service_catalog.log_routing import router_memory_mib
from service_catalog.messages import say
from service_catalog.model import Service, Sidecar
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.partial_model import InvalidField
from service_catalog.validation.rules import Rule, about
from service_catalog.validation.settings_checks import secret_faults
from service_catalog.yaml_text.locations import Path


def _whole(service: Service) -> list[Sidecar]:
    """With what presets say. Of an entry with invalid fields those are told first."""
    if not isinstance(service, Service):
        raise InvalidField
    return sidecars.of_service(service)


@about("sidecars")
def _complete(service: Service) -> Iterator[Fault]:
    for index, sidecar in enumerate(service.sidecars):
        path: Path = ("sidecars", index)
        preset = sidecars.preset_of(sidecar)
        if preset is None:
            yield from _own(path, sidecar)
        elif preset.api_key and sidecar.api_key is None:
            message = say("is missing: the preset reports with it")
            yield Fault((*path, "api_key"), message, say("write { ssm: /path/to/parameter }"))
        elif preset.api_key in {*sidecar.environment, *sidecar.secrets} - {""}:
            field = "secrets" if preset.api_key in sidecar.secrets else "environment"
            yield Fault((*path, field, preset.api_key), say("is set by `%(field)s` already", field="api_key"))
        if sidecar.api_key is not None and not (preset and preset.api_key):
            yield Fault((*path, "api_key"), say("goes with a preset that reports with a key"), say("remove it"))
        elif sidecar.api_key is not None and sidecar.api_key.retired:
            yield Fault((*path, "api_key", "retired"), say("cannot be: the preset reports with it"), say("remove it"))
        if sidecar.image is not None and bool(sidecar.image.tag) == bool(sidecar.image.digest):
            message = say("must give one of tag and digest: releases choose the service's own image only")
            yield Fault((*path, "image"), message)


def _own(path: Path, sidecar: Sidecar) -> Iterator[Fault]:
    for field in ("name", "image"):
        if getattr(sidecar, field) is None:
            yield Fault((*path, field), say("is missing: a sidecar without preset needs it"))


@about("sidecars")
def _settings(service: Service) -> Iterator[Fault]:
    for index, sidecar in enumerate(service.sidecars):
        path: Path = ("sidecars", index)
        if sidecar.api_key is not None:
            yield from secret_faults((*path, "api_key"), sidecar.api_key)
        for name, secret in sidecar.secrets.items():
            yield from secret_faults((*path, "secrets", name), secret)
            if name in sidecar.environment:
                yield Fault((*path, "secrets", name), say("is in `environment` too"), say("keep one of the two"))
        for name in sidecar.environment.keys() & SET_BY_ECS:
            yield Fault((*path, "environment", name), say("is set by ECS itself"), say("choose another name"))
        command = sidecar.health.command if sidecar.health else None
        if command and (command[0] not in ("CMD", "CMD-SHELL") or len(command) < 2):
            yield Fault((*path, "health", "command"), say("must begin with CMD or CMD-SHELL, then the command"))


@about("sidecars", reads=("port",))
def _names_and_ports(service: Service) -> Iterator[Fault]:
    found = _whole(service)
    names = Counter(it.name for it in found)
    listening = {service.port: naming.CONTAINER} if service.port else {}
    for index, sidecar in enumerate(found):
        if sidecar.name == naming.CONTAINER:
            message = got(say("must be another name than the service's own container has"), sidecar.name)
            yield Fault(("sidecars", index, "name"), message)
        elif names[sidecar.name] > 1:
            message = say("is the name of another sidecar too: %(name)s", name=sidecar.name)
            yield Fault(("sidecars", index, "name"), message, say("choose another name"))
        for port in sidecar.ports:
            if other := listening.get(port):
                message = say("the container %(other)s listens at %(port)s already", other=other, port=port)
                yield Fault(("sidecars", index, "ports"), message, say("all containers of a task share its ports"))
            listening[port] = sidecar.name or ""


@about("sidecars", reads=("compute", "logs"))
def _sizes(service: Service) -> Iterator[Fault]:
    found, compute = _whole(service), service.compute
    memory, cpu = sum(it.memory_mib or 0 for it in found), sum(it.cpu or 0 for it in found)
    router = router_memory_mib(service.logs)
    if memory + router >= compute.memory_mib:
        message = say(
            "take %(memory)s MiB, and a task has %(all)s: nothing is left for the program",
            memory=memory,
            all=compute.memory_mib,
        )
        if router:
            message = say(
                "take %(memory)s MiB beside the log router's %(router)s, and a task has %(all)s: nothing is left for "
                "the program",
                memory=memory,
                router=router,
                all=compute.memory_mib,
            )
        yield Fault(("sidecars",), message, say("raise compute.memory_mib, or lower memory_mib of a sidecar"))
    if cpu >= compute.cpu:
        message = say("take %(cpu)s CPU units, and a task has %(all)s", cpu=cpu, all=compute.cpu)
        yield Fault(("sidecars",), message, say("raise compute.cpu, or lower cpu of a sidecar"))


@about("sidecars", "depends_on", reads=("health",))
def _order(service: Service) -> Iterator[Fault]:
    found = {it.name or "": it for it in _whole(service)}
    waits: dict[str, Mapping[str, str]] = {naming.CONTAINER: sidecars.waits_of_program(service)}
    paths: dict[str, Path] = {naming.CONTAINER: ("depends_on",)}
    for index, sidecar in enumerate(_whole(service)):
        waits[sidecar.name or ""] = sidecar.depends_on
        paths[sidecar.name or ""] = ("sidecars", index, "depends_on")
    for name, awaited in waits.items():
        for other, condition in awaited.items():
            path = (*paths[name], other)
            if other not in waits or other == name:
                message = say("is no other container of the task; there are %(names)s", names=", ".join(waits))
                yield Fault(path, message)
            else:
                yield from _condition(path, service, found.get(other), condition)
    if circle := _circle(waits):
        message = say("containers wait for each other: %(circle)s", circle=" → ".join(circle))
        yield Fault(paths[circle[0]], message, say("let one of them start first"))


def _condition(path: Path, service: Service, awaited: Sidecar | None, condition: str) -> Iterator[Fault]:
    """``awaited``: None for the service's own container."""
    has_check = awaited.health if awaited else service.has_ecs_service and service.health.command
    if condition == "healthy" and not has_check:
        yield Fault(path, say("is never healthy: it has no health check"), say("give it `health`, or write start"))
    if condition in ("complete", "success") and (awaited is None or awaited.essential):
        message = say("must not be awaited until it ends: it is essential, so the task ends with it")
        yield Fault(path, message, say("write start or healthy"))


def _circle(waits: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Names in the order in which they wait for each other, the first once more at the end."""
    for start in waits:
        todo = [[start]]
        while todo:
            line = todo.pop()
            for other in waits.get(line[-1], {}):
                if other == start:
                    return [*line, start]
                if other not in line:
                    todo.append([*line, other])
    return []


SIDECAR_RULES: tuple[Rule, ...] = (_complete, _settings, _names_and_ports, _sizes, _order)
