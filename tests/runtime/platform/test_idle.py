"""Which services nobody used for two weeks, by what CloudWatch counted each day."""

from datetime import timedelta

import pytest

from runtime.platform import idle
from runtime.platform.costs import Cost
from service_catalog import naming
from tests.provisioning import a_service

REQUESTS = {"LoadBalancer": "app/public/1", "TargetGroup": "targetgroup/orders/2"}
WEB = {"port": 80, "exposure": {"paths": ["/orders"]}}


@pytest.fixture
def found(dev):
    """``cpu`` and ``requests`` of each day, the newest last."""

    def found(cpu, requests=(), **says):
        service = a_service("orders", **says)
        dev.provision(service, **({} if "exposure" in says else {"reach": None}))
        names = (naming.cluster("dev"), naming.ecs_service("dev", "orders"))
        put(dev.aws, "AWS/ECS", "CPUUtilization", dict(zip(("ClusterName", "ServiceName"), names, strict=True)), cpu)
        put(dev.aws, "AWS/ApplicationELB", "RequestCount", REQUESTS, requests)
        provisioned = dev.gateways.provisioned.all().readable
        reached = {name: it.reach for name, it in provisioned.items()}
        uses = idle.uses(dev.gateways.metrics.by_day(reached, idle.DAYS), provisioned)
        costs = [Cost("dev", "orders", "x", 18.4, 36.8)]
        return [(str(it.sentence), it.usd_a_month) for it in idle.findings(uses, {"orders": service}, costs)]

    return found


def put(aws, namespace, metric, dimensions, values):
    """At noon of whole days, and today's too, which is not over and so does not count."""
    aws.cloudwatch.measures(namespace, metric, dimensions, [99.0])
    [(key, points)] = [(key, it) for key, it in aws.cloudwatch.measured.items() if key[:2] == (namespace, metric)]
    noon = aws.now.replace(hour=12, minute=0, second=0, microsecond=0)
    days = [(noon - timedelta(days=len(values) - at), value) for at, value in enumerate(values)]
    aws.cloudwatch.measured[key] = [*days, *points]


def test_a_service_without_a_request_for_two_weeks_idles(found):
    assert found([3.0] * 14, [0.0] * 14, **WEB) == [
        ("no request in the last 14 days, at 3.0 % CPU a day at most; its tasks cost about $18 a month", 18.4)
    ]


def test_what_the_load_balancer_never_counted_was_no_request(found):
    assert len(found([3.0] * 14, **WEB)) == 1


def test_one_request_is_use(found):
    assert found([0.1] * 14, [0.0] * 13 + [1.0], **WEB) == []


def test_what_others_call_directly_idles_only_with_next_to_no_cpu(found):
    assert found([3.0] * 14, [0.0] * 14, discovery="cloud-map", **WEB) == []


def test_a_worker_idles_with_next_to_no_cpu(found):
    assert found([0.2] * 13 + [0.4], kind="worker", port=None)[0][0].startswith(
        "never more than 0.4 % CPU a day in the last 14 days"
    )


def test_a_worker_that_had_something_to_do_one_day_does_not(found):
    assert found([0.2] * 13 + [5.0], kind="worker", port=None) == []


def test_what_did_not_run_each_day_is_not_judged(found):
    assert found([0.0] * 13, kind="worker", port=None) == []
