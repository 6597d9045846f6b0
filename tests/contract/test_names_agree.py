"""What the program registers is what the gateways ask for: the one test that sees both houses."""

from urllib.parse import urlsplit

import pytest

from cli.local_platform.traffic import visit
from service_catalog import naming
from service_catalog.model import Service
from tests.e2e.platform import Platform
from tests.local_cloud.waiting import eventually

SERVICES = ("orders-api",)


@pytest.fixture
def released(platform: Platform) -> Platform:
    if not platform.gateways.releases.history("orders-api").releases:
        assert platform.first_release("orders-api").status == "succeeded"
    return platform


def test_gateways_find_what_was_provisioned_and_released(released: Platform) -> None:
    gateways = released.gateways
    record = gateways.provisioned.read("orders-api")
    [task] = gateways.tasks.running("orders-api")

    assert record.definition.split("/")[-1].startswith(naming.definition_family("local", "orders-api") + ":")
    assert gateways.ecs_services.service("orders-api").running == 1
    assert task.revision.split("/")[-1].startswith(naming.release_family("local", "orders-api") + ":")
    assert gateways.logs.of_task("orders-api", task.id)
    assert gateways.env_files.newest("orders-api", "app") is not None


def test_the_record_holds_the_entry_that_was_provisioned(released: Platform) -> None:
    record = released.gateways.provisioned.read("orders-api")
    assert Service.model_validate(record.entry) == released.catalog.service("orders-api", "local")


def test_alarms_and_scaling_bear_the_names_that_the_contract_gives(released: Platform) -> None:
    alarms = released.aws.call("cloudwatch", "describe_alarms", AlarmNamePrefix=naming.alarm_prefix("local"))
    targets = released.aws.call(
        "application-autoscaling",
        "describe_scalable_targets",
        ServiceNamespace="ecs",
        ResourceIds=[naming.scalable_target("local", "orders-api")],
    )
    [target] = targets["ScalableTargets"]

    assert {alarm["AlarmName"] for alarm in alarms["MetricAlarms"]} == {
        naming.alarm("local", "orders-api", "cpu_percent"),
        naming.alarm("local", "orders-api", "unhealthy_targets"),
    }
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 2)  # a release set what the catalog says


def test_metrics_are_read_of_what_alarms_watch_and_load_balancers_measure(released: Platform) -> None:
    record = released.gateways.provisioned.read("orders-api")
    assert record.reach is not None
    [alarm] = released.aws.call(
        "cloudwatch", "describe_alarms", AlarmNames=[naming.alarm("local", "orders-api", "unhealthy_targets")]
    )["MetricAlarms"]
    assert {said["Name"]: said["Value"] for said in alarm["Dimensions"]} == record.reach.dimensions

    balancer = urlsplit(record.reach.url)
    visit(released.cloud.url(balancer.hostname or "", balancer.path))

    def measured() -> set[str]:
        series = released.gateways.metrics.measured("orders-api", record.reach).series
        return {name for name, found in series.items() if found.points}

    assert eventually(lambda: measured() == {"cpu", "memory", "requests", "latency"}), measured()
