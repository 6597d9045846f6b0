"""Rules about the kinds of service: which fields a kind has, which it needs, and what goes with a queue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from service_catalog.fields import Field, tree
from service_catalog.messages import say
from service_catalog.model import Kind, Service
from service_catalog.queue_retention import KEPT_SECONDS
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.partial_model import InvalidField
from service_catalog.validation.rules import Rule, about

_KEPT_DAYS = KEPT_SECONDS // 86_400
_ALARM_SECONDS = 180
"""The oldest message must be that old for so long."""


@dataclass(frozen=True)
class _Group:
    """What one kind of service looks at in a group of fields; all else is of every kind."""

    foreign: Mapping[str, Field]
    """Fields that only other kinds have"""
    groups: Mapping[str, "_Group"]
    """Those that hold some further down"""


@cache
def _fields_for(kind: Kind) -> _Group:
    return _group(tree(Service), kind)


def _group(group: Field, kind: Kind) -> _Group:
    foreign = {name: field for name, field in group.fields.items() if kind not in field.kinds}
    below = {name: _group(field, kind) for name, field in group.fields.items() if field.shape == "group"}
    return _Group(
        foreign, {name: it for name, it in below.items() if name not in foreign and (it.foreign or it.groups)}
    )


@about()
def _fields_of_other_kinds(service: Service) -> Iterator[Fault]:
    yield from _foreign_in(service, _fields_for(service.kind), service.kind)


def _foreign_in(given: Any, group: _Group, kind: Kind) -> Iterator[Fault]:
    """Of what the entry itself says: defaults are nobody's mistake."""
    said = given.model_fields_set
    for name, field in group.foreign.items():
        if name in said and _readable(given, name) is not None:
            message = say("is no field of kind %(kind)s, only of %(kinds)s", kind=kind, kinds=", ".join(field.kinds))
            yield Fault(field.path, message, say("remove it, or change `kind`"))
    for name, below in group.groups.items():
        if name in said and (value := _readable(given, name)) is not None:
            yield from _foreign_in(value, below, kind)


def _readable(given: Any, name: str) -> Any:
    try:
        return getattr(given, name)
    except InvalidField:
        return None


@about("kind", "exposure", reads=("port", "schedule"))
def _required_fields(service: Service) -> Iterator[Fault]:
    if service.kind == "job" and service.schedule is None:
        hint = say("write schedule: { cron: '0 3 * * ? *' }, or kind: task if only people start it")
        yield Fault(("schedule",), say("is missing: a job runs on a schedule"), hint)
    if service.kind == "web" and service.exposure is not None and service.port is None:
        message = say("is missing: the load balancer must know where the container listens")
        yield Fault(("port",), message, say("write port: 8080"))


@about("health.path", "health.codes", "health.port", reads=("exposure", "port"))
def _health_without_port(service: Service) -> Iterator[Fault]:
    if service.kind == "web" and service.exposure is None and service.port is None:
        for name in sorted({"path", "codes", "port"} & service.health.model_fields_set):
            yield Fault(("health", name), say("has no effect: nothing listens without `port`"), say("remove it"))


@about("tasks", reads=("scaling",))
def _zero_tasks(service: Service) -> Iterator[Fault]:
    tasks = service.tasks
    if tasks.min == 0 and tasks.max is not None and service.scaling.backlog_per_task is None:
        message = say("must be at least 1: with no task there is no load that could start the first one")
        hint = say("only scaling.backlog_per_task scales from zero; without tasks.max, 0 is a pause")
        yield Fault(("tasks", "min"), message, hint)


@about("queue", reads=("alarms",))
def _existing_queue(service: Service) -> Iterator[Fault]:
    queue = service.queue
    if queue is None or queue.existing is None:
        return
    for name in ("retries", "visibility_seconds", "fifo"):
        if name in queue.model_fields_set:
            yield Fault(("queue", name), say("means nothing beside queue.existing"), say("remove it"))
    if service.alarms.dead_letters is not None:
        message = say("needs a queue of its own: nobody knows the dead-letter queue of queue.existing")
        yield Fault(("alarms", "dead_letters"), message, say("remove it"))


@about("alarms", reads=("queue",))
def _message_age(service: Service) -> Iterator[Fault]:
    """A message that is never taken is gone before it has been that old for as long as the alarm wants."""
    queue, age, most = service.queue, service.alarms.message_age_seconds, KEPT_SECONDS - _ALARM_SECONDS
    if queue is not None and queue.existing is None and age is not None and age > most:
        message = say("must be at most %(high)s: SQS keeps a message for %(days)s days", high=most, days=_KEPT_DAYS)
        yield Fault(
            ("alarms", "message_age_seconds"), got(message, str(age)), say("lower it, or the alarm never comes")
        )


@about("scaling.backlog_per_task", "alarms", reads=("queue",))
def _fields_without_queue(service: Service) -> Iterator[Fault]:
    if service.kind != "worker" or service.queue is not None:
        return
    asked = {
        ("scaling", "backlog_per_task"): service.scaling.backlog_per_task,
        ("alarms", "message_age_seconds"): service.alarms.message_age_seconds,
        ("alarms", "dead_letters"): service.alarms.dead_letters,
    }
    for path, value in asked.items():
        if value is not None:
            yield Fault(path, say("needs `queue`: there are no messages without"), say("write queue: {}"))


KIND_RULES: tuple[Rule, ...] = (
    _fields_of_other_kinds,
    _required_fields,
    _health_without_port,
    _zero_tasks,
    _existing_queue,
    _message_age,
    _fields_without_queue,
)
