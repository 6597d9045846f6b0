"""Rules about where log lines go."""

from collections.abc import Iterator

from service_catalog import line_patterns, naming
from service_catalog.log_routing import is_routed, routes_in_use
from service_catalog.messages import say
from service_catalog.model import LogRoute, Service
from service_catalog.problems import for_message
from service_catalog.validation.faults import Fault
from service_catalog.validation.partial_model import until_invalid_field
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

ROUTER_PORTS = (2020, 24224)
"""Where the log router answers health checks, and where FireLens hands it lines: tasks share ports with it."""
CONTAINERS_MAX = 10
"""In a task definition"""
_OWN_FIELD = "slipway_line"
_ROUTES, _FIRST_LINE = ("logs", "routes"), ("logs", "multiline", "first_line")


@about("logs")
def _routes(service: Service) -> Iterator[Fault]:
    routes = service.logs.routes
    for index, route in enumerate(routes):
        yield from until_invalid_field(_route((*_ROUTES, index), route))
        yield from until_invalid_field(_beside_earlier((*_ROUTES, index), route, routes[:index]))


def _route(path: Path, route: LogRoute) -> Iterator[Fault]:
    if route.drop and "retention_days" in route.model_fields_set:
        message, hint = say("has no effect: the route drops its lines"), say("keep one of the two")
        yield Fault((*path, "retention_days"), message, hint)
    yield from until_invalid_field(_destination(path, route))
    for field, pattern in route.when.items():
        if field == _OWN_FIELD:
            yield Fault((*path, "when", field), say("is what the log router calls the line"), say("rename the field"))
        yield from _pattern((*path, "when", field), pattern)


def _destination(path: Path, route: LogRoute) -> Iterator[Fault]:
    if route.to is not None and route.drop:
        yield Fault((*path, "to"), say("has no effect: the route drops its lines"), say("keep one of the two"))
    if route.to is not None and "retention_days" in route.model_fields_set:
        message = say("is CloudWatch's; how long lines are kept there, bucket or stream say")
        yield Fault((*path, "retention_days"), message, say("remove it"))
    for field, goes_with in (("bucket", "s3"), ("stream", "firehose")):
        if getattr(route, field) is not None and route.to != goes_with:
            message = say("goes with `%(other)s` only", other=f"to: {goes_with}")
            yield Fault((*path, field), message, say("remove it"))
    if route.to == "firehose" and route.stream is None:
        yield Fault((*path, "stream"), say("is missing: the delivery stream that takes the lines"))


def _beside_earlier(path: Path, route: LogRoute, earlier: tuple[LogRoute, ...]) -> Iterator[Fault]:
    for other in earlier:
        if other.name == route.name:
            yield Fault((*path, "name"), say("%(name)s is used twice", name=for_message(route.name)))
        elif not (route.retired or other.retired) and other.when.items() <= route.when.items():
            message = say("is never reached: %(other)s takes every line that it would take", other=other.name)
            yield Fault((*path, "when"), message, say("put the route with more conditions first"))


@about("logs")
def _first_line(service: Service) -> Iterator[Fault]:
    if service.logs.multiline:
        yield from _pattern(_FIRST_LINE, service.logs.multiline.first_line)


def _pattern(path: Path, pattern: str) -> Iterator[Fault]:
    try:
        line_patterns.check(pattern)
    except line_patterns.NotUnderstood as error:
        yield Fault(path, error.problem, error.hint)


@about("logs")
def _format(service: Service) -> Iterator[Fault]:
    logs = service.logs
    if logs.format == "text" and routes_in_use(logs):
        message = say("go by fields of a JSON line, and `logs.format` says that the program prints text")
        yield Fault(_ROUTES, message, say("have it print JSON, or leave the routes out"))


@about("logs", "port")
def _ports(service: Service) -> Iterator[Fault]:
    if service.port in ROUTER_PORTS and is_routed(service.logs):
        message = say("is taken by the log router, which `logs` puts beside the program")
        yield Fault(("port",), message, say("have the program listen elsewhere"))


@about("logs", reads=("compute",))
def _memory(service: Service) -> Iterator[Fault]:
    reserved, memory = service.logs.router_memory_mib, service.compute.memory_mib
    if "router_memory_mib" in service.logs.model_fields_set and not is_routed(service.logs):
        message = say("has no effect: without `routes` and `multiline` there is no log router")
        yield Fault(("logs", "router_memory_mib"), message, say("remove it"))
    if is_routed(service.logs) and reserved * 2 > memory:
        message = say(
            "is more than half of a task's memory: %(reserved)s MiB of %(memory)s", reserved=reserved, memory=memory
        )
        yield Fault(("logs", "router_memory_mib"), message, say("raise compute.memory_mib"))


@about("sidecars", reads=("logs",))
def _beside_sidecars(service: Service) -> Iterator[Fault]:
    """The log router is a container of the task too."""
    if not is_routed(service.logs):
        return
    count = len(service.sidecars)
    if count + 2 > CONTAINERS_MAX:
        message = say("holds %(count)s; with program and log router ECS takes %(max)s", count=count, max=CONTAINERS_MAX)
        yield Fault(("sidecars",), message, say("remove one"))
    for index, sidecar in enumerate(service.sidecars):
        if sidecar.name == naming.LOG_ROUTER:
            message = say("is the log router's, which `logs` puts beside the program")
            yield Fault(("sidecars", index, "name"), message, say("choose another name"))
        for at, port in enumerate(sidecar.ports):
            if port in ROUTER_PORTS:
                message = say("is taken by the log router, which `logs` puts beside the program")
                yield Fault(("sidecars", index, "ports", at), message, say("have it listen elsewhere"))


LOG_RULES: tuple[Rule, ...] = (_routes, _first_line, _format, _ports, _memory, _beside_sidecars)
