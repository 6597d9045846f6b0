"""What the model describes and nothing provisions yet: refused, so that no field goes unnoticed.

Whoever provisions a field to its end takes it out of this list; empty, this file goes.
"""

from collections.abc import Iterator

from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.validation.partial_model import told
from service_catalog.validation.pydantic_errors import Fault

NOT_YET_FIELDS: tuple[tuple[str, ...], ...] = (("before_release",),)


def not_yet_rules(service: Service) -> Iterator[Fault]:
    for path in NOT_YET_FIELDS:
        yield from told(_field(service, path))


def _field(service: Service, path: tuple[str, ...]) -> Iterator[Fault]:
    holder = getattr(service, path[0]) if len(path) == 2 else service
    if path[-1] in holder.model_fields_set:
        yield Fault(path, say("is not provisioned by this version of Slipway yet"), say("remove it"))
