"""Services and runs on EC2 instances that the environment declares: the local cloud shows them and places tasks."""

from collections.abc import Iterator
from typing import Any

import pytest

from runtime.releases.request import ReleaseRequest
from runtime.runs.request import RunRequest
from service_catalog import naming
from tests.e2e.platform import GALLERY, Platform, empty_platform
from tests.local_cloud.waiting import eventually

CLUSTER = naming.cluster(naming.LOCAL)
WEB, FLEET, MANAGED = "steady-and-spot", "load-test-fleet", "managed-instances"
EC2 = {"capacity": "ec2", "cpu": 512, "memory_mib": 1024, "architecture": "arm64", "spot": None}


@pytest.fixture(scope="module")
def capacity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """All provisioned and released."""
    with empty_platform(tmp_path_factory.mktemp("capacity"), WEB, FLEET, MANAGED, source=GALLERY) as platform:
        platform.up()
        assert {platform.first_release(name).status for name in (WEB, FLEET, MANAGED)} == {"succeeded"}
        yield platform


def tasks_of(platform: Platform, name: str) -> list[dict[str, Any]]:
    family = naming.release_family(naming.LOCAL, name)
    arns = platform.aws.call("ecs", "list_tasks", cluster=CLUSTER, family=family)["taskArns"]
    return platform.aws.call("ecs", "describe_tasks", cluster=CLUSTER, tasks=arns)["tasks"] if arns else []


def instances(platform: Platform) -> dict[str, str]:
    """EC2's id of each, by ECS's name for it."""
    arns = platform.aws.call("ecs", "list_container_instances", cluster=CLUSTER)["containerInstanceArns"]
    if not arns:
        return {}
    asked = platform.aws.call("ecs", "describe_container_instances", cluster=CLUSTER, containerInstances=arns)
    return {it["containerInstanceArn"]: it["ec2InstanceId"] for it in asked["containerInstances"]}


def test_a_service_runs_on_instances_that_ecs_took_for_it_and_aws_shows_nothing_that_nobody_wrote(capacity: Platform):
    [task] = tasks_of(capacity, MANAGED)
    assert (task["launchType"], task["capacityProviderName"]) == ("MANAGED_INSTANCES", "slipway-local-managed")
    assert task["containerInstanceArn"] in instances(capacity)

    [changes] = [it for it in capacity.refresh() if it.stack == naming.LOCAL]
    assert changes.counts == {}
    assert capacity.previews() == {}


def test_a_run_brings_the_instances_that_its_copies_need(capacity: Platform):
    steps = {"STEPS": "0"}  # until somebody stops it
    run = capacity.gateways.runs.start(FLEET, RunRequest("yui", copies=5, environment=steps))
    running = eventually(lambda: tasks_of(capacity, FLEET) if len(tasks_of(capacity, FLEET)) == 5 else [])

    assert {it["capacityProviderName"] for it in running} == {"slipway-local-ec2"}
    on = {it["containerInstanceArn"] for it in running}
    assert on <= set(instances(capacity))
    assert len(on) == 2  # four copies fit one
    capacity.gateways.runs.stop(FLEET, run, "yui")


def test_a_service_moves_to_instances_and_is_live_again_in_its_settings(capacity: Platform):
    capacity.edit(WEB, lambda entry: entry["compute"].update(EC2))
    capacity.edit(WEB, lambda entry: entry["environments"]["local"].pop("compute"))

    done = capacity.up()[f"local.{WEB}"]

    assert done.status == "done"
    [task] = eventually(lambda: capacity.gateways.tasks.running(WEB))
    assert task.instance in instances(capacity).values()
    assert capacity.previews() == {}


def test_requests_are_shifted_on_instances_too_and_others_find_it_there(capacity: Platform):
    blue_green = {"deployment": {"strategy": "blue-green", "bake_minutes": 0}, "discovery": "service-connect"}
    capacity.edit(WEB, lambda entry: entry.update(blue_green))
    done = capacity.up()[f"local.{WEB}"]
    assert done.status == "done", done

    assert capacity.release(WEB, image="1.1.0").status == "succeeded"

    [task] = eventually(lambda: capacity.gateways.tasks.running(WEB))
    assert task.app
    assert task.app.image.endswith(":1.1.0")
    assert task.instance in instances(capacity).values()
    assert capacity.previews() == {}


def test_there_is_no_way_back_to_what_ran_elsewhere(capacity: Platform):
    [problem] = capacity.gateways.releases.proposal(WEB, ReleaseRequest(to=1)).problems
    assert problem.startswith("capacity: this definition was made for FARGATE awsvpc, and the service runs on EC2")
