import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from infra.documents.runs import RunPlan
from service_catalog import naming
from tests.local_cloud.waiting import eventually
from tests.provisioning import ENVIRONMENT, Provisioner, Wanted
from tests.runtime.fake_aws.sides import CLUSTER, Side, code_of, run_ends_in_the_fake


@dataclass
class Job:
    """With the state machine that provisioning makes; a run of its own while another goes on is left out."""

    side: Side
    name: str

    def __post_init__(self) -> None:
        endless = {"environment": [{"name": "STEPS", "value": "0"}, {"name": "STEP_SECONDS", "value": "0.1"}]}
        plan = RunPlan(copies=1, attempts=1, timeout_seconds=60, skips=True)
        wanted = Wanted(program="job", kind="job", env_files=(), pinned_tag="1.0.0", container=endless, run_plan=plan)
        self.side.provisioner.make_service(self.name, wanted)
        self.revision = self.side.provisioner.register_blanks(self.name, wanted)
        self.machine = self.side.provisioner.state_machine_arn(self.name)
        self.sfn, self.ecs = self.side.aws("stepfunctions"), self.side.aws("ecs")

    def start(self, name: str = "run-1", **given: Any) -> str:
        """Its ARN. It goes on for ever."""
        said = json.dumps({"revision": self.revision, **given})
        return self.sfn.start_execution(stateMachineArn=self.machine, name=name, input=said)["executionArn"]

    def exits(self, code: int, **given: Any) -> dict[str, Any]:
        run = self.start(**{"command": ["exit", str(code)], "environment": {"STEPS": "1"}, **given})
        self.side.run_ends(run, code)
        return self.sfn.describe_execution(executionArn=run)

    def tasks(self) -> list[dict[str, Any]]:
        family = naming.definition_family(ENVIRONMENT.name, self.name)
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in self.ecs.list_tasks(cluster=CLUSTER, family=family, desiredStatus=status)["taskArns"]
        ]
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []

    def events(self, run: str) -> list[dict[str, Any]]:
        return self.sfn.get_execution_history(executionArn=run, maxResults=1000)["events"]


@pytest.fixture
def job(side):
    return Job(side, f"{side.service}-job")


def test_a_run_starts_its_copies_as_tasks_and_succeeds_with_them(job):
    ended = job.exits(0, copies=2, environment={"COLOR": "red", "STEPS": "1"}, cpu=512)

    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"failed": 0, "timed_out": 0})
    assert ended["stopDate"] > ended["startDate"]
    tasks = job.tasks()
    assert {(it["taskDefinitionArn"], it["group"], it["overrides"]["cpu"]) for it in tasks} == {
        (job.revision, naming.run_group("run-1"), "512")
    }
    [one, other] = [it["overrides"]["containerOverrides"][0] for it in tasks]
    assert one["command"] == ["exit", "0"]
    settings = [{it["name"]: it["value"] for it in override["environment"]} for override in (one, other)]
    assert sorted(it["RUN_COPY"] for it in settings) == ["1", "2"]
    assert {(it["RUN_ID"], it["COLOR"]) for it in settings} == {("run-1", "red")}
    assert [(it["containers"][0]["exitCode"], it["stopCode"]) for it in tasks] == [(0, "EssentialContainerExited")] * 2


def test_a_run_fails_with_a_copy_and_its_history_says_how_that_ended(job):
    ended = job.exits(7)

    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "CopiesFailed", "1 of 1 failed")
    events = {it["type"]: it for it in job.events(ended["executionArn"])}
    submitted = json.loads(events["TaskSubmitted"]["taskSubmittedEventDetails"]["output"])["Tasks"][0]
    failed = events["TaskFailed"]["taskFailedEventDetails"]
    assert (failed["error"], failed["resourceType"], failed["resource"]) == ("States.TaskFailed", "ecs", "runTask.sync")
    cause = json.loads(failed["cause"])
    assert cause["TaskArn"] == submitted["TaskArn"] == job.tasks()[0]["taskArn"]
    assert cause["Containers"][0]["ExitCode"] == 7
    assert events["ExecutionFailed"]["executionFailedEventDetails"]["error"] == "CopiesFailed"


def test_a_copy_that_takes_too_long_is_stopped(job):
    ended = job.exits(143, environment={}, timeout_seconds=1)

    assert (ended["status"], ended["error"]) == ("FAILED", "CopiesTimedOut")
    [task] = job.tasks()
    assert (task["desiredStatus"], task["stopCode"]) == ("STOPPED", "UserInitiated")


def test_a_run_that_is_stopped_stops_its_tasks_and_stays_as_it_was(job):
    run = job.start()
    assert eventually(lambda: [it["lastStatus"] for it in job.tasks()] == ["RUNNING"])

    job.sfn.stop_execution(executionArn=run, error="Stopped", cause="by sato")
    job.sfn.stop_execution(executionArn=run, cause="by ito")

    stopped = job.sfn.describe_execution(executionArn=run)
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "Stopped", "by sato")
    assert eventually(lambda: [it["lastStatus"] for it in job.tasks()] == ["STOPPED"])
    assert job.tasks()[0]["stopCode"] == "UserInitiated"
    assert "ExecutionAborted" in [it["type"] for it in job.events(run)]


def test_what_ended_cannot_be_stopped(job):
    run = job.exits(0)["executionArn"]

    assert code_of(job.sfn.stop_execution, executionArn=run) == "ValidationException"


def test_a_name_is_given_once(job):
    ended = job.exits(0)

    again = {"stateMachineArn": job.machine, "name": "run-1"}
    assert code_of(job.sfn.start_execution, **again, input=ended["input"]) == "ExecutionAlreadyExists"
    assert code_of(job.sfn.start_execution, **again, input="{}") == "ExecutionAlreadyExists"


def test_a_run_takes_what_is_live_when_it_names_no_revision(job):
    assert job.exits(0, revision=None)["error"] == "NotReleased"

    live = json.dumps({"version": 1, "release": 1, "revision": job.revision})
    key = naming.live_key(job.name)
    job.side.aws("s3").put_object(Bucket=job.side.provisioner.bucket, Key=key, Body=live.encode())

    assert job.exits(0, name="run-2", revision=None)["status"] == "SUCCEEDED"
    assert [it["taskDefinitionArn"] for it in job.tasks()] == [job.revision]


def test_a_revision_that_is_not_there_is_told_in_ecs_words(job):
    ended = job.exits(0, revision="nobody:1")

    assert ended["error"] == "CopiesFailed"
    [failed] = [it["taskFailedEventDetails"] for it in job.events(ended["executionArn"]) if it["type"] == "TaskFailed"]
    assert failed["error"] == "ECS.ClientException"


def test_a_run_beside_another_is_left_out_and_both_are_listed_newest_first(job):
    first = job.start()
    second = job.exits(0, name="run-2")

    assert json.loads(second["output"]) == {"skipped": True}

    def listed(**asked: Any) -> list[str]:
        pages = job.sfn.get_paginator("list_executions").paginate(stateMachineArn=job.machine, **asked)
        return [it["name"] for page in pages for it in page["executions"]]

    assert listed(PaginationConfig={"PageSize": 1}) == ["run-2", "run-1"]
    assert listed(statusFilter="RUNNING") == ["run-1"]
    job.sfn.stop_execution(executionArn=first)


def test_what_step_functions_does_not_know_is_refused(job):
    other, execution = f"{job.machine}-other", job.start().replace("run-1", "run-2")

    assert code_of(job.sfn.start_execution, stateMachineArn=other) == "StateMachineDoesNotExist"
    assert code_of(job.sfn.describe_state_machine, stateMachineArn=other) == "StateMachineDoesNotExist"
    assert code_of(job.sfn.update_state_machine, stateMachineArn=other, definition="{}") == "StateMachineDoesNotExist"
    assert code_of(job.sfn.describe_execution, executionArn=execution) == "ExecutionDoesNotExist"
    assert code_of(job.sfn.get_execution_history, executionArn=execution) == "ExecutionDoesNotExist"
    assert code_of(job.sfn.stop_execution, executionArn=execution) == "ExecutionDoesNotExist"


# --- where the local cloud is laxer than AWS, the fake is not ---------------------------------------------------------


def test_executions_of_no_machine_are_refused(fake):
    nosuch = ENVIRONMENT.arn("states", "stateMachine:nosuch")

    assert code_of(fake.client("stepfunctions").list_executions, stateMachineArn=nosuch) == "StateMachineDoesNotExist"


def test_the_same_name_and_input_while_it_goes_on_is_the_same_execution(fake):
    provisioner = Provisioner(fake.client)
    provisioner.make_environment()
    side = Side(fake.client, provisioner, "orders", lambda _: None, lambda run, code: None)
    job = Job(side, "nightly")

    assert job.start() == job.start()
    assert len(job.tasks()) == 1
    assert code_of(job.start, copies=2) == "ExecutionAlreadyExists"


def test_ecs_forgets_a_task_an_hour_after_its_end(fake):
    provisioner = Provisioner(fake.client)
    provisioner.make_environment()
    job = Job(Side(fake.client, provisioner, "orders", lambda _: None, partial(run_ends_in_the_fake, fake)), "nightly")
    job.exits(0)

    fake.passes(minutes=60)
    assert len(job.tasks()) == 1
    fake.passes(seconds=1)
    assert job.tasks() == []
