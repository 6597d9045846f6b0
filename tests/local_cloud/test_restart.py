"""What ends with the local cloud, and what comes back with it."""

import os
import signal

import pytest

from local_cloud.cloud import LocalCloud
from local_cloud.tasks.images import digest
from tests.local_cloud.conftest import clients_of
from tests.local_cloud.services import SampleService, prepare
from tests.local_cloud.test_cloud import emulator_pids
from tests.local_cloud.waiting import eventually


@pytest.fixture
def own_cloud(tmp_path):
    cloud = LocalCloud(tmp_path, steady_seconds=0.2)
    cloud.start()
    yield cloud
    cloud.stop()


@pytest.fixture
def service(own_cloud):
    aws = clients_of(own_cloud)
    prepare(aws)
    made = SampleService(aws, "web")
    made.create(made.definition(env="GREETING=kept\n"), count=2)
    assert made.settled() == "SUCCESSFUL"
    return made


def task_pids(cloud):
    return [int(note.stem) for note in (cloud.state / "tasks").glob("*.json")]


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_clean_stop_ends_every_task_and_a_start_brings_them_back(own_cloud, service):
    before = {task["taskArn"] for task in service.running()}
    pids = task_pids(own_cloud)
    assert len(pids) == 2

    own_cloud.stop()

    assert [is_running(pid) for pid in pids] == [False, False]
    assert emulator_pids(own_cloud.state) == []
    own_cloud.start()
    after = eventually(lambda: service.running() if len(service.running()) == 2 else [])
    assert before.isdisjoint(task["taskArn"] for task in after)
    assert {task["desiredStatus"] for task in service.stopped()} == {"STOPPED"}
    assert service.newest()["status"] == "SUCCESSFUL"


def test_tasks_come_back_only_when_what_they_refer_to_is_there_again(own_cloud, service):
    aws = clients_of(own_cloud)
    aws("secretsmanager").create_secret(Name="shop/key", SecretString="sesame")
    arn = "arn:aws:secretsmanager:ap-northeast-1:000000000000:secret:shop/key"
    service.update(
        taskDefinition=service.definition(env="GREETING=kept\n", secrets=[{"name": "KEY", "valueFrom": arn}])
    )
    assert service.settled() == "SUCCESSFUL"

    own_cloud.stop()
    own_cloud.start()

    assert eventually(lambda: len(service.running()) == 2)
    assert "TaskFailedToStart" not in {task["stopCode"] for task in service.stopped()}


def test_no_task_survives_a_killed_emulator(own_cloud, service):
    pids = task_pids(own_cloud)
    [ministack, _] = own_cloud._emulators
    os.kill(ministack.pid, signal.SIGKILL)
    assert eventually(lambda: not any(is_running(pid) for pid in pids))
    assert eventually(own_cloud.dead_emulator).startswith("MiniStack ended; see ")


def test_a_killed_emulator_loses_seconds_at_most(own_cloud, service):
    snapshot = own_cloud.state / "ministack" / "ecs.json"
    assert eventually(lambda: snapshot.exists() and "COMPLETED" in snapshot.read_text())
    os.kill(own_cloud._emulators[0].pid, signal.SIGKILL)
    own_cloud.stop()

    own_cloud.start()

    assert eventually(lambda: len(service.running()) == 2, seconds=60)


def test_ecr_shows_the_images_of_the_table(aws):
    [image] = aws("ecr").describe_images(repositoryName="orders-api", imageIds=[{"imageTag": "1.1.0"}])["imageDetails"]
    assert image["imageTags"] == ["1.1.0"]
    assert image["imageDigest"] == digest("orders-api", "1.1.0")
