"""Rules for how a service is found and whom it calls, within one entry. Those between entries are in
``connection_problems``."""

from collections.abc import Iterator

from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.task_counts import most_tasks
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import Rule, about

INSTANCES_MAX = 1000
"""Tasks of one service that Cloud Map lists, which Service Connect rests on too"""
_IDLE_SECONDS = 300
"""Service Connect's own, for all but tcp"""


@about("discovery", reads=("port",))
def _port(service: Service) -> Iterator[Fault]:
    if service.kind == "web" and service.discovery != "none" and service.port is None:
        message = say("is missing: others must know where the container listens")
        yield Fault(("port",), message, say("write port: 8080"))


@about("service_connect")
def _alias(service: Service) -> Iterator[Fault]:
    if service.service_connect and service.service_connect.alias == "localhost":
        message = say("must not be localhost: every task takes that name for itself")
        yield Fault(("service_connect", "alias"), message, say("choose another name"))


@about("discovery")
def _name(service: Service) -> Iterator[Fault]:
    if service.discovery == "service-connect" and service.name == "localhost":
        message = say("must not be localhost: every task takes that name for itself")
        yield Fault(("name",), message, say("choose another name"))


@about("discovery", reads=("deployment", "scaling", "tasks"))
def _instances(service: Service) -> Iterator[Fault]:
    if service.discovery == "none":
        return
    count, path = most_tasks(service)
    most = count * service.deployment.maximum_percent // 100
    if most > INSTANCES_MAX:
        message = say(
            "lets %(most)s tasks run during a rollout; of one service %(max)s are found", most=most, max=INSTANCES_MAX
        )
        yield Fault(path, message, say("lower it, or deployment.maximum_percent"))


@about("service_connect", "cloud_map", reads=("discovery",))
def _options(service: Service) -> Iterator[Fault]:
    options = {"service-connect": service.service_connect, "cloud-map": service.cloud_map}
    for way, said in options.items():
        if said is not None and service.discovery != way:
            message = say("has no effect without `discovery: %(way)s`", way=way)
            yield Fault((way.replace("-", "_"),), message, say("write that, or remove it"))


@about("service_connect")
def _timeouts(service: Service) -> Iterator[Fault]:
    options = service.service_connect
    if options is None or options.request_seconds is None:
        return
    path = ("service_connect", "request_seconds")
    if options.protocol == "tcp":
        message = say("goes with http, http2 and grpc only: of tcp nobody knows where an answer ends")
        yield Fault(path, message, say("write idle_seconds, or remove it"))
        return
    idle = _IDLE_SECONDS if options.idle_seconds is None else options.idle_seconds
    if 0 < idle < options.request_seconds:
        message = say("must be at most idle_seconds (%(idle)s), after which a silent connection is closed", idle=idle)
        yield Fault(path, message, say("raise idle_seconds, or write 0 there"))


@about("cloud_map")
def _records(service: Service) -> Iterator[Fault]:
    if service.cloud_map:
        yield from listed_twice(("cloud_map", "records"), service.cloud_map.records)


@about("connects_to")
def _connections(service: Service) -> Iterator[Fault]:
    yield from listed_twice(("connects_to",), service.connects_to)
    for index, name in enumerate(service.connects_to):
        if name == service.name:
            yield Fault(("connects_to", index), say("is the service itself"), say("remove it"))


DISCOVERY_RULES: tuple[Rule, ...] = (_port, _name, _alias, _instances, _options, _timeouts, _records, _connections)
