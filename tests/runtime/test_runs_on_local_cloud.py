"""One run through all of the local cloud: the state machine, the processes that it starts, and their logs."""

from runtime.releases.request import ReleaseRequest
from runtime.runs import RunRequest
from tests.local_cloud.waiting import eventually
from tests.provisioning import Wanted

QUICK = {"environment": [{"name": "STEPS", "value": "1"}, {"name": "STEP_SECONDS", "value": "0"}]}


def test_each_copy_says_exit_code_and_last_lines(provisioner, gateways, service_name):
    provisioner.make_service(service_name, Wanted(program="job", kind="job", env_files=(), container=QUICK))
    live = gateways.releases.release(service_name, ReleaseRequest(image="1.0.0"), who="sato", why="")

    run = gateways.runs.start(service_name, RunRequest("sato", copies=2, command=("exit", "7"), timeout_seconds=60))

    assert eventually(lambda: gateways.runs.read(service_name, run).ended_at is not None)
    done = gateways.runs.read(service_name, run)
    assert (done.status, done.reason, done.revision) == ("failed", "copies failed: 2 of 2", live.revision)
    assert [(copy.number, copy.status, copy.exit_code) for copy in done.copies] == [(1, "failed", 7), (2, "failed", 7)]
    assert all("finished" in copy.lines[-1] for copy in done.copies)
