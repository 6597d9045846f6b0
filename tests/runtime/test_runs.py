"""Runs on a local cloud, with the state machine that the program makes; and what is told of those that ECS forgot."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runtime.aws.ecs_tasks import read_task
from runtime.aws.errors import Absent
from runtime.aws.step_functions import read_execution
from runtime.releases.request import ReleaseRequest
from runtime.runs import Copy, RunInvalid, RunRequest
from runtime.runs.request import problems
from runtime.runs.run import copies_of, read_run, told_tasks
from tests.provisioning import Wanted
from tests.record_builders import a_provisioned
from tests.runtime.watching import eventually

pytestmark = pytest.mark.xdist_group("runtime-cloud")
SATO = RunRequest("sato", "to see", timeout_seconds=60)


@pytest.fixture
def job(provisioner, gateways, service_name):
    """Provisioned with its state machine, and released."""
    provisioner.make_service(service_name, Wanted(program="job", kind="job", env_files=(), container=QUICK))
    gateways.releases.release(service_name, ReleaseRequest(image="1.0.0"), who="sato", why="")
    return service_name


QUICK = {"environment": [{"name": "STEPS", "value": "1"}, {"name": "STEP_SECONDS", "value": "0"}]}


def ended(gateways, service, run):
    assert eventually(lambda: gateways.runs.read(service, run).ended_at is not None)
    return gateways.runs.read(service, run)


def test_each_copy_of_a_run_says_how_it_ended(gateways, job):
    live = gateways.releases.live(job).release

    run = gateways.runs.start(job, RunRequest("sato", "to see", copies=3, environment={"A": "1"}))

    done = ended(gateways, job, run)
    assert (done.status, done.exit_codes, done.reason, done.revision) == ("succeeded", (0, 0, 0), "", live.revision)
    assert [(copy.number, copy.status) for copy in done.copies] == [
        (1, "succeeded"),
        (2, "succeeded"),
        (3, "succeeded"),
    ]
    assert (done.request.who, done.request.why, done.request.environment) == ("sato", "to see", {"A": "1"})
    [listed] = gateways.runs.recent(job)
    assert (listed.id, listed.status, listed.request.copies, listed.copies) == (run, "succeeded", 3, ())


def test_what_is_started_twice_by_one_id_is_one_run(gateways, job):
    drawn = gateways.runs.new_id()

    started = [gateways.runs.start(job, SATO, drawn) for _press in range(2)]

    assert started == [drawn, drawn]
    assert [run.id for run in gateways.runs.recent(job)] == [drawn]
    with pytest.raises(RunInvalid) as refused:
        gateways.runs.start(job, replace(SATO, copies=2), drawn)
    assert refused.value.problems == [f"{drawn} was started from this form with other settings; start once more"]


def test_what_is_no_id_of_a_run_is_not_taken_for_one(gateways, job):
    assert gateways.runs.start(job, SATO, "../x").startswith("run-")


def test_a_run_that_fails_says_exit_code_and_last_lines(gateways, job):
    run = gateways.runs.start(job, RunRequest("sato", command=("exit", "7"), timeout_seconds=60))

    done = ended(gateways, job, run)

    [copy] = done.copies
    assert (done.status, done.reason, copy.status, copy.exit_code) == ("failed", "copies failed: 1 of 1", "failed", 7)
    assert any("finished" in line for line in copy.lines)


def test_a_run_is_stopped_with_its_tasks_and_says_by_whom(gateways, job):
    endless = RunRequest("sato", environment={"STEPS": "0", "STEP_SECONDS": "0.1"}, timeout_seconds=60)
    run = gateways.runs.start(job, endless)
    assert eventually(lambda: [it.status for it in gateways.runs.read(job, run).copies] == ["running"])

    gateways.runs.stop(job, run, "suzuki")

    done = gateways.runs.read(job, run)
    assert (done.status, done.reason) == ("stopped", "stopped by suzuki")
    assert eventually(lambda: [it.status for it in gateways.runs.read(job, run).copies] == ["stopped"])
    gateways.runs.stop(job, run, "ito")
    assert gateways.runs.read(job, run).reason == "stopped by suzuki"


def test_the_audit_trail_names_who_started_and_stopped_a_run_and_keeps_no_arguments(gateways, job):
    asked = RunRequest("sato", "to see", 2, ("exit", "0"), {"COLOR": "red"}, timeout_seconds=60)
    run = gateways.runs.start(job, asked)
    gateways.runs.stop(job, run, "suzuki")

    stopped, started = gateways.audit.newest(job, 10)

    assert (started.entry.action, started.entry.who, started.entry.why) == ("start-run", "sato", "to see")
    assert started.entry.about == {"run": run, "copies": 2, "program": "exit", "variables": ["COLOR"]}
    assert (stopped.entry.action, stopped.entry.who, stopped.entry.about) == ("stop-run", "suzuki", {"run": run})
    assert [act.outcome.status for act in (started, stopped)] == ["done", "done"]


def test_a_run_that_takes_too_long_has_timed_out(gateways, job):
    endless = {"STEPS": "0", "STEP_SECONDS": "0.1"}
    run = gateways.runs.start(job, RunRequest("sato", environment=endless, timeout_seconds=1))

    done = ended(gateways, job, run)

    assert (done.status, [copy.status for copy in done.copies]) == ("timed-out", ["timed-out"])


def test_a_release_reaches_the_next_run(gateways, job):
    later = gateways.releases.release(job, ReleaseRequest(image="1.1.0"), who="sato", why="")

    done = ended(gateways, job, gateways.runs.start(job, SATO))

    assert done.revision == later.revision


def test_what_cannot_run_is_refused_with_all_that_is_wrong(gateways, provisioner, service_name):
    provisioner.make_service(service_name, Wanted(program="job", kind="job", env_files=()))

    with pytest.raises(RunInvalid) as refused:
        gateways.runs.start(service_name, RunRequest("sato", copies=0, command=("",), environment={"A-B": "1"}))

    assert refused.value.problems == [
        "copies: must be 1 to 1000, got 0",
        "command: must name a program; leave it out to run the image's own",
        "environment: A-B is no name of a variable; use letters, digits and _",
        f"{service_name} has no live release yet; release it first",
    ]
    assert gateways.runs.recent(service_name) == []
    with pytest.raises(Absent):
        gateways.runs.read(service_name, "run-nosuch")


def test_a_run_has_no_more_copies_than_step_functions_keeps_track_of_with_the_entrys_attempts():
    provisioned = a_provisioned(entry={"run": {"attempts": 10}})
    assert list(problems(RunRequest("sato", copies=301), provisioned)) == ["copies: must be 1 to 300, got 301"]
    assert list(problems(RunRequest("sato", copies=300), provisioned)) == []


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (RunRequest("sato", timeout_seconds=0), "timeout: must be 1 second to 14 days, got 0 s"),
        (RunRequest("sato", cpu=300), "cpu, memory: must be one of Fargate's sizes"),
        (RunRequest("sato", memory_mib=8192), "cpu, memory: must be 512 to 2048 MiB"),
        (RunRequest("sato", environment={"DB_PASSWORD": "tops3cret"}), "environment: DB_PASSWORD looks like a secret"),
        (RunRequest("sato", environment={"A": "x" * 8000}), "command and environment: ECS takes 7680 characters"),
    ],
)
def test_a_run_keeps_to_what_ecs_takes(request_, problem):
    [said] = problems(request_, a_provisioned())
    assert said.startswith(problem)


def test_a_run_that_ecs_forgot_is_told_by_its_history():
    task = {
        "TaskArn": "arn:aws:ecs:eu-west-1:123456789012:task/slipway-dev/0a1b",
        "TaskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev_nightly:3",
        "LastStatus": "PROVISIONING",
        "CreatedAt": 1763812800000,
        "Group": "run:run-1",
        "Containers": [{"Name": "app", "LastStatus": "PENDING"}],
        "Overrides": {"ContainerOverrides": [{"Name": "app", "Environment": [{"Name": "RUN_COPY", "Value": "2"}]}]},
    }
    stopped = {
        "LastStatus": "STOPPED",
        "StoppedAt": 1763812860000,
        "StopCode": "EssentialContainerExited",
        "StoppedReason": "Essential container in task exited",
        "Containers": [{"Name": "app", "LastStatus": "STOPPED", "ExitCode": 3}],
    }
    events = [
        {"type": "TaskSubmitted", "taskSubmittedEventDetails": {"output": json.dumps({"Tasks": [task]})}},
        {
            "type": "TaskFailed",
            "taskFailedEventDetails": {"error": "States.TaskFailed", "cause": json.dumps(task | stopped)},
        },
        {"type": "TaskFailed", "taskFailedEventDetails": {"error": "ECS.ClientException", "cause": "no such revision"}},
    ]

    [told] = told_tasks(events)

    [copy] = copies_of(a_run(), [told])
    assert (copy.number, copy.status, copy.exit_code, copy.task_id) == (2, "failed", 3, "0a1b")
    assert copy.ended_at == datetime.fromtimestamp(1763812860, UTC)


def a_run(status="FAILED", **said):
    execution = {"name": "run-1", "status": status, "startDate": datetime(2026, 11, 22, tzinfo=UTC), **said}
    if status != "RUNNING":
        execution["stopDate"] = datetime(2026, 11, 22, 1, tzinfo=UTC)
    return read_run(a_provisioned(kind="job"), read_execution(execution))


@pytest.mark.parametrize(
    ("said", "status", "reason"),
    [
        ({"status": "RUNNING"}, "running", ""),
        ({"status": "SUCCEEDED", "output": "{}"}, "succeeded", ""),
        ({"status": "SUCCEEDED", "output": '{"skipped": true}'}, "skipped", "an earlier run still went on"),
        ({"error": "CopiesFailed", "cause": "2 of 3 failed"}, "failed", "copies failed: 2 of 3"),
        ({"error": "CopiesTimedOut", "cause": "1 of 1 failed"}, "timed-out", "copies failed: 1 of 1"),
        ({"error": "NotReleased", "cause": "No release"}, "failed", "nothing was released yet"),
        ({"status": "ABORTED", "error": "Stopped", "cause": "stopped by ito"}, "stopped", "stopped by ito"),
        ({"error": "States.Runtime", "cause": "no such state"}, "failed", "States.Runtime: no such state"),
    ],
)
def test_how_an_execution_ended_is_told_in_words(said, status, reason):
    run = a_run(**said)
    assert (run.status, run.reason) == (status, reason)


@pytest.mark.parametrize("given", ["[1]", "{}", '{"who": null}'])
def test_an_execution_that_somebody_started_by_hand_is_a_run_too(given):
    run = a_run("RUNNING", input=given)
    assert (run.request.who, run.request.copies, run.is_scheduled) == ("", 1, False)


def test_copies_that_have_not_started_yet_wait():
    run = a_run("RUNNING", input='{"copies": 2, "who": "schedule"}')
    first = read_task({"taskArn": "t/1", "taskDefinitionArn": "d", "lastStatus": "PENDING"})
    assert copies_of(run, [first]) == (Copy(1, "waiting", "1", reason=""), Copy(2, "waiting"))
    assert run.is_scheduled
