"""A service of which one task runs on each instance, through a release, another, one that fails, and the way back."""

from collections.abc import Iterator
from typing import Any

import pytest

from runtime.releases.request import ReleaseRequest
from runtime.runs.request import RunRequest
from service_catalog import naming
from service_catalog.records.provisioned import TaskLimits
from tests.e2e.platform import GALLERY, Platform, empty_platform
from tests.local_cloud.waiting import eventually

AGENT, FLEET = "dense", "load-test-fleet"
CLUSTER = naming.cluster(naming.LOCAL)


def as_a_daemon(entry: dict[str, Any]) -> None:
    entry["tasks"] = {"daemon": True}
    del entry["scaling"], entry["compute"]["placement"], entry["environments"]["local"]["tasks"]


@pytest.fixture
def platform(tmp_path) -> Iterator[Platform]:
    with empty_platform(tmp_path, AGENT, FLEET, source=GALLERY) as platform:
        platform.edit(AGENT, as_a_daemon)
        assert {it.status for it in platform.up().values()} == {"done"}
        yield platform


def instances(platform: Platform) -> set[str]:
    asked = platform.aws.call("ecs", "list_container_instances", cluster=CLUSTER)["containerInstanceArns"]
    return {it.rpartition("/")[2] for it in asked}


def agents(platform: Platform, tag: str) -> list[str]:
    """The instances on which one of this image runs; none while another image's task runs anywhere."""
    arns = platform.aws.call("ecs", "list_tasks", cluster=CLUSTER, serviceName=AGENT)["taskArns"]
    tasks = platform.aws.call("ecs", "describe_tasks", cluster=CLUSTER, tasks=arns)["tasks"] if arns else []
    if any(not it["containers"][0]["image"].endswith(f":{tag}") for it in tasks):
        return []
    return sorted(it["containerInstanceArn"].rpartition("/")[2] for it in tasks if it["lastStatus"] == "RUNNING")


def run_everywhere(platform: Platform, tag: str) -> bool:
    return bool(instances(platform)) and agents(platform, tag) == sorted(instances(platform))


def test_one_task_runs_on_each_instance_whatever_is_released(platform: Platform):
    assert platform.first_release(FLEET).status == "succeeded"
    platform.gateways.runs.start(FLEET, RunRequest("yui", copies=5, environment={"STEPS": "0"}))
    eventually(lambda: len(instances(platform)) == 2)
    assert agents(platform, "1.0.0") == []

    assert platform.release(AGENT, image="1.0.0").status == "succeeded"
    assert eventually(lambda: run_everywhere(platform, "1.0.0"))
    assert platform.previews() == {}

    assert platform.release(AGENT, image="1.1.0").status == "succeeded"
    assert eventually(lambda: run_everywhere(platform, "1.1.0"))

    assert platform.release(AGENT, to=1).status == "succeeded"
    assert eventually(lambda: run_everywhere(platform, "1.0.0"))
    assert platform.previews() == {}

    [problem] = platform.gateways.releases.proposal(AGENT, ReleaseRequest(tasks=TaskLimits(min=0, max=0))).problems
    assert problem.startswith("tasks: one runs on each EC2 instance, so there is nothing to scale or pause")


def test_a_daemon_whose_first_release_fails_runs_nowhere(platform: Platform):
    assert platform.first_release(FLEET).status == "succeeded"
    platform.gateways.runs.start(FLEET, RunRequest("yui", environment={"STEPS": "0"}))
    assert eventually(lambda: len(instances(platform)) == 1)
    platform.edit(AGENT, lambda entry: entry.update(health={"path": "/nope", "grace_seconds": 1}))
    assert platform.up()[f"local.{AGENT}"].status == "done"

    failed = platform.release(AGENT, image="1.0.0")

    assert failed.status == "failed"
    assert "There was no release to go back to, so the service runs no tasks" in failed.reason
    assert eventually(
        lambda: not platform.aws.call("ecs", "list_tasks", cluster=CLUSTER, serviceName=AGENT)["taskArns"]
    )
