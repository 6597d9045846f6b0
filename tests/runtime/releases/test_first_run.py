"""A release that begins with a run: what goes on after it, what it changes when it fails, and who may carry it on."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runtime.aws.clock import Clock
from runtime.bucket.release_records import ReleaseRefused
from runtime.gateways import Gateways
from runtime.releases.releases import ReleaseInvalid
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from service_catalog.records.provisioned import TaskLimits
from service_catalog.records.releases import FirstRun
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.provisioning import ENVIRONMENT, a_service
from tests.runtime.releases import dying

BEFORE = {"command": ["bin/migrate", "--all"], "timeout_minutes": 5}
LIVE = "live/nightly.json"


@pytest.fixture
def world():
    aws = FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, 5, tzinfo=UTC))
    made = FakeEnvironment(aws, ENVIRONMENT)
    made.push("orders", "1.0.0", "1.1.0")
    made.push("nightly", "1.0.0", "1.1.0")
    made.provision(a_service("orders"))
    made.release("orders", "1.0.0")
    made.provision(a_service("orders", before_release=BEFORE, env_files=["app"]))
    job = a_service("nightly", kind="job", port=None, schedule={"rate": "1 day"}, run={"timeout_minutes": 7})
    made.provision(job)
    return made


def live_image(world, service="orders"):
    return world.gateways.releases.live(service).release.image.rpartition(":")[2]


def outcome(world, release):
    return world.gateways.releases.get(release.service, release.number).outcome


def runs_of(world, service="orders"):
    return [run.id for run in world.gateways.runs.recent(service)]


def test_nothing_is_replaced_before_the_command_has_ended_with_0(world):
    begun = world.begin("orders", "1.1.0")

    assert begun.first_run == FirstRun(command=("bin/migrate", "--all"), timeout_seconds=300)
    assert world.gateways.releases.settle("orders") is None
    assert world.gateways.releases.progress("orders", 2).phase == "first run"
    assert world.aws.ecs.service("orders").definition != begun.revision
    run = world.gateways.runs.read("orders", begun.run_id)
    assert (run.revision, run.request.command) == (begun.revision, ("bin/migrate", "--all"))
    assert (run.request.who, run.request.why, run.request.release) == (begun.who, begun.why, 2)
    assert (run.request.timeout_seconds, run.request.copies) == (300, 1)


def test_whoever_looks_after_it_carries_the_release_on(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id)

    assert world.connect().releases.settle("orders") is None

    assert world.aws.ecs.service("orders").definition == begun.revision
    world.end("orders")
    assert (outcome(world, begun).status, live_image(world)) == ("succeeded", "1.1.0")
    assert runs_of(world) == [begun.run_id]


def test_the_limits_of_a_release_are_set_once_it_is_carried_on(world):
    world.provision(a_service("orders", before_release=BEFORE, tasks={"min": 2, "max": 5}))
    begun = world.begin("orders", "1.1.0")
    before = world.provisioner.limits("orders")
    world.aws.step_functions.ends(begun.run_id)

    world.gateways.releases.settle("orders")

    assert (before, world.provisioner.limits("orders")) == ((1, 1), (2, 5))


def test_a_command_that_fails_changes_nothing_and_says_why(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id, exit_code=3, lines=["adding column", "relation orders is locked"])

    ended = world.gateways.releases.settle("orders")

    assert (ended.status, ended.diagnosis.code) == ("not-carried-out", "first-run")
    assert ended.reason == (
        "`bin/migrate --all` ended with exit code 3. Look at its last log lines; mend it, then release again"
    )
    assert ended.evidence[-1].endswith("> relation orders is locked")
    assert (live_image(world), world.aws.ecs.service("orders").definition) != ("1.1.0", begun.revision)
    assert outcome(world, begun).reason == ended.reason


def test_values_of_settings_are_not_kept_with_what_it_printed(world):
    world.save("orders", "DATABASE_PASSWORD_FILE=/very/secret/path\n")
    begun = world.begin("orders", "1.1.0", env=1)
    world.aws.step_functions.ends(begun.run_id, exit_code=1, lines=["cannot open /very/secret/path"])

    ended = world.gateways.releases.settle("orders")

    assert ended.evidence[-1].endswith("> cannot open ‹DATABASE_PASSWORD_FILE›")
    assert "/very/secret/path" not in str(ended)


def test_a_setting_that_the_command_lacks_is_named(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id, exit_code=1, lines=["DATABASE_URL is not set"])

    ended = world.gateways.releases.settle("orders")

    assert (ended.diagnosis.code, ended.diagnosis.keys) == ("env-missing", ("DATABASE_URL",))
    assert ended.reason.startswith("`bin/migrate --all` ended with exit code 1. Most likely: the program needs")


def test_a_command_that_does_not_end_in_time_says_so(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.now += timedelta(seconds=301)

    ended = world.gateways.releases.settle("orders")

    assert ended.reason.startswith("`bin/migrate --all` did not end within 5 min. ")
    assert outcome(world, begun).reason == ended.reason


def test_the_last_lines_of_a_command_that_was_told_to_stop_are_kept_though_it_ended_with_0(world):
    begun = world.begin("orders", "1.1.0")
    [task] = world.gateways.tasks.of_run("orders", begun.run_id)
    world.prints("orders", task.id, "adding column")
    world.aws.now += timedelta(seconds=301)
    assert world.gateways.runs.status("orders", begun.run_id).status == "timed-out"
    [stopped] = [it for tasks in world.aws.ecs.tasks.values() for it in tasks]
    stopped.exit_code = 0

    ended = world.gateways.releases.settle("orders")

    assert ended.evidence[-1].endswith("> adding column")


def test_a_command_whose_task_was_taken_away_is_not_said_to_have_never_started(world):
    begun = world.begin("orders", "1.1.0")
    taken = "Your Spot Task was interrupted."
    world.aws.step_functions.ends(begun.run_id, exit_code=None, code="SpotInterruption", reason=taken)

    ended = world.gateways.releases.settle("orders")

    assert ended.reason.startswith(f"`bin/migrate --all` was broken off: {taken}")


def test_a_command_that_cannot_start_says_what_ecs_says(world):
    begun = world.begin("orders", "1.1.0")
    cannot = "CannotPullContainerError: pull access denied"
    world.aws.step_functions.ends(begun.run_id, exit_code=None, code="TaskFailedToStart", reason=cannot)

    ended = world.gateways.releases.settle("orders")

    assert ended.reason.startswith(f"`bin/migrate --all` did not start: {cannot}. Most likely: the image 1.1.0 cannot")


def test_who_stops_it_is_told_and_nothing_was_replaced(world):
    begun = world.begin("orders", "1.1.0")

    world.gateways.releases.stop("orders", 2, who="Suzuki Ren")

    ended = world.gateways.releases.settle("orders")
    assert (ended.status, ended.reason) == ("not-carried-out", "stopped by Suzuki Ren")
    assert world.gateways.runs.read("orders", begun.run_id).status == "stopped"
    assert live_image(world) == "1.0.0"


def test_a_stop_that_comes_as_the_command_ends_still_stops_the_release(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id)

    world.gateways.releases.stop("orders", 2, who="Suzuki Ren")

    assert world.gateways.releases.settle("orders").reason == "stopped by Suzuki Ren"
    assert live_image(world) == "1.0.0"


def test_another_release_has_to_wait_for_it(world):
    world.begin("orders", "1.1.0")

    with pytest.raises(ReleaseRefused, match=r"release 2 of orders .* is in progress; wait for it, or stop it"):
        world.begin("orders", "1.0.0")


def test_a_release_that_nobody_looked_at_for_long_is_not_carried_out_after_all(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id)
    world.gateways.runs.read("orders", begun.run_id)
    world.aws.now += timedelta(minutes=11)

    ended = world.gateways.releases.settle("orders")

    assert ended.reason == "its first run succeeded, and nobody looked at it for 10 minutes; release again"
    assert live_image(world) == "1.0.0"


def test_of_two_who_look_at_once_one_carries_it_on(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id)
    late = world.connect()
    steps = late.releases._steps
    decided = [steps.decide(begun, ""), world.connect().releases._steps.decide(begun, "")]

    assert [it is not None for it in decided] == [True, False]


def test_who_decided_late_cannot_overtake_a_newer_release(world):
    """It was asleep between the decision and telling ECS, for longer than others wait."""
    ticks = itertools.count(step=61.0)
    clock = replace(world.aws.clock, monotonic=lambda: next(ticks))
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id)

    ended = Gateways.connect(ENVIRONMENT, world.aws.access, clock).releases.settle("orders")

    assert ended is not None
    assert (ended.status, "s late; release again" in ended.reason) == ("not-carried-out", True)
    assert world.aws.ecs.service("orders").definition != begun.revision


def test_who_died_before_the_run_began_stands_in_the_way_for_2_minutes(world):
    dying_before = dying.before("too_late")
    dies = Gateways.connect(ENVIRONMENT, world.aws.access, world.aws.clock, around_steps=dying_before)
    with pytest.raises(KeyboardInterrupt):
        dies.releases.release("orders", ReleaseRequest(image="1.1.0"), who="sato", why="")

    assert world.gateways.releases.settle("orders") is None
    assert "AWS shows nothing" in world.gateways.releases.silence(world.gateways.releases.in_progress("orders"))
    world.aws.now += timedelta(seconds=121)
    ended = world.gateways.releases.settle("orders")
    assert ended.reason == "whoever started it ended before its first run began; release again"


def test_who_died_after_deciding_is_settled_2_minutes_later(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.now += timedelta(minutes=4)
    world.aws.step_functions.ends(begun.run_id)
    assert world.connect().releases._steps.decide(begun, "")

    assert world.gateways.releases.settle("orders") is None
    world.aws.now += timedelta(seconds=121)
    assert world.gateways.releases.settle("orders").status == "not-carried-out"
    assert live_image(world) == "1.0.0"


def test_going_back_and_scaling_run_nothing_first(world):
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id)
    world.gateways.releases.settle("orders")
    world.end("orders")

    back = world.release("orders", to=1)
    scaled = world.gateways.releases.release(
        "orders", ReleaseRequest(tasks=TaskLimits(min=2, max=2), definition=False), who="sato", why=""
    )

    assert (back.first_run, back.outcome.status, scaled.first_run) == (None, "succeeded", None)
    assert runs_of(world) == [begun.run_id]


def test_going_back_to_a_release_that_never_came_through_begins_with_its_command_again(world):
    failed = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(failed.run_id, exit_code=1)
    world.gateways.releases.settle("orders")

    again = world.gateways.releases.release("orders", ReleaseRequest(to=2), who="sato", why="")

    assert again.first_run == failed.first_run
    assert live_image(world) == "1.0.0"
    world.aws.step_functions.ends(again.run_id, exit_code=1)
    assert world.gateways.releases.settle("orders").status == "not-carried-out"


def test_a_review_tells_what_runs_first(world):
    proposal = world.gateways.releases.proposal("orders", ReleaseRequest(image="1.1.0"))

    assert proposal.first_run.sentence == (
        "First `bin/migrate --all` has to end with exit code 0, within 5 min: otherwise nothing is replaced"
    )


def test_a_service_without_a_state_machine_is_told_before_anything_is_touched(world):
    key = naming.provisioned_key("orders")
    bucket = world.provisioner.bucket
    s3 = world.aws.client("s3")
    record = world.gateways.provisioned.read("orders").model_copy(update={"state_machine": None})
    s3.put_object(Bucket=bucket, Key=key, Body=record.to_json())

    with pytest.raises(ReleaseInvalid) as refused:
        world.connect().releases.release("orders", ReleaseRequest(image="1.1.0"), who="sato", why="")

    assert refused.value.problems == ["runs: the service has no state machine yet, which runs need; provision it again"]
    assert world.gateways.releases.history("orders").releases[0].number == 1


def test_a_job_is_tried_with_one_run_before_its_schedule_takes_it(world):
    request = ReleaseRequest(image="1.0.0", try_first=True)
    begun = world.gateways.releases.release("nightly", request, who="sato", why="")

    assert begun.first_run == FirstRun(command=(), timeout_seconds=420)
    # Of an attempt, of which a job may have several: no time is promised.
    assert begun.first_run.sentence == "First one run of it has to succeed: otherwise nothing changes"
    assert world.gateways.releases.live("nightly").release is None
    run = world.gateways.runs.read("nightly", begun.run_id)
    assert (run.revision, run.request.command) == (begun.revision, None)
    world.aws.step_functions.ends(begun.run_id)
    assert world.gateways.releases.settle("nightly").status == "succeeded"
    assert world.gateways.releases.live("nightly").release.number == 1


def test_a_job_whose_trial_fails_goes_on_with_what_it_had(world):
    world.gateways.releases.release("nightly", ReleaseRequest(image="1.0.0"), who="sato", why="")
    tried = ReleaseRequest(image="1.1.0", try_first=True)
    begun = world.gateways.releases.release("nightly", tried, who="sato", why="")
    world.aws.step_functions.ends(begun.run_id, exit_code=9)

    ended = world.gateways.releases.settle("nightly")

    assert ended.reason.startswith("its first run ended with exit code 9. ")
    assert live_image(world, "nightly") == "1.0.0"


def test_going_back_to_what_a_job_failed_with_tries_it_again(world):
    tried = ReleaseRequest(image="1.1.0", try_first=True)
    begun = world.gateways.releases.release("nightly", tried, who="sato", why="")
    world.aws.step_functions.ends(begun.run_id, exit_code=9)
    world.gateways.releases.settle("nightly")

    again = world.gateways.releases.release("nightly", ReleaseRequest(to=1), who="sato", why="")

    assert (again.first_run, again.outcome) == (begun.first_run, None)
    assert world.gateways.releases.live("nightly").revision is None


def test_what_never_ends_cannot_be_tried(world):
    with pytest.raises(ReleaseInvalid, match="only a job or task can be tried with one run"):
        world.gateways.releases.release("orders", ReleaseRequest(try_first=True), who="sato", why="")


def test_a_clock_that_is_wrong_here_changes_nothing(world):
    """Whether anybody looked in time is said by AWS's clocks alone."""
    begun = world.begin("orders", "1.1.0")
    world.aws.step_functions.ends(begun.run_id)
    wrong = Clock(now=lambda: datetime(2031, 1, 1, tzinfo=UTC), monotonic=world.aws.clock.monotonic)

    assert Gateways.connect(ENVIRONMENT, world.aws.access, wrong).releases.settle("orders") is None

    assert world.aws.ecs.service("orders").definition == begun.revision
