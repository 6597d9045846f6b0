from dataclasses import replace

import pytest

from runtime.clock import Clock
from runtime.gateways import Gateways
from runtime.heads import Head
from runtime.records import Outcome, Wish
from runtime.snapshot import is_unsettled, read_row
from tests.runtime.examples import (
    BLANKS,
    DEFINITIONS,
    NOON,
    a_provisioned,
    a_release,
    a_rollout,
    a_state,
    some_contents,
)
from tests.runtime.provisioning import ENVIRONMENT, access
from tests.runtime.watching import eventually, release

SUCCEEDED = Outcome("succeeded", NOON)
LIVE = a_release(1, outcome=SUCCEEDED)
HEAD = Head({"app": 1}, LIVE, LIVE, LIVE, {"app": 1})


def row(state, head=HEAD, **provisioned):
    return read_row("dev", a_provisioned(**provisioned), head, state, {}, [])


def failed(status):
    ended = a_release(2, contents=some_contents(env={"app": 2}), outcome=Outcome(status, NOON))
    return Head({"app": 2}, ended, LIVE, ended, {"app": 2})


@pytest.mark.parametrize(
    ("state", "head", "status"),
    [
        (None, HEAD, "missing"),
        (a_state(a_rollout(1, revision=BLANKS)), Head(), "not released"),
        (a_state(a_rollout(1)), HEAD, "healthy"),
        (a_state(a_rollout(1), running=1), HEAD, "degraded"),
        (a_state(a_rollout(1), running=0, desired=0), HEAD, "stopped"),
        (a_state(a_rollout(2, "IN_PROGRESS")), Head({}, a_release(2), LIVE), "deploying"),
        (a_state(a_rollout(1, "IN_PROGRESS")), Head({}, a_release(2), LIVE), "rolling back"),
        (a_state(a_rollout(1)), failed("rolled-back"), "rolled back"),
        (a_state(a_rollout(1)), failed("not-carried-out"), "healthy"),
        (a_state(a_rollout(9, revision=f"{DEFINITIONS}/by-hand:1")), HEAD, "changed outside"),
    ],
)
def test_one_word_says_how_a_service_is(state, head, status):
    assert row(state, head).status == status


def test_live_release_gives_image_and_env():
    found = row(a_state(a_rollout(1)), replace(HEAD, env={"app": 3}))
    assert (found.image, found.env_applied, found.env_staged) == ("registry/orders:1.0.0", {"app": 1}, {"app": 3})


def test_env_that_was_rolled_back_is_not_staged():
    assert row(a_state(a_rollout(1)), failed("rolled-back")).env_staged == {}


def test_what_a_roll_back_left_behind_is_not_staged():
    newer = a_release(2, contents=some_contents(env={"app": 2}, definition=f"{BLANKS}1"), outcome=SUCCEEDED)
    back = a_release(3, kind="roll-back", outcome=SUCCEEDED)
    found = row(a_state(a_rollout(3)), Head({"app": 2}, back, back, newer, {"app": 2}), definition=f"{BLANKS}1")
    assert (found.env_applied, found.env_staged, found.definition_staged) == ({"app": 1}, {}, False)


def test_release_without_an_outcome_is_unsettled():
    assert is_unsettled(row(a_state(a_rollout(1)), replace(HEAD, last=a_release(2))))
    assert not is_unsettled(row(a_state(a_rollout(1))))


def test_while_a_release_arrives_the_one_before_is_live():
    state = a_state(a_rollout(2, "IN_PROGRESS"), a_rollout(1, is_primary=False))
    assert row(state, Head({"app": 1}, a_release(2), LIVE)).live == LIVE


def test_definition_of_no_release_is_staged():
    assert not row(a_state(a_rollout(1))).definition_staged
    assert row(a_state(a_rollout(1)), definition=f"{DEFINITIONS}/dev_orders_definition:2").definition_staged


@pytest.mark.xdist_group("runtime-cloud")
def test_snapshot_shows_services_as_they_run(cloud, gateways, provisioner, aws):
    when = NOON
    seen = Gateways.connect(ENVIRONMENT, access(cloud), Clock(now=lambda: when))
    fresh, running = provisioner.make_service("snap-a"), provisioner.make_service("snap-b")
    gateways.env_files.save(running, "app", "A=1\n", base=0, author="sato", message="")
    done = release(gateways, running, Wish(image="1.0.0"))
    gateways.env_files.save(running, "app", "A=2\n", base=1, author="sato", message="")
    ring(aws, f"local_{running}_cpu")

    taken = seen.snapshots.take()

    assert taken.taken_at == when
    assert (taken.row(fresh).status, taken.row(fresh).last) == ("not released", None)
    row = taken.row(running)
    assert (row.status, row.running, row.desired, row.image) == ("healthy", 1, 1, done.contents.image)
    assert (row.env_applied, row.env_staged, row.definition_staged) == ({"app": 1}, {"app": 2}, False)
    assert (row.last, row.live, row.tasks_by_revision) == (done, done, {done.revision: 1})
    assert [(alarm.service, alarm.measure) for alarm in row.alarms] == [(running, "cpu")]
    assert running not in taken.unsettled


@pytest.mark.xdist_group("runtime-cloud")
def test_release_in_progress_is_unsettled_until_somebody_looks(gateways, provisioned_service):
    gateways.releases.release(provisioned_service, Wish(image="1.0.0"), who="sato", why="")
    assert provisioned_service in gateways.snapshots.take().unsettled

    assert eventually(lambda: gateways.releases.settle(provisioned_service) is not None)

    assert provisioned_service not in gateways.snapshots.take().unsettled


def ring(aws, name):
    aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/ECS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=80,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="ignore",  # it rings until somebody stops it
    )
    aws("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
