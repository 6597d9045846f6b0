"""Runs, with the state machine that the program makes; and what is told of those that ECS forgot."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from infra.documents.runs import RunPlan
from runtime.aws.ecs_tasks import read_task
from runtime.aws.errors import Absent
from runtime.aws.step_functions import read_execution
from runtime.runs import Copy, RunInvalid, RunRequest
from runtime.runs.request import problems
from runtime.runs.run import copies_of, read_run, told_tasks
from service_catalog import naming
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.provisioning import ENVIRONMENT, Wanted
from tests.record_builders import a_provisioned

JOB = "nightly"
SATO = RunRequest("sato", "to see")


@pytest.fixture
def aws():
    return FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, 5, tzinfo=UTC))


@pytest.fixture
def local(aws):
    """A job, provisioned with its state machine and released."""
    made = FakeEnvironment(aws, ENVIRONMENT)
    made.provisioner.make_service(JOB, Wanted(kind="job", env_files=()))
    made.begin(JOB, "1.0.0")
    return made


@pytest.fixture
def gateways(local):
    return local.gateways


@pytest.fixture
def ends(aws, gateways):
    """``ends(run, exit_code=1, lines=["no"])`` after 10 seconds, and gives the run."""

    def end(run, **how):
        aws.passes(seconds=10)
        aws.step_functions.ends(run, **how)
        return gateways.runs.read(JOB, run)

    return end


def test_each_copy_of_a_run_says_how_it_ended(gateways, ends):
    live = gateways.releases.live(JOB).release

    run = gateways.runs.start(JOB, RunRequest("sato", "to see", copies=3, environment={"A": "1"}))
    done = ends(run)

    assert (done.status, done.exit_codes, done.reason, done.revision) == ("succeeded", (0, 0, 0), "", live.revision)
    assert [(copy.number, copy.status) for copy in done.copies] == [
        (1, "succeeded"),
        (2, "succeeded"),
        (3, "succeeded"),
    ]
    assert (done.request.who, done.request.why, done.request.environment) == ("sato", "to see", {"A": "1"})
    [listed] = gateways.runs.recent(JOB)
    assert (listed.id, listed.status, listed.request.copies, listed.copies) == (run, "succeeded", 3, ())


def test_what_is_started_twice_by_one_id_is_one_run(gateways):
    drawn = gateways.runs.new_id()

    started = [gateways.runs.start(JOB, SATO, drawn) for _press in range(2)]

    assert started == [drawn, drawn]
    assert [run.id for run in gateways.runs.recent(JOB)] == [drawn]
    with pytest.raises(RunInvalid) as refused:
        gateways.runs.start(JOB, replace(SATO, copies=2), drawn)
    assert refused.value.problems == [f"{drawn} was started from this form with other settings; start once more"]


def test_what_is_no_id_of_a_run_is_not_taken_for_one(gateways):
    assert gateways.runs.start(JOB, SATO, "../x").startswith("run-")


def test_a_run_fails_with_one_of_its_copies_which_says_exit_code_and_last_lines(aws, gateways, ends):
    run = gateways.runs.start(JOB, replace(SATO, copies=2))
    aws.step_functions.ends(run, copy=1)

    done = ends(run, exit_code=7, lines=["step 1 done", "no such table"])

    assert (done.status, done.reason) == ("failed", "copies failed: 1 of 2")
    assert [(copy.status, copy.exit_code, copy.lines) for copy in done.copies] == [
        ("succeeded", 0, ()),
        ("failed", 7, ("step 1 done", "no such table")),
    ]


def test_a_copy_that_never_started_says_why(gateways, ends):
    never = {"exit_code": None, "code": "TaskFailedToStart", "reason": "CannotPullContainerError: no such image"}

    [copy] = ends(gateways.runs.start(JOB, SATO), **never).copies

    assert (copy.status, copy.exit_code, copy.reason) == ("failed", None, "CannotPullContainerError: no such image")


def test_of_several_attempts_at_a_copy_the_last_one_counts(aws, local, gateways, ends):
    attempts = RunPlan(copies=1, attempts=2, timeout_seconds=3600, skips=False)
    local.provisioner.change_service(JOB, Wanted(kind="job", env_files=(), run_plan=attempts))
    run = gateways.runs.start(JOB, SATO)

    assert ends(run, exit_code=7).status == "running"
    aws.passes(seconds=5)
    done = ends(run)

    assert (done.status, [copy.exit_code for copy in done.copies]) == ("succeeded", [0])


def test_a_run_beside_another_is_skipped(aws, local, gateways):
    alone = RunPlan(copies=1, attempts=1, timeout_seconds=3600, skips=True)
    local.provisioner.change_service(JOB, Wanted(kind="job", env_files=(), run_plan=alone))
    first = gateways.runs.start(JOB, SATO)
    aws.passes(seconds=1)

    second = gateways.runs.start(JOB, SATO)

    assert gateways.runs.read(JOB, first).status == "running"
    done = gateways.runs.read(JOB, second)
    assert (done.status, done.reason, done.copies) == ("skipped", "an earlier run still went on", ())


def test_a_run_is_stopped_with_its_tasks_and_says_by_whom(gateways):
    run = gateways.runs.start(JOB, SATO)
    assert [it.status for it in gateways.runs.read(JOB, run).copies] == ["running"]

    gateways.runs.stop(JOB, run, "suzuki")

    done = gateways.runs.read(JOB, run)
    assert (done.status, done.reason) == ("stopped", "stopped by suzuki")
    assert [it.status for it in done.copies] == ["stopped"]
    gateways.runs.stop(JOB, run, "ito")
    assert gateways.runs.read(JOB, run).reason == "stopped by suzuki"


def test_the_audit_trail_names_who_started_and_stopped_a_run_and_keeps_no_arguments(aws, gateways):
    asked = RunRequest("sato", "to see", 2, ("exit", "0"), {"COLOR": "red"})
    run = gateways.runs.start(JOB, asked)
    aws.passes(seconds=1)
    gateways.runs.stop(JOB, run, "suzuki")
    gateways.runs.stop(JOB, run, "ito")  # it has ended
    with pytest.raises(Absent):
        gateways.runs.stop(JOB, "run-nosuch", "ito")

    stopped, started = [act for act in gateways.audit.newest(JOB, 10) if act.entry.action != "release"]

    assert (started.entry.action, started.entry.who, started.entry.why) == ("start-run", "sato", "to see")
    assert started.entry.about == {"run": run, "copies": 2, "program": "exit", "variables": ["COLOR"]}
    assert (stopped.entry.action, stopped.entry.who, stopped.entry.about) == ("stop-run", "suzuki", {"run": run})
    assert [act.outcome.status for act in (started, stopped)] == ["done", "done"]


def test_a_run_that_takes_too_long_has_timed_out(aws, gateways):
    run = gateways.runs.start(JOB, replace(SATO, timeout_seconds=60))
    aws.passes(seconds=60)

    done = gateways.runs.read(JOB, run)

    assert (done.status, [copy.status for copy in done.copies]) == ("timed-out", ["timed-out"])


def test_a_release_reaches_the_next_run(local, gateways, ends):
    later = local.begin(JOB, "1.1.0")

    done = ends(gateways.runs.start(JOB, SATO))

    assert done.revision == later.revision


def test_a_run_is_told_by_its_history_once_ecs_has_forgotten_its_tasks(aws, gateways, ends):
    run = gateways.runs.start(JOB, replace(SATO, copies=2))
    aws.step_functions.ends(run, copy=2)
    known = ends(run, exit_code=7)

    aws.passes(hours=2)

    assert gateways.tasks.of_family(naming.release_family(ENVIRONMENT.name, JOB)) == []
    assert gateways.runs.read(JOB, run) == known


def test_what_cannot_run_is_refused_with_all_that_is_wrong(local, gateways):
    local.provisioner.make_service("weekly", Wanted(kind="job", env_files=()))

    with pytest.raises(RunInvalid) as refused:
        gateways.runs.start("weekly", RunRequest("sato", copies=0, command=("",), environment={"A-B": "1"}))

    assert refused.value.problems == [
        "copies: must be 1 to 1000, got 0",
        "command: must name a program; leave it out to run the image's own",
        "environment: A-B is no name of a variable; use letters, digits and _",
        "weekly has no live release yet; release it first",
    ]
    assert gateways.runs.recent("weekly") == []
    with pytest.raises(Absent, match=r"^weekly has no run run-nosuch in the last 90 days$"):
        gateways.runs.read("weekly", "run-nosuch")


def test_a_run_has_no_more_copies_than_step_functions_keeps_track_of_with_the_entrys_attempts():
    provisioned = a_provisioned(kind="job", tasks=None, entry={"run": {"attempts": 10}})
    assert list(problems(RunRequest("sato", copies=301), provisioned)) == ["copies: must be 1 to 300, got 301"]
    assert list(problems(RunRequest("sato", copies=300), provisioned)) == []


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (RunRequest("sato", timeout_seconds=0), "timeout: must be 1 to 20160 minutes (14 days), got 0"),
        (RunRequest("sato", timeout_seconds=20_161 * 60), "timeout: must be 1 to 20160 minutes (14 days), got 20161"),
        (RunRequest("sato", cpu=300), "cpu, memory: must be one of Fargate's sizes"),
        (RunRequest("sato", memory_mib=8192), "cpu, memory: must be 512 to 2048 MiB"),
        (RunRequest("sato", environment={"DB_PASSWORD": "tops3cret"}), "environment: DB_PASSWORD looks like a secret"),
        (RunRequest("sato", environment={"A": "x" * 8000}), "command and environment: ECS takes 7680 characters"),
    ],
)
def test_a_run_keeps_to_what_ecs_takes(request_, problem):
    [said] = problems(request_, a_provisioned(kind="job", tasks=None))
    assert said.startswith(problem)


def test_a_run_on_instances_takes_any_size():
    provisioned = a_provisioned(kind="job", tasks=None, entry={"compute": {"capacity": "ec2"}})
    assert list(problems(RunRequest("sato", cpu=300, memory_mib=700), provisioned)) == []


@pytest.mark.parametrize("command", [None, (), ("",)])
def test_what_never_ends_runs_with_a_command_only(command):
    asked = RunRequest("sato", command=command)

    [said] = problems(asked, a_provisioned(kind="worker"))

    assert said == (
        "command: a web service or worker never ends by itself; say what to run in its place (`slipway run` takes it "
        "as `-- COMMAND …`)"
    )
    assert list(problems(replace(asked, command=("bin/migrate",)), a_provisioned(kind="worker"))) == []
    assert list(problems(RunRequest("sato"), a_provisioned(kind="task", tasks=None))) == []


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
