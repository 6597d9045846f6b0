from datetime import UTC, datetime, timedelta

import pytest

from runtime.aws.clock import Clock
from runtime.gateways import Gateways
from runtime.metrics import HOUR, PERIOD, Point, Window, read_series
from service_catalog import naming
from service_catalog.records.provisioned import Queue, Reach
from tests.provisioning import ENVIRONMENT, access

NOW = datetime.now(UTC).replace(second=30, microsecond=0)
MINUTE = NOW.replace(second=0)
WAY = Reach(url="", dimensions={"LoadBalancer": "app/public/1", "TargetGroup": "targetgroup/shop/2"})


@pytest.fixture
def metrics(cloud):
    return Gateways.connect(ENVIRONMENT, access(cloud), Clock(now=lambda: NOW)).metrics


@pytest.fixture
def put(aws):
    def put(namespace, name, dimensions, when, *values):
        datum = {
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            "Timestamp": when,
            "Values": list(values),
        }
        aws("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])

    return put


def of_tasks(service):
    return {"ClusterName": naming.cluster("local"), "ServiceName": naming.ecs_service("local", service)}


def test_cpu_and_memory_come_minute_by_minute(metrics, put, service_name):
    put("AWS/ECS", "CPUUtilization", of_tasks(service_name), MINUTE - 2 * PERIOD, 10, 30)
    put("AWS/ECS", "CPUUtilization", of_tasks(service_name), MINUTE, 50)
    put("AWS/ECS", "MemoryUtilization", of_tasks(service_name), MINUTE, 61)

    hour = metrics.measured(service_name, None)

    assert hour.series["cpu"].points == [Point(MINUTE - 2 * PERIOD, 20), Point(MINUTE, 50)]
    assert [point.value for point in hour.series["memory"].points] == [61]
    assert (hour.start, hour.end) == (MINUTE + PERIOD - HOUR.length, MINUTE + PERIOD)


def test_what_is_older_than_an_hour_is_left_out(metrics, put, service_name):
    put("AWS/ECS", "CPUUtilization", of_tasks(service_name), NOW - timedelta(minutes=70), 99)
    assert metrics.measured(service_name, None).series["cpu"].points == []


def test_requests_are_those_that_reach_the_service(metrics, put, service_name):
    way = WAY.dimensions | {"TargetGroup": f"targetgroup/{service_name}/2"}
    put("AWS/ApplicationELB", "RequestCount", way, MINUTE, 3, 4)
    put("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", way, MINUTE, 2)
    put("AWS/ApplicationELB", "TargetResponseTime", way, MINUTE, *([0.1] * 99), 9)

    series = metrics.measured(service_name, Reach(url="", dimensions=way)).series

    assert [point.value for point in series["requests"].points] == [7]
    assert [point.value for point in series["errors"].points] == [2]
    assert [point.value for point in series["latency"].points] == [pytest.approx(0.1)]


def test_requests_are_those_of_both_target_groups_between_which_ecs_shifts(metrics, put, service_name):
    one, other = ({"LoadBalancer": "app/p/1", "TargetGroup": f"targetgroup/{service_name}/{it}"} for it in (1, 2))
    for way, requests, seconds in ((one, 95, 0.1), (other, 5, 0.4)):
        put("AWS/ApplicationELB", "RequestCount", way, MINUTE, requests)
        put("AWS/ApplicationELB", "TargetResponseTime", way, MINUTE, seconds)
    put("AWS/ApplicationELB", "RequestCount", other, MINUTE - PERIOD, 7)

    series = metrics.measured(service_name, Reach(url="", dimensions=one, alternate_dimensions=other)).series

    assert series["requests"].points == [Point(MINUTE - PERIOD, 7), Point(MINUTE, 100)]
    assert [point.value for point in series["latency"].points] == [pytest.approx(0.4)]


def test_a_service_to_which_nothing_leads_that_measures_requests_has_none(metrics, service_name):
    elsewhere = WAY.model_copy(update={"namespace": "AWS/Elsewhere"})
    assert set(metrics.measured(service_name, elsewhere).series) == {"cpu", "memory"}
    assert set(metrics.measured(service_name, None).series) == {"cpu", "memory"}
    assert set(metrics.measured(service_name, WAY).series) == {"cpu", "memory", "requests", "errors", "latency"}


def test_a_metric_that_comes_in_parts_is_one_series():
    later, sooner = MINUTE, MINUTE - PERIOD
    said = [
        {"Id": "cpu", "Timestamps": [later], "Values": [2.0]},
        {"Id": "cpu", "Timestamps": [sooner], "Values": [1.0]},
    ]
    assert read_series(said)["cpu"].points == [Point(sooner, 1.0), Point(later, 2.0)]


def test_behind_a_network_load_balancer_connections_are_counted(metrics, put, service_name):
    way = {"LoadBalancer": "net/public/1", "TargetGroup": f"targetgroup/{service_name}/2"}
    put("AWS/NetworkELB", "NewFlowCount", way, MINUTE, 3, 4)

    reach = Reach(url="", namespace="AWS/NetworkELB", dimensions=way)
    series = metrics.measured(service_name, reach).series
    assert set(series) == {"cpu", "memory", "connections"}
    assert [point.value for point in series["connections"].points] == [7]
    assert "unhealthy" in metrics.measured(service_name, reach, in_detail=True).series


def test_a_value_may_stand_for_an_hour(metrics, put, service_name):
    hour = MINUTE.replace(minute=0)
    put("AWS/States", "ExecutionsStarted", {"StateMachineArn": service_name}, hour, 1)
    put("AWS/States", "ExecutionsStarted", {"StateMachineArn": service_name}, MINUTE, 2)

    found = metrics.of_runs(service_name, service_name, Window(timedelta(days=7), timedelta(hours=1)))
    assert found.series["runs"].points == [Point(hour, 3)]
    assert (found.start, found.end) == (hour + timedelta(hours=1) - timedelta(days=7), hour + timedelta(hours=1))


def test_messages_are_those_of_the_queue_and_of_its_dead_letters(metrics, put, service_name):
    queue = Queue(url="", arn="", name=service_name, dead_letter_name=f"{service_name}_dead")
    put("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue.name}, MINUTE, 7)
    put("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": queue.name}, MINUTE, 90)
    put("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue.dead_letter_name}, MINUTE, 2)

    series = metrics.measured(service_name, None, queue).series

    found = {measure: [point.value for point in series[measure].points] for measure in ("waiting", "oldest", "dead")}
    assert found == {"waiting": [7], "oldest": [90], "dead": [2]}


def test_a_queue_that_was_there_before_has_no_dead_letters_that_are_known(metrics, service_name):
    queue = Queue(url="", arn="", name="elsewhere")
    assert set(metrics.measured(service_name, None, queue).series) == {"cpu", "memory", "waiting", "oldest"}
