from dataclasses import replace
from datetime import UTC, datetime

import pytest

from runtime.aws.alarms import Alarm
from runtime.bucket.live_revisions import TakenByRuns
from runtime.service_state import status, summary
from service_catalog.records.provisioned import ScheduledLimits, TaskLimits
from service_catalog.records.releases import Diagnosis, FirstRun
from service_catalog.records.service_index import IndexEntry
from tests.record_builders import (
    DEFINITIONS,
    TEMPLATE,
    a_failed_provisioning,
    a_provisioned,
    a_release,
    an_outcome,
)
from tests.runtime.examples import a_rollout, a_state

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
FIRST = FirstRun(command=("bin/migrate",), timeout_seconds=600)
WHY = Diagnosis(code="first-run", sentence="`bin/migrate` ended with exit code 1")
SUCCEEDED = an_outcome()
LIVE = a_release(1, outcome=SUCCEEDED)
FAILED = a_failed_provisioning()
HEAD = IndexEntry(env={"app": 1}, last=LIVE, live=LIVE, tried=LIVE, held={"app": 1})


def row(state, head=HEAD, **provisioned):
    return summary("dev", a_provisioned(**provisioned), head, state, {}, [], NOW)


def test_service_that_runs_without_its_log_group_is_not_healthy():
    known = summary("dev", a_provisioned(), HEAD, a_state(a_rollout(1)), {}, [], NOW, lacks_log_group=True)

    assert status("readable", known) == "log group gone"


def ended(status, **outcome):
    """Release 1 is live, and 2 ended like this."""
    newest = a_release(2, env={"app": 2}, outcome=an_outcome(status, **outcome))
    return IndexEntry(env={"app": 2}, last=newest, live=LIVE, tried=newest, held={"app": 2})


def first(status, **outcome):
    """The only release there ever was ended like this."""
    only = a_release(1, outcome=an_outcome(status, **outcome))
    return IndexEntry(env={"app": 1}, last=only, live=None, tried=only, held={"app": 1})


@pytest.mark.parametrize(
    ("state", "head", "expected"),
    [
        (None, HEAD, "deleted outside"),
        (a_state(a_rollout(1, revision=TEMPLATE)), IndexEntry(), "not released"),
        (a_state(a_rollout(1, "IN_PROGRESS", revision=TEMPLATE)), IndexEntry(), "not released"),
        (a_state(a_rollout(1, revision=TEMPLATE)), first("failed"), "first release failed"),
        (a_state(a_rollout(1, revision=TEMPLATE)), first("not-carried-out"), "not released"),
        (a_state(a_rollout(1, revision=TEMPLATE)), first("not-carried-out", diagnosis=WHY), "first run failed"),
        (a_state(a_rollout(1, revision=TEMPLATE), running=0, desired=0), HEAD, "nothing runs"),
        (a_state(a_rollout(1, revision=TEMPLATE), running=0, desired=0), ended("failed"), "nothing runs"),
        (a_state(a_rollout(1)), HEAD, "healthy"),
        (a_state(a_rollout(1), running=1), HEAD, "degraded"),
        (a_state(a_rollout(1), running=0, desired=0), HEAD, "stopped"),
        (a_state(a_rollout(1)), IndexEntry(env={}, last=a_release(2), live=LIVE), "deploying"),
        (a_state(a_rollout(2, "IN_PROGRESS")), IndexEntry(env={}, last=a_release(2), live=LIVE), "deploying"),
        (a_state(a_rollout(2)), IndexEntry(env={}, last=a_release(2), live=LIVE), "deploying"),
        (a_state(a_rollout(1)), IndexEntry(env={}, last=a_release(2, first_run=FIRST), live=LIVE), "first run"),
        (
            a_state(a_rollout(2, "IN_PROGRESS"), a_rollout(1, is_primary=False)),
            IndexEntry(env={}, last=a_release(2, first_run=FIRST), live=LIVE),
            "deploying",
        ),
        (a_state(a_rollout(1, "IN_PROGRESS")), IndexEntry(env={}, last=a_release(2), live=LIVE), "rolling back"),
        (a_state(a_rollout(1, "IN_PROGRESS"), a_rollout(1, is_primary=False)), HEAD, "deploying"),
        (a_state(a_rollout(1)), ended("rolled-back"), "rolled back"),
        (a_state(a_rollout(1)), ended("stopped"), "rolled back"),
        (a_state(a_rollout(1)), ended("not-carried-out"), "healthy"),
        (a_state(a_rollout(1)), ended("not-carried-out", diagnosis=WHY), "first run failed"),
        (a_state(a_rollout(1), running=1), ended("not-carried-out", diagnosis=WHY), "degraded"),
        (a_state(a_rollout(1)), HEAD.model_copy(update={"failed_provisioning": FAILED}), "provisioning failed"),
        (a_state(a_rollout(1), running=1), HEAD.model_copy(update={"failed_provisioning": FAILED}), "degraded"),
        (a_state(a_rollout(9, revision=f"{DEFINITIONS}/by-hand:1")), HEAD, "changed outside"),
        (a_state(a_rollout(9, "FAILED", revision=f"{DEFINITIONS}/by-hand:1")), HEAD, "degraded"),
    ],
)
def test_one_word_says_how_a_service_is(state, head, expected):
    assert status("readable", row(state, head)) == expected


def test_an_alarm_shows_in_what_is_healthy_only():
    alarm = Alarm("orders", "cpu", "", None)
    healthy, rolled_back = (row(a_state(a_rollout(1)), head) for head in (HEAD, ended("rolled-back")))
    assert status("readable", replace(healthy, alarms=(alarm,))) == "alarm"
    assert status("readable", replace(rolled_back, alarms=(alarm,))) == "rolled back"


@pytest.mark.parametrize(("entry", "expected"), [("unreadable", "catalog problem"), ("absent", "not in the catalog")])
def test_what_is_wrong_with_the_entry_is_said_first(entry, expected):
    assert status(entry, row(a_state(a_rollout(1)))) == expected
    assert status(entry, None) == expected


def test_service_of_the_catalog_alone_is_not_provisioned():
    assert status("readable", None) == "not provisioned"


def test_live_release_gives_image_and_env():
    found = row(a_state(a_rollout(1)), HEAD.model_copy(update={"env": {"app": 3}}))
    assert (found.image, found.env_applied, found.env_staged) == ("registry/orders:1.0.0", {"app": 1}, {"app": 3})


def test_env_that_was_rolled_back_is_not_staged():
    assert row(a_state(a_rollout(1)), ended("rolled-back")).env_staged == {}


def test_what_a_roll_back_left_behind_is_not_staged():
    newer = a_release(2, env={"app": 2}, definition=f"{TEMPLATE}1", outcome=SUCCEEDED)
    back = a_release(3, kind="roll-back", outcome=SUCCEEDED)
    found = row(
        a_state(a_rollout(3)),
        IndexEntry(env={"app": 2}, last=back, live=back, tried=newer, held={"app": 2}),
        definition=f"{TEMPLATE}1",
    )
    assert (found.env_applied, found.env_staged, found.definition_staged) == ({"app": 1}, {}, False)


def test_release_without_an_outcome_arrives():
    assert row(a_state(a_rollout(1)), HEAD.model_copy(update={"last": a_release(2)})).in_progress == a_release(2)
    assert row(a_state(a_rollout(1))).in_progress is None


def test_while_a_release_arrives_the_one_before_is_live():
    state = a_state(a_rollout(2, "IN_PROGRESS"), a_rollout(1, is_primary=False))
    assert row(state, IndexEntry(env={"app": 1}, last=a_release(2), live=LIVE)).live == LIVE


def test_definition_of_no_release_is_staged():
    assert not row(a_state(a_rollout(1))).definition_staged
    assert row(a_state(a_rollout(1)), definition=f"{DEFINITIONS}/dev_orders_definition:2").definition_staged


JOBS_RELEASE = a_release(1, outcome=SUCCEEDED, tasks=None, workload="job")
JOBS_HEAD = IndexEntry(last=JOBS_RELEASE, live=JOBS_RELEASE, tried=JOBS_RELEASE)
TRIED_IN_VAIN = a_release(2, workload="job", outcome=an_outcome("not-carried-out", diagnosis=WHY))
TAKEN = TakenByRuns("orders", JOBS_RELEASE.revision, "etag")


@pytest.mark.parametrize(
    ("state", "head", "facts", "expected"),
    [
        (TakenByRuns("orders"), IndexEntry(), {}, "not released"),
        (TakenByRuns("orders"), JOBS_HEAD, {}, "nothing runs"),
        (TAKEN, JOBS_HEAD, {}, "ready"),
        (TAKEN, JOBS_HEAD, {"is_paused": True}, "paused"),
        (
            TAKEN,
            JOBS_HEAD,
            {"is_paused": True, "ringing": [Alarm("orders", "failed_runs", "", None)]},
            "runs failed",
        ),
        (TAKEN, JOBS_HEAD, {"ringing": [Alarm("orders", "cpu", "", None)]}, "alarm"),
        (TAKEN, JOBS_HEAD, {"lacks_log_group": True}, "log group gone"),
        (TAKEN, IndexEntry(last=a_release(2, workload="job"), live=JOBS_RELEASE), {}, "deploying"),
        (TAKEN, IndexEntry(last=a_release(2, workload="job", first_run=FIRST), live=JOBS_RELEASE), {}, "first run"),
        (TAKEN, IndexEntry(last=TRIED_IN_VAIN, live=JOBS_RELEASE), {}, "first run failed"),
        (replace(TAKEN, revision="by-hand"), JOBS_HEAD, {}, "changed outside"),
    ],
)
def test_a_job_needs_no_tasks_to_be_well(state, head, facts, expected):
    ringing = facts.pop("ringing", [])
    known = summary("dev", a_provisioned(kind="job", tasks=None), head, state, {}, ringing, NOW, **facts)
    assert (status("readable", known), known.running, known.desired) == (expected, 0, 0)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [(TaskLimits(min=1, max=2), "stopped"), (TaskLimits(min=0, max=2), "ready"), (TaskLimits(min=0, max=0), "paused")],
)
def test_no_tasks_are_a_fault_only_where_some_are_due(limits, expected):
    live = a_release(1, outcome=SUCCEEDED, tasks=limits)
    head = IndexEntry(last=live, live=live, tried=live)
    assert status("readable", row(a_state(a_rollout(1), running=0, desired=0), head)) == expected


NIGHT = ScheduledLimits(cron="0 20 * * ? *", min=0, max=0)
MORNING = ScheduledLimits(cron="0 8 * * ? *", min=1, max=4)


@pytest.mark.parametrize(("hour", "expected"), [(22, "paused"), (12, "stopped")])
def test_a_service_that_its_schedule_keeps_at_no_tasks_was_not_stopped_by_somebody(hour, expected):
    provisioned, state = a_provisioned(scaling_schedule=(NIGHT, MORNING)), a_state(a_rollout(1), running=0, desired=0)
    known = summary("dev", provisioned, HEAD, state, {}, [], NOW.replace(hour=hour))
    assert status("readable", known) == expected


@pytest.mark.parametrize(("running", "desired", "expected"), [(3, 3, "healthy"), (2, 3, "degraded"), (0, 0, "ready")])
def test_a_daemon_is_as_its_instances_are(running, desired, expected):
    state = a_state(a_rollout(1), running=running, desired=desired, is_daemon=True)
    live = a_release(1, outcome=SUCCEEDED, tasks=None)
    known = row(state, HEAD.model_copy(update={"last": live, "live": live}), tasks=None)

    assert status("readable", known) == expected
