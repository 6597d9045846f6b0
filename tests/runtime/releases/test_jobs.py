"""Releases of what runs only now and then: they are written where runs read them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from runtime.aws.schedules import Schedule
from runtime.gateways import Gateways
from runtime.releases.execute import Steps
from runtime.releases.releases import ReleaseInvalid
from runtime.releases.request import ReleaseRequest
from runtime.service_state import status
from service_catalog import naming
from tests.fake_aws import FakeAws
from tests.provisioning import ENVIRONMENT, Provisioner, Wanted

TARGET = {"Arn": "arn:aws:states:::machine", "RoleArn": "arn:aws:iam::000000000000:role/r", "Input": "{}"}
JOB = Wanted(kind="job", env_files=("app",))


class DiesAfter:
    """Steps of a releaser that dies once the one of that name is done."""

    def __init__(self, steps, name):
        self._steps, self._name = steps, name

    def __getattr__(self, name):
        step = getattr(self._steps, name)

        def fatal(*arguments):
            step(*arguments)
            raise KeyboardInterrupt

        return fatal if name == self._name else step


@pytest.fixture
def aws():
    return FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, 5, tzinfo=UTC))


@pytest.fixture
def provisioner(aws):
    made = Provisioner(aws.client)
    made.make_environment()
    return made


@pytest.fixture
def job(provisioner):
    return provisioner.make_service("nightly", JOB)


@pytest.fixture
def gateways(aws, provisioner):
    return Gateways.connect(ENVIRONMENT, aws.access, aws.clock)


def dying(aws, step):
    return Gateways.connect(ENVIRONMENT, aws.access, aws.clock, lambda steps: cast(Steps, DiesAfter(steps, step)))


def release(gateways, **request):
    return gateways.releases.release("nightly", ReleaseRequest(**request), who="sato", why="a test")


def taken_by_runs(aws, provisioner):
    return json.loads(aws.s3.get_object(provisioner.bucket, naming.live_key("nightly"))["Body"].read())


@pytest.mark.parametrize("kind", ["job", "task"])
def test_a_release_is_what_the_next_run_takes_and_has_ended_at_once(aws, gateways, provisioner, kind):
    provisioner.make_service("nightly", Wanted(kind=kind))

    done = release(gateways, image="1.0.0")

    assert (done.outcome.status, done.tasks, done.workload) == ("succeeded", None, kind)
    assert gateways.releases.watch("nightly", 1) == done.outcome
    assert taken_by_runs(aws, provisioner) == {"version": 1, "release": 1, "revision": done.revision}
    assert gateways.releases.live("nightly").release == done
    assert not {call for call in aws.asked if "service" in call or "scalable" in call}


def test_a_roll_back_is_a_release_of_the_old_contents(aws, gateways, provisioner, job):
    gateways.env_files.save(job, "app", "A=1\n", base=0, author="sato", message="")
    first = release(gateways, image="1.0.0")
    gateways.env_files.save(job, "app", "A=2\n", base=1, author="sato", message="")
    assert gateways.releases.live(job).staged_env == {"app": 2}
    release(gateways, image="1.1.0", env={"app": 2})

    back = release(gateways, to=1)

    assert (back.number, back.kind, back.base, back.contents) == (3, "roll-back", 2, first.contents)
    assert taken_by_runs(aws, provisioner)["revision"] == back.revision != first.revision


def test_a_claim_that_runs_do_not_take_is_settled_like_any_other(aws, gateways, provisioner, job):
    with pytest.raises(KeyboardInterrupt):
        release(dying(aws, "claim"), image="1.0.0")
    assert gateways.releases.settle(job) is None
    with pytest.raises(Exception, match="by sato has begun"):
        release(gateways, image="1.0.0")

    aws.passes(seconds=121)

    assert gateways.releases.settle(job).status == "not-carried-out"
    assert release(gateways, image="1.0.0").number == 2
    assert taken_by_runs(aws, provisioner)["release"] == 2


def test_a_release_whose_writer_died_before_its_outcome_has_succeeded(aws, gateways, job):
    with pytest.raises(KeyboardInterrupt):
        release(dying(aws, "start"), image="1.0.0")
    assert job in gateways.snapshots.take().unsettled

    assert gateways.releases.settle(job).status == "succeeded"

    assert gateways.service_index.read(job).live.number == 1


def test_whose_answer_was_lost_has_succeeded_all_the_same(aws, gateways, job):
    release(gateways, image="1.0.0")
    put = aws.s3.put_object

    def put_twice(**arguments):
        """boto3 sends again what was not answered."""
        answer = put(**arguments)
        return put(**arguments) if arguments["Key"] == naming.live_key(job) else answer

    aws.s3.put_object = put_twice

    assert release(gateways, image="1.1.0").outcome.status == "succeeded"


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(aws, gateways, provisioner, job):
    release(gateways, image="1.0.0")
    claimed = []

    class Overtaken(DiesAfter):
        def __getattr__(self, name):
            if name == "start":
                claimed.append(name)
                aws.s3.put_object(provisioner.bucket, naming.live_key(job), b'{"release": 9, "revision": "by-hand"}')
            return getattr(self._steps, name)

    slow = Gateways.connect(ENVIRONMENT, aws.access, aws.clock, lambda steps: cast(Steps, Overtaken(steps, "")))

    late = release(slow, image="1.1.0")

    assert (late.outcome.status, claimed) == ("not-carried-out", ["start"])
    assert taken_by_runs(aws, provisioner)["revision"] == "by-hand"
    assert status("readable", gateways.snapshots.take().row(job)) == "changed outside"


def test_a_job_is_ready_once_it_was_released_and_needs_no_ecs_service(aws, gateways, provisioner, job):
    provisioner.make_service("orders")
    assert status("readable", gateways.snapshots.take().row(job)) == "not released"

    release(gateways, image="1.0.0")
    provisioner.delete_service("orders")

    taken = gateways.snapshots.take()
    assert (status("readable", taken.row(job)), taken.row(job).kind) == ("ready", "job")
    assert (taken.row(job).running, taken.row(job).desired, taken.unsettled) == (0, 0, ())
    assert status("readable", taken.row("orders")) == "deleted outside"


def test_a_paused_job_says_so_until_it_is_resumed(aws, gateways, job):
    release(gateways, image="1.0.0")
    make_schedule(aws, job)
    before = gateways.schedules.read(job)
    assert before == Schedule("cron(0 3 * * ? *)", "Asia/Tokyo", 15, is_paused=False)

    gateways.operations.pause(job, "sato")

    assert status("readable", gateways.snapshots.take().row(job)) == "paused"
    assert gateways.schedules.read(job) == replace(before, is_paused=True)
    gateways.operations.resume(job, "sato")
    assert status("readable", gateways.snapshots.take().row(job)) == "ready"
    assert gateways.schedules.read(job) == before
    assert aws.scheduler.get_schedule("slipway-local", job)["Target"] == TARGET


def test_any_number_of_jobs_costs_the_list_two_listings(aws, gateways, provisioner):
    for number in range(15):
        provisioner.make_service(f"job-{number}", JOB)
        gateways.releases.release(f"job-{number}", ReleaseRequest(image="1.0.0"), who="sato", why="")
    assert len(gateways.snapshots.take().rows) == 15
    aws.asked.clear()

    gateways.snapshots.take()

    assert sorted(aws.asked) == [
        "cloudwatch.describe_alarms",
        "ecs.list_tasks",
        "logs.describe_log_groups",
        *["s3.list_objects_v2"] * 3,  # provisioned/, heads/ and live/
        "scheduler.list_schedules",
    ]


def make_schedule(aws, job):
    aws.client("scheduler").create_schedule(
        GroupName=naming.schedule_group("local"),
        Name=naming.schedule("local", job),
        ScheduleExpression="cron(0 3 * * ? *)",
        ScheduleExpressionTimezone="Asia/Tokyo",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
        Target=TARGET,
    )


def test_a_release_of_another_kind_is_not_gone_back_to(gateways, provisioner):
    provisioner.make_service("nightly", JOB)
    release(gateways, image="1.0.0")
    web = Wanted()
    provisioner.mend_service("nightly", web)
    provisioner.change_service("nightly", web)

    with pytest.raises(ReleaseInvalid, match="kind: this was released as job, and the service is web now"):
        release(gateways, to=1)


def test_releases_are_listed_once_before_a_claim(aws, gateways, provisioner):
    provisioner.make_service("nightly", Wanted(kind="job", env_files=()))
    release(gateways, image="1.0.0")
    aws.asked.clear()

    release(gateways, image="1.1.0")

    claimed = aws.asked.index("s3.put_object")
    assert aws.asked[:claimed].count("s3.list_objects_v2") == 1
