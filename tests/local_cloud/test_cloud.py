import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from local_cloud.cloud import AlreadyRunning, LocalCloud, NotRunning
from local_cloud.tasks.process_identity import birth
from tests.local_cloud.conftest import clients_of
from tests.local_cloud.waiting import eventually


@pytest.fixture
def owned_elsewhere(tmp_path):
    """A state directory whose cloud another process runs, and that process."""
    owner = subprocess.Popen([sys.executable, "-m", "tests.local_cloud.owner", str(tmp_path)], stdout=subprocess.PIPE)
    assert owner.stdout
    assert owner.stdout.readline() == b"up\n"
    yield tmp_path, owner
    owner.kill()
    owner.wait()
    owner.stdout.close()


def emulator_pids(state):
    found = subprocess.run(["pgrep", "-f", str(state)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def test_what_was_written_is_there_after_a_clean_stop(tmp_path):
    cloud = LocalCloud(tmp_path)
    cloud.start()
    aws = clients_of(cloud)
    aws("s3").create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    aws("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/local/web",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1,
        MaxCapacity=3,
    )
    before = cloud.addresses
    cloud.stop()

    cloud.start()

    assert cloud.addresses == before
    assert [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]] == ["kept"]
    [target] = aws("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]) == ("service/local/web", 1, 3)
    cloud.stop()
    assert emulator_pids(tmp_path) == []


def test_second_start_is_told_who_runs_it(owned_elsewhere):
    state, owner = owned_elsewhere
    with pytest.raises(AlreadyRunning, match=f"run by process {owner.pid}"):
        LocalCloud(state).start()


def test_emulators_end_with_an_owner_that_was_killed(owned_elsewhere):
    state, owner = owned_elsewhere
    assert len(emulator_pids(state)) == 3

    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()

    assert eventually(lambda: emulator_pids(state) == [])


def test_a_killed_owner_is_taken_over_at_once(owned_elsewhere):
    state, owner = owned_elsewhere
    before = LocalCloud(state).addresses
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    heir = LocalCloud(state)

    heir.start()

    record = heir.status()
    assert record
    assert record.owner
    assert record.owner.pid == os.getpid()
    assert heir.addresses == before
    heir.stop()
    assert emulator_pids(state) == []


def test_another_process_may_ask_the_owner_to_stop(owned_elsewhere):
    state, owner = owned_elsewhere
    assert LocalCloud(state).stop_owner()
    assert owner.wait() == 0
    assert not LocalCloud(state).stop_owner()


def test_nobody_resets_a_cloud_that_runs(owned_elsewhere):
    state, owner = owned_elsewhere
    with pytest.raises(AlreadyRunning, match=str(owner.pid)):
        LocalCloud(state).reset()


def test_reset_forgets_what_was_there(tmp_path):
    (tmp_path / "pulumi").mkdir()
    (tmp_path / "local-cloud.json").write_text("{}")
    LocalCloud(tmp_path).reset()
    assert list(tmp_path.iterdir()) == []


def test_addresses_of_a_cloud_that_nobody_runs_are_refused(tmp_path):
    with pytest.raises(NotRunning, match="slipway local up"):
        LocalCloud(tmp_path).environment_variables()


def test_a_pid_that_was_given_to_another_process_is_no_owner(tmp_path):
    written = {
        "addresses": {"ministack_port": 1, "moto_port": 2},
        "owner": {"pid": os.getpid(), "born": "0"},
        "emulators": [],
        "notes": {},
    }
    (tmp_path / "local-cloud.json").write_text(json.dumps(written))
    assert birth(os.getpid()) != "0"
    record = LocalCloud(tmp_path).status()
    assert record
    assert not record.is_running


def test_record_is_for_the_user_alone(cloud):
    assert (cloud.state / "local-cloud.json").stat().st_mode & 0o777 == 0o600
    assert cloud.state.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
def test_every_emulator_refuses_web_pages_and_foreign_names(cloud, header):
    for url in (cloud.addresses.endpoint_url, *cloud.addresses.endpoints.values()):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url + "/", headers=header))
        assert refused.value.code == 403
        refused.value.close()


def test_moto_answers_for_application_auto_scaling_alone(cloud):
    request = urllib.request.Request(
        cloud.addresses.endpoints["application-autoscaling"] + "/",
        data=b"{}",
        headers={"X-Amz-Target": "AmazonEC2ContainerServiceV20141113.ListClusters"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 404
    refused.value.close()
