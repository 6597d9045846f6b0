"""What somebody should look at, of one service at a time."""

from collections import Counter
from datetime import timedelta

import pytest

from runtime.platform import checks, expiring
from runtime.platform.certificates import Certificate
from runtime.running_tasks import RunningTasks
from runtime.service_state import summary
from runtime.snapshot import Snapshot
from service_catalog.records.service_index import IndexEntry
from tests.provisioning import a_service
from tests.record_builders import NOON, a_provisioned, a_release, an_outcome, revision
from tests.runtime.examples import a_rollout, a_state

QUARTER = timedelta(days=90)


def found(service, zones=None, now=NOON, **state):
    release = a_release(outcome=an_outcome())
    facts = (a_provisioned(), IndexEntry(last=release, live=release), a_state(a_rollout(1), **state))
    row = summary("dev", *facts, {revision(1): 2}, [], now)
    running = {"orders": RunningTasks(by_zone=Counter(zones or {"1a": 1, "1c": 1}))}
    taken = Snapshot((row,), now, running=running)
    return [(it.check, str(it.sentence)) for it in checks.findings(taken, {"orders": service}, now, QUARTER)]


WELL = {"alarms": {"cpu_percent": 80}}


def test_a_service_that_is_well_is_not_told_of():
    assert found(a_service("orders", **WELL)) == []


def test_without_alarms_nobody_hears_of_it():
    assert [check for check, _ in found(a_service("orders"))] == ["no-alarms"]


@pytest.mark.parametrize(
    ("zones", "desired", "said"),
    [
        ({"1a": 2}, 2, ["all 2 tasks run in 1a"]),
        ({"1a": 1}, 1, ["one task: nothing runs while it is lost"]),
        ({"1a": 1, "1c": 1}, 2, []),
        ({}, 0, []),
    ],
)
def test_tasks_in_one_zone_are_told(zones, desired, said):
    here = [it for check, it in found(a_service("orders", **WELL), zones, desired=desired) if check == "one-zone"]
    assert here == said


def test_a_release_is_old_after_so_many_days():
    service = a_service("orders", **WELL)
    assert found(service, now=NOON + QUARTER) == []
    assert found(service, now=NOON + QUARTER + timedelta(days=1)) == [("release-old", "its last release is release 1")]


def test_a_certificate_is_told_of_while_there_is_time():
    def said(days, is_renewed):
        certificate = Certificate("arn", "example.com", NOON + timedelta(days=days), is_renewed)
        return [str(it.sentence) for it in expiring.certificates([certificate], NOON)]

    assert said(60, False) == []
    assert said(30, True) == ["the certificate for example.com expires in 30 days"]
    assert said(30, False) == ["the certificate for example.com expires in 30 days, and AWS does not renew it"]


def test_a_schedule_that_is_over_is_told_of():
    over = a_service("nightly", kind="job", port=None, schedule={"cron": "0 3 1 1 ? 2025"})
    assert [it.check for it in expiring.ended_schedules({"nightly": over}, NOON)] == ["expires"]
