import pytest

from portal.data import schedule_view
from runtime.aws import schedules
from service_catalog.model import Schedule
from tests.portal.conftest import NOW


def test_next_five_times_are_told_in_the_schedule_s_own_zone():
    view = schedule_view.of(Schedule(cron="0 3 * * ? *", timezone="Asia/Tokyo"), NOW)

    assert view
    assert [f"{it:%d %H:%M %Z}" for it in view.next] == [f"{day} 03:00 JST" for day in (21, 22, 23, 24, 25)]


@pytest.mark.parametrize(
    "schedule", [Schedule(rate="1 hour"), Schedule(cron="0 3 * * ? *", paused=True), Schedule(cron="0 3 * * ? 2020")]
)
def test_no_time_is_told_that_nobody_knows_or_that_will_not_come(schedule):
    view = schedule_view.of(schedule, NOW)

    assert view
    assert list(view.next) == []


@pytest.mark.parametrize("in_catalog", [True, False])
@pytest.mark.parametrize("in_aws", [True, False])
def test_whether_it_is_paused_says_eventbridge_where_that_is_known(in_catalog, in_aws):
    schedule = Schedule(cron="0 3 * * ? *", paused=in_catalog)
    there = schedules.Schedule("cron(0 3 * * ? *)", "UTC", 0, is_paused=in_aws)

    told, only_the_catalog = schedule_view.of(schedule, NOW, there), schedule_view.of(schedule, NOW)

    assert told
    assert only_the_catalog
    assert (told.is_paused, bool(told.next), told.is_there) == (in_aws, not in_aws, True)
    assert (only_the_catalog.is_paused, only_the_catalog.is_there) == (in_catalog, False)


def test_service_without_a_schedule_has_none():
    assert schedule_view.of(None, NOW) is None
