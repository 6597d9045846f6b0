from dataclasses import fields
from typing import Any

import pytest

from infra.service_parts import IngressSource, PartsClash, ServiceParts, merged

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


def test_what_features_say_of_one_member_is_put_together():
    assert merged(
        {"linuxParameters": {"initProcessEnabled": True}, "stopTimeout": 60, "dependsOn": [{"containerName": "one"}]},
        {"linuxParameters": {"sharedMemorySize": 64}, "stopTimeout": 60, "dependsOn": [{"containerName": "other"}]},
    ) == {
        "linuxParameters": {"initProcessEnabled": True, "sharedMemorySize": 64},
        "stopTimeout": 60,
        "dependsOn": [{"containerName": "one"}, {"containerName": "other"}],
    }


def test_nothing_said_clashes_with_nothing():
    assert merged({"grace": None, "stop": 60}, {"grace": 90, "stop": None}) == {"grace": 90, "stop": 60}


def test_no_feature_overrules_another():
    with pytest.raises(PartsClash, match=r"^linuxParameters\.initProcessEnabled cannot be both True and False; take"):
        merged(*({"linuxParameters": {"initProcessEnabled": wanted}} for wanted in (True, False)))
