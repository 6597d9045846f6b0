from collections.abc import Callable
from typing import Any

import pytest

from tests.local_cloud.services import CLUSTER, SampleService


@pytest.fixture
def set_limits(service: SampleService) -> Callable[..., int]:
    """Sets those that are named, and answers how many tasks the service wants then."""
    where = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
    scaling = service.aws("application-autoscaling")

    def set_them(**limits: int) -> int:
        scaling.register_scalable_target(**where, ResourceId=f"service/{CLUSTER}/{service.name}", **limits)
        wanted: Any = service.describe()["desiredCount"]
        return int(wanted)

    return set_them


def test_limits_bring_the_count_within_them_at_once(service, set_limits):
    service.create(service.definition("worker:1.0.0", port=None), count=2)
    assert set_limits(MinCapacity=0, MaxCapacity=1) == 1
    assert set_limits(MaxCapacity=0) == 0
    assert set_limits(MinCapacity=1, MaxCapacity=3) == 1


def test_a_count_that_somebody_set_outside_the_limits_stays_until_they_change(service, set_limits):
    service.create(service.definition("worker:1.0.0", port=None), count=0)
    assert set_limits(MinCapacity=0, MaxCapacity=0) == 0
    service.update(desiredCount=1)
    assert set_limits(MinCapacity=0, MaxCapacity=0) == 1
    assert set_limits(MinCapacity=0, MaxCapacity=1) == 1


def test_limits_of_a_service_that_is_not_there_are_kept(service):
    scaling, nobody = service.aws("application-autoscaling"), f"service/{CLUSTER}/nobody"
    which = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount", "ResourceId": nobody}
    scaling.register_scalable_target(**which, MinCapacity=1, MaxCapacity=2)
    [kept] = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[nobody])["ScalableTargets"]
    assert (kept["MinCapacity"], kept["MaxCapacity"]) == (1, 2)
