"""What was really billed: asked of Cost Explorer once a day, however many copies of the portal there are."""

from datetime import date, timedelta

import pytest

from runtime.platform.billed import billed
from tests.builders import an_environment
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.fake_aws.service import refused
from tests.record_builders import NOON

ASKED = "ce.get_cost_and_usage"


@pytest.fixture
def billing():
    environment = an_environment(cost_explorer=True)
    made = FakeEnvironment(FakeAws(environment.account_id, environment.region, NOON), environment)
    made.aws.cost_explorer.billed = {
        "2026-10": {"orders": 41.5, "": 96.0},
        "2026-11": {"orders": 30.25, "mail": 7.5, "": 60.0},
    }
    return made


def test_the_last_month_and_this_one_are_told_by_service(billing):
    bill = billing.gateways.bills.newest()

    assert [(it.start, it.end, it.is_open) for it in bill.months] == [
        (date(2026, 10, 1), date(2026, 11, 1), False),
        (date(2026, 11, 1), date(2026, 11, 21), True),
    ]
    assert [it.amounts for it in bill.months] == list(billing.aws.cost_explorer.billed.values())


def test_it_is_asked_by_the_tags_of_the_stacks(billing):
    billing.gateways.bills.newest()

    [asked] = [arguments for name, arguments in billing.aws.requests if name == ASKED]
    assert asked["Filter"] == {"Tags": {"Key": "slipway:environment", "Values": ["dev"]}}
    assert asked["GroupBy"] == [{"Type": "TAG", "Key": "slipway:service"}]


def test_it_is_asked_once_a_day_by_all_copies_together(billing):
    first = billing.gateways.bills.newest()
    assert billing.connect().bills.newest() == first
    billing.aws.now += timedelta(hours=11)
    assert billing.gateways.bills.newest() == first
    assert billing.aws.asked.count(ASKED) == 1

    billing.aws.now += timedelta(hours=1)
    assert billing.connect().bills.newest().months[-1].end == date(2026, 11, 22)
    assert billing.aws.asked.count(ASKED) == 2


def test_while_one_copy_asks_no_other_does(billing):
    before = billing.gateways.bills.newest()
    billing.aws.now += timedelta(days=1)
    billing.aws.refusals[ASKED] = RuntimeError("killed while it asked")
    with pytest.raises(RuntimeError):
        billing.gateways.bills.newest()
    del billing.aws.refusals[ASKED]

    held = billing.connect().bills.newest()

    assert (held.months, held.answered_at) == (before.months, before.answered_at)
    assert billing.aws.asked.count(ASKED) == 2
    billing.aws.now += timedelta(hours=1)
    assert billing.connect().bills.newest().answered_at == billing.aws.now


def test_a_refusal_is_told_beside_what_was_known_and_not_paid_for_again_within_the_hour(billing):
    before = billing.gateways.bills.newest()
    billing.aws.now += timedelta(days=1)
    billing.aws.refusals[ASKED] = refused("AccessDeniedException", "not activated")

    for _ in range(3):
        held = billing.gateways.bills.newest()

    assert "not activated" in held.problem
    assert held.months == before.months
    assert billing.aws.asked.count(ASKED) == 2


def test_pages_are_put_together(billing):
    billing.aws.cost_explorer.groups_at_once = 2
    assert billing.gateways.bills.newest().months[-1].amounts == billing.aws.cost_explorer.billed["2026-11"]


def test_nobody_asks_unless_the_environment_says_so(dev):
    dev.aws.asked.clear()
    assert dev.gateways.bills.newest() is None
    assert dev.aws.asked == []


def test_it_is_added_up_by_those_who_own_the_services_now(billing):
    found = billed(billing.gateways.bills.newest(), {"orders": "team-commerce"})

    assert found
    assert found.owners == ["team-commerce"]
    assert found.of("team", "team-commerce") == [41.5, 30.25]
    assert (found.of("gone"), found.of("shared"), found.of()) == ([0, 7.5], [96, 60], [137.5, 97.75])


def test_without_active_tags_nothing_was_billed(billing):
    billing.aws.cost_explorer.billed = {}
    assert billed(billing.gateways.bills.newest(), {}) is None
