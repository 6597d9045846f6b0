"""`slipway run`: its exit code, what it tells of a run, and of one that nobody watches any more."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.errors import Refusal
from cli.run import _switch, _tell, _watched, exit_code, run_line
from runtime.runs import Copy, Run, RunRequest
from service_catalog import naming
from tests.cli.test_usage import refusal
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.provisioning import ENVIRONMENT, Wanted

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RUN = Run("run-1", "orders", RunRequest("sato", "Backfill", copies=2), "succeeded", NOON, NOON)


def ended(status: Any, *codes: int | None) -> Run:
    copies = (Copy(number, "failed" if code else "succeeded", exit_code=code) for number, code in enumerate(codes, 1))
    return replace(RUN, status=status, copies=tuple(copies))


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (ended("succeeded", 0, 0), 0),
        (ended("skipped"), 1),
        (ended("failed", 7), 7),
        (ended("failed", 0, 3, 5), 3),
        (ended("failed", None), 1),
        (ended("timed-out", None), 1),
        (ended("stopped", 137), 137),
    ],
)
def test_exit_code_is_the_command_s_own(run, code):
    assert exit_code(run) == code


@pytest.fixture
def local():
    """With a released job."""
    aws = FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, NOON)
    made = FakeEnvironment(aws, ENVIRONMENT)
    made.provisioner.make_service("nightly", Wanted(kind="job", env_files=()))
    made.begin("nightly", "1.0.0")
    return made


def test_failed_run_tells_the_last_lines_of_each_copy_and_how_it_ended(local, capsys):
    local.runs_end("nightly", exit_code=7, lines=["no such table"])
    run = local.gateways.runs.start("nightly", RunRequest("sato", copies=2))

    _tell(_watched(local.gateways, "local", "nightly", run))

    told = capsys.readouterr()
    assert told.out == "1> no such table\n2> no such table\n"
    assert told.err == (
        f"{run} failed: copies failed: 2 of 2\n"
        "  copy 1 failed, exit code 7: Essential container in task exited\n"
        "  copy 2 failed, exit code 7: Essential container in task exited\n"
    )


def test_whoever_interrupts_is_told_that_the_run_goes_on_and_how_to_stop_it(local, capsys):
    run = local.gateways.runs.start("nightly", RunRequest("sato"))
    local.aws.refusals["stepfunctions.describe_execution"] = KeyboardInterrupt()

    with pytest.raises(SystemExit) as left:
        _watched(local.gateways, "dev", "nightly", run)

    assert left.value.code == 130
    assert capsys.readouterr().err == (
        f"slipway: interrupted; {run} goes on, unwatched; `slipway runs dev nightly --stop {run}` stops it\n"
    )


def test_listed_run_says_when_who_and_why_and_what_became_of_it():
    failed = replace(RUN, status="failed", reason="copies failed: 1 of 2")

    said = "2026-11-20 12:00:00 UTC  run-1  failed  copies: 2  by sato (Backfill): copies failed: 1 of 2"
    assert run_line(failed) == said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--set", "A"), "Invalid value for '--set': must be NAME=VALUE; got 'A'"),
        (("--set", "=1"), "Invalid value for '--set': must be NAME=VALUE; got '=1'"),
        (
            ("--set", "A=1", "--set", "A=2"),
            "Invalid value for '--set': names A more than once; say one value of each",
        ),
        (("--copies", "0"), "Invalid value for '--copies': 0 is not in the range 1<=x<=1000."),
    ],
)
def test_words_that_mean_no_run_are_refused(slipway, words, sentence):
    assert refusal(slipway("run", "dev", "orders", *words)) == sentence


def test_a_schedule_is_paused_and_resumed_with_who_and_why(local, capsys):
    where = {"GroupName": naming.schedule_group("local"), "Name": naming.schedule("local", "nightly")}
    window, target = {"Mode": "OFF"}, {"Arn": "arn:aws:states:::m", "RoleArn": "arn:aws:iam::000000000000:role/r"}
    local.aws.client("scheduler").create_schedule(
        **where, ScheduleExpression="rate(1 day)", FlexibleTimeWindow=window, Target=target
    )

    _switch(local.gateways, "nightly", "Too dear", is_on=False)
    was_paused = local.gateways.schedules.read("nightly").is_paused
    local.aws.passes(seconds=1)
    _switch(local.gateways, "nightly", "", is_on=True)

    assert (was_paused, local.gateways.schedules.read("nightly").is_paused) == (True, False)
    assert capsys.readouterr().out.splitlines() == [
        "the schedule of nightly starts nothing until --resume; what it misses is not made up for",
        "the schedule of nightly starts runs again",
    ]
    acts = [act.entry for act in local.gateways.audit.newest("nightly", 5)]
    assert [it.why for it in acts if it.action.endswith("schedule")] == ["", "Too dear"]


def test_what_has_no_schedule_cannot_be_paused(local):
    local.provisioner.make_service("backfill", Wanted(kind="task", env_files=()))
    with pytest.raises(Refusal, match="backfill has no schedule"):
        _switch(local.gateways, "backfill", "", is_on=False)
