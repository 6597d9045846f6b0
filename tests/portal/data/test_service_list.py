"""How rows are put in order and into groups, from plain data."""

from datetime import timedelta

from portal.data import service_list
from portal.data.service_list import BY_RELEASE, Row
from portal.text import states
from tests.portal.conftest import NOW

FAILING = Row("orders-api", "a", states.FAILING, running=0, desired=2)
HEALTHY = Row("search", "b", states.HEALTHY, running=3, desired=2, released_at=NOW)
WORKER = Row("mail", "a", states.ROLLED_BACK, "worker", running=1, desired=1, released_at=NOW - timedelta(hours=1))
JOB = Row("nightly", "b", states.READY, "job")


def names(groups):
    return {group.word: [row.name for row in group.rows] for group in groups}


def test_services_stand_by_kind_and_within_it_by_who_must_act():
    listed = service_list.of([HEALTHY, JOB, WORKER, FAILING])

    assert {section.kind.name: names(section.groups("")) for section in listed.sections} == {
        "web": {"Needs attention": ["orders-api"], "Steady": ["search"]},
        "worker": {"Needs attention": ["mail"]},
        "job": {"Steady": ["nightly"]},
    }


def test_services_of_a_kind_stand_by_their_newest_release_when_asked():
    listed = service_list.of([FAILING, HEALTHY])

    assert names(listed.sections[0].groups(BY_RELEASE)) == {"Newest release first": ["search", "orders-api"]}


def test_whoever_listens_is_told_of_all_kinds_that_need_attention():
    assert [row.name for row in service_list.of([JOB, WORKER, FAILING]).attention] == ["orders-api", "mail"]


def test_tasks_are_summed_without_those_that_are_too_many():
    listed = service_list.of([FAILING, HEALTHY, WORKER, JOB])

    assert (listed.running, listed.desired) == (3, 5)
