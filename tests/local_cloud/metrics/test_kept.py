"""What stays of what was measured, in MiniStack's own CloudWatch; the time is an argument."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from local_cloud.metrics import kept
from local_cloud.metrics.series import by_period

NOW = 1_800_000_030.0
METRIC = {"Namespace": "AWS/SQS", "MetricName": "Waiting", "Dimensions": [{"Name": "QueueName", "Value": "orders"}]}


@pytest.fixture
def store() -> Iterator[ModuleType]:
    """Of an account of its own, since it belongs to the whole process."""
    with request_scope("222222222222", "eu-north-1"):
        yield cloudwatch
        for key in list(cloudwatch._metrics):
            del cloudwatch._metrics[key]


def tell(store: ModuleType, when: float, *values: float, namespace: str = "AWS/SQS") -> None:
    counts = [1.0 for _value in values]
    store._store_datum(namespace, "Waiting", {"QueueName": "orders"}, when, "Count", None, list(values), counts, None)


def points(store: ModuleType, namespace: str = "AWS/SQS") -> int:
    return sum(len(found) for key, found in store._metrics.items() if key[0] == namespace)


def test_equal_values_of_a_minute_are_kept_once_and_every_statistic_stays(store):
    for second in range(0, 120, 5):
        tell(store, NOW - 60 + second, 7.0 if second % 10 else 3.0)
    stats = {
        stat: by_period(store, METRIC, stat, 60, 0) for stat in ("Average", "Sum", "Maximum", "SampleCount", "p95")
    }

    kept.trim(store, NOW + 60)

    assert {stat: by_period(store, METRIC, stat, 60, 0) for stat in stats} == stats
    assert points(store) == 6


def test_memory_of_a_queue_in_which_nothing_moves_has_a_bound(store):
    for second in range(0, 5 * 3600, 5):
        tell(store, NOW + second, 0.0)
        if second % 60 == 0:
            kept.trim(store, NOW + second)

    assert points(store) <= 60 * 3 / 2 + 13


def test_series_that_ended_goes_and_what_a_program_told_stays(store):
    tell(store, NOW, 1.0)
    tell(store, NOW, 1.0, 1.0, namespace="Orders")

    kept.trim(store, NOW + kept.KEPT_SECONDS + 1)

    assert (points(store), points(store, "Orders")) == (0, 2)
