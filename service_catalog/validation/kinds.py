"""Rules about the kinds of service: which fields a kind has, which it needs, and what goes with a queue."""

from collections.abc import Iterator
from typing import Any

from service_catalog.fields import Field, tree
from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.partial_model import InvalidField, told


def kind_rules(service: Service) -> Iterator[Fault]:
    for rule in (_foreign, _needs, _health, _zero, _queue, _without_queue):
        yield from told(rule(service))


def _foreign(service: Service) -> Iterator[Fault]:
    yield from _foreign_below(service, tree(Service), service.kind)


def _foreign_below(given: Any, group: Field, kind: str) -> Iterator[Fault]:
    """Fields that only other kinds of service have."""
    for name, field in group.fields.items():
        value = _said(given, name)
        if value is None:
            continue
        if kind not in field.kinds:
            message = say("is no field of kind %(kind)s, only of %(kinds)s", kind=kind, kinds=", ".join(field.kinds))
            yield Fault(field.path, message, say("remove it, or change `kind`"))
        elif field.shape == "group":
            yield from _foreign_below(value, field, kind)


def _said(given: Any, name: str) -> Any:
    """What the entry itself says; nothing of defaults and of what could not be read."""
    try:
        return getattr(given, name) if name in given.model_fields_set else None
    except InvalidField:
        return None


def _needs(service: Service) -> Iterator[Fault]:
    if service.kind == "job" and service.schedule is None:
        hint = say("write schedule: { cron: '0 3 * * ? *' }, or kind: task if only people start it")
        yield Fault(("schedule",), say("is missing: a job runs on a schedule"), hint)
    if service.kind == "web" and service.exposure is not None and service.port is None:
        message = say("is missing: the load balancer must know where the container listens")
        yield Fault(("port",), message, say("write port: 8080"))


def _health(service: Service) -> Iterator[Fault]:
    if service.kind == "web" and service.exposure is None and service.port is None:
        for name in sorted({"path", "codes"} & service.health.model_fields_set):
            yield Fault(("health", name), say("has no effect: nothing listens without `port`"), say("remove it"))


def _zero(service: Service) -> Iterator[Fault]:
    tasks = service.tasks
    if tasks.min == 0 and tasks.max is not None and service.scaling.backlog_per_task is None:
        message = say("must be at least 1: with no task there is no load that could start the first one")
        hint = say("only scaling.backlog_per_task scales from zero; without tasks.max, 0 is a pause")
        yield Fault(("tasks", "min"), message, hint)


def _queue(service: Service) -> Iterator[Fault]:
    queue = service.queue
    if queue is None or queue.existing is None:
        return
    for name in ("retries", "visibility_seconds", "fifo"):
        if name in queue.model_fields_set:
            yield Fault(("queue", name), say("means nothing beside queue.existing"), say("remove it"))
    if service.alarms.dead_letters is not None:
        message = say("needs a queue of its own: nobody knows the dead-letter queue of queue.existing")
        yield Fault(("alarms", "dead_letters"), message, say("remove it"))


def _without_queue(service: Service) -> Iterator[Fault]:
    if service.kind != "worker" or service.queue is not None:
        return
    for group, name in (("scaling", "backlog_per_task"), ("alarms", "message_age_seconds"), ("alarms", "dead_letters")):
        if getattr(getattr(service, group), name) is not None:
            yield Fault((group, name), say("needs `queue`: there are no messages without"), say("write queue: {}"))
