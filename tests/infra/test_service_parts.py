from dataclasses import fields
from typing import Any

from infra.service_parts import IngressSource, ServiceParts

DOOR = IngressSource("door", "sg-1", 80)


def test_parts_add_up_member_by_member_in_order():
    one = ServiceParts(secrets=({"name": "A"},), ingress=(DOOR,), prerequisites=("rule",))
    other = ServiceParts(secrets=({"name": "B"},), task_statements=({"Effect": "Allow"},))

    assert one + other == ServiceParts(
        secrets=({"name": "A"}, {"name": "B"}),
        ingress=(DOOR,),
        task_statements=({"Effect": "Allow"},),
        prerequisites=("rule",),
    )


def test_every_member_adds_up():
    each: list[Any] = [(index,) for index, _ in enumerate(fields(ServiceParts))]
    everything = ServiceParts(*each)

    doubled = everything + everything

    assert [getattr(doubled, part.name) for part in fields(doubled)] == [
        (index, index) for index, _ in enumerate(fields(ServiceParts))
    ]


def test_nothing_adds_nothing():
    assert sum([ServiceParts(), ServiceParts()], ServiceParts()) == ServiceParts()
