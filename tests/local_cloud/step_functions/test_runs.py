"""The state machine that the program provisions, at work."""

import json

import pytest

from infra.documents.runs import RunPlan, Task, definition
from service_catalog import naming
from tests.local_cloud.services import BUCKET, CLUSTER
from tests.local_cloud.step_functions.machine import Machine, tasks_of
from tests.local_cloud.waiting import eventually


@pytest.fixture
def runs(service):
    """Of ``service``, whose live revision is a job that takes a few steps; a second run at once is left out."""
    live = service.definition("job:1.0.0", port=None, environment=[{"name": "STEPS", "value": "5"}])
    body = json.dumps({"version": 1, "release": 1, "revision": live}).encode()
    service.aws("s3").put_object(Bucket=BUCKET, Key=naming.live_key(service.name), Body=body)
    task = Task(service.name, "aws", BUCKET, {"Cluster": CLUSTER, "LaunchType": "FARGATE"})
    plan = RunPlan(copies=1, attempts=2, timeout_seconds=60, skips=True)
    return Machine(service.aws, service.name, definition(plan, task)["States"])


def test_copies_run_at_once_each_with_its_number_command_and_settings(runs, service):
    run = runs.start(who="sato", why="load", copies=3, command=["exit", "0"], environment={"COLOR": "red"})
    assert runs.ended(run)["status"] == "SUCCEEDED"
    tasks = tasks_of(service.ecs, service.name)
    [overrides] = [one["overrides"]["containerOverrides"] for one in tasks if "2" in settings(one)["RUN_COPY"]]
    assert overrides[0]["command"] == ["exit", "0"]
    assert {settings(one)["RUN_COPY"] for one in tasks} == {"1", "2", "3"}
    assert {settings(one)["COLOR"] for one in tasks} == {"red"}
    assert {one["group"] for one in tasks} == {naming.run_group(run.rpartition(":")[2])}


def settings(task):
    [container] = task["overrides"]["containerOverrides"]
    return {one["name"]: one["value"] for one in container["environment"]}


def test_a_copy_that_fails_is_tried_again_and_fails_the_run(runs, service):
    ended = runs.ended(runs.start(who="sato", why="", command=["exit", "3"]))
    assert (ended["status"], ended["error"]) == ("FAILED", "CopiesFailed")
    assert len(tasks_of(service.ecs, service.name)) == 2


def test_a_run_beside_another_is_left_out(runs, service):
    first = runs.start(who="schedule", why="")
    eventually(lambda: tasks_of(service.ecs, service.name))
    assert json.loads(runs.ended(runs.start(who="schedule", why=""))["output"]) == {"skipped": True}
    assert runs.ended(first)["status"] == "SUCCEEDED"


def test_without_a_release_a_run_says_so(service):
    task = Task("never-released", "aws", BUCKET, {"Cluster": CLUSTER})
    machine = Machine(service.aws, service.name, definition(RunPlan(1, 1, 60, False), task)["States"])
    assert machine.ended(machine.start(who="sato", why=""))["error"] == "NotReleased"
