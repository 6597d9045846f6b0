import pytest

from portal.data import schedule_view
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


def test_service_without_a_schedule_has_none():
    assert schedule_view.of(None, NOW) is None
