"""What ends with the local cloud, and what comes back with it."""

import os
import resource
import signal
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from local_cloud.cloud import LocalCloud
from local_cloud.tasks.images import digest
from tests.local_cloud.conftest import clients_of
from tests.local_cloud.services import BUCKET, SampleService, prepare
from tests.local_cloud.test_cloud import emulator_pids
from tests.local_cloud.waiting import eventually


@pytest.fixture
def steady_seconds():
    return 0.2


@pytest.fixture
def own_cloud(tmp_path, steady_seconds):
    cloud = LocalCloud(tmp_path, steady_seconds=steady_seconds)
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


def remembers(cloud, text):
    for path in (cloud.state / "ministack" / "memory").glob("set-*/ecs.json"):
        with suppress(FileNotFoundError):  # a newer set has taken its place
            if text in path.read_text():
                return True
    return False


def kill_and_start(cloud):
    os.kill(cloud._emulators[0].pid, signal.SIGKILL)
    cloud.stop()
    cloud.start()


def test_a_killed_emulator_loses_seconds_at_most(own_cloud, service):
    """Killed at the very moment when the service is on disk for the first time, so that nothing may come later."""
    assert eventually(lambda: remembers(own_cloud, '"serviceName": "web"'))
    kill_and_start(own_cloud)
    assert eventually(lambda: len(service.running()) == 2)


@pytest.mark.parametrize("steady_seconds", [4])
def test_a_rollout_in_which_the_emulator_is_killed_is_carried_to_its_end(own_cloud, service):
    wanted = service.definition(env="GREETING=new\n")
    service.update(taskDefinition=wanted)
    assert eventually(lambda: remembers(own_cloud, f'"taskDefinition": "{wanted}"'))
    assert service.newest()["status"] == "IN_PROGRESS"

    kill_and_start(own_cloud)

    assert service.settled() == "SUCCESSFUL"
    assert eventually(lambda: [task["taskDefinitionArn"] for task in service.running()] == [wanted] * 2)


def test_what_an_object_speaks_of_outlives_a_kill_in_the_same_moment(own_cloud, service):
    wanted = service.definition(env="GREETING=new\n")
    service.update(taskDefinition=wanted)
    assert service.settled() == "SUCCESSFUL"
    service.aws("s3").put_object(Bucket=BUCKET, Key="releases/web/r000001.outcome.json", Body=b"{}")

    kill_and_start(own_cloud)

    assert service.newest()["status"] == "SUCCESSFUL"
    assert service.describe()["taskDefinition"] == wanted
    assert service.definition().rpartition(":")[2] == str(int(wanted.rpartition(":")[2]) + 1)


@pytest.fixture
def no_room(own_cloud):
    """No file of MiniStack may grow beyond so many bytes: to it that is a full disk."""

    def set_to(size):
        resource.prlimit(own_cloud._emulators[0].pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return set_to


def refused(call):
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]


def test_an_object_that_cannot_be_kept_is_refused(own_cloud, no_room):
    aws = clients_of(own_cloud)
    prepare(aws)
    s3 = aws("s3")
    s3.put_object(Bucket=BUCKET, Key="first", Body=b"kept")
    no_room(100_000)

    large = {"Bucket": BUCKET, "Key": "large", "Body": b"x" * 90_000, "IfNoneMatch": "*"}
    assert refused(lambda: s3.put_object(**large)) == "InsufficientStorage"
    assert refused(lambda: s3.get_object(Bucket=BUCKET, Key="large")) == "NoSuchKey"

    no_room(resource.RLIM_INFINITY)
    s3.put_object(**large)
    kill_and_start(own_cloud)
    assert s3.get_object(Bucket=BUCKET, Key="large")["Body"].read() == large["Body"]


def test_an_object_is_refused_as_long_as_what_it_speaks_of_cannot_be_saved(own_cloud, service, no_room):
    no_room(1_000)
    service.definition(env=None)
    s3 = service.aws("s3")
    assert refused(lambda: s3.put_object(Bucket=BUCKET, Key="r1.json", Body=b"{}")) == "InsufficientStorage"
    no_room(resource.RLIM_INFINITY)
    s3.put_object(Bucket=BUCKET, Key="r1.json", Body=b"{}")


def test_ecr_shows_the_images_of_the_table(aws):
    [image] = aws("ecr").describe_images(repositoryName="orders-api", imageIds=[{"imageTag": "1.1.0"}])["imageDetails"]
    assert image["imageTags"] == ["1.1.0"]
    assert image["imageDigest"] == digest("orders-api", "1.1.0")
