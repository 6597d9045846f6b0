"""What the model describes and nothing provisions yet: refused, so that no field goes unnoticed.

Whoever provisions a kind or a field to its end takes it out of these lists; empty, this file goes.
"""

from collections.abc import Iterator

from service_catalog.fields import KINDS
from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.validation.partial_model import told
from service_catalog.validation.pydantic_errors import Fault

NOT_YET_KINDS = frozenset({"worker", "job", "task"})
NOT_YET_FIELDS: tuple[tuple[str, ...], ...] = (("before_release",),)


def not_yet_rules(service: Service) -> Iterator[Fault]:
    for rule in (_kind, _fields, _zero):
        yield from told(rule(service))


def _kind(service: Service) -> Iterator[Fault]:
    if service.kind in NOT_YET_KINDS:
        there = ", ".join(kind for kind in KINDS if kind not in NOT_YET_KINDS)
        message = say("%(kind)s is not provisioned by this version of Slipway yet", kind=service.kind)
        yield Fault(("kind",), message, say("there is %(name)s", name=there))


def _fields(service: Service) -> Iterator[Fault]:
    for path in NOT_YET_FIELDS:
        yield from told(_field(service, path))


def _field(service: Service, path: tuple[str, ...]) -> Iterator[Fault]:
    holder = getattr(service, path[0]) if len(path) == 2 else service
    if path[-1] in holder.model_fields_set:
        yield Fault(path, say("is not provisioned by this version of Slipway yet"), say("remove it"))


def _zero(service: Service) -> Iterator[Fault]:
    if service.tasks.min == 0:
        yield Fault(("tasks", "min"), say("is not provisioned by this version of Slipway yet"), say("write 1 or more"))
