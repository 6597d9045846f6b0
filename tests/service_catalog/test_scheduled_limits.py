from datetime import UTC, datetime, timedelta

import pytest

from service_catalog.records.provisioned import ScheduledLimits, TaskLimits
from service_catalog.scheduled_limits import last_change, limits_at, next_change

TASKS = TaskLimits(min=2, max=10)
MORNING = ScheduledLimits(cron="0 8 ? * MON-FRI *", timezone="Asia/Tokyo", min=4)
EVENING = ScheduledLimits(cron="0 20 ? * MON-FRI *", timezone="Asia/Tokyo", min=1)
SALE = ScheduledLimits(cron="30 12 20 11 ? 2026", timezone="Asia/Tokyo", max=20)
WORKDAYS = (MORNING, EVENING)


def in_tokyo(day, hour, minute=0):
    """Of November 2026, in which the 20th is a Friday."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 9, minutes=minute)


def told(change):
    return change and (f"{change.when:%d %H:%M %Z}", str(change.limits))


@pytest.mark.parametrize(
    ("day", "hour", "minute", "least"), [(20, 7, 59, 1), (20, 8, 0, 4), (20, 19, 59, 4), (20, 20, 0, 1), (22, 12, 0, 1)]
)
def test_what_came_last_is_in_force(day, hour, minute, least):
    assert limits_at(TASKS, WORKDAYS, in_tokyo(day, hour, minute)) == TaskLimits(min=least, max=10)


def test_each_bound_is_that_of_the_last_time_that_named_it():
    assert limits_at(TASKS, (*WORKDAYS, SALE), in_tokyo(20, 21)) == TaskLimits(min=1, max=20)


def test_what_the_catalog_says_beside_it_holds_until_a_first_time_comes():
    assert limits_at(TASKS, (SALE,), in_tokyo(20, 12)) == TASKS
    assert limits_at(TASKS, (), in_tokyo(20, 12)) == TASKS


def test_the_last_and_the_next_change_are_told_in_the_zone_of_the_schedule():
    now = in_tokyo(20, 12)
    assert told(last_change(TASKS, WORKDAYS, now)) == ("20 08:00 JST", "4 to 10")
    assert told(next_change(TASKS, WORKDAYS, now)) == ("20 20:00 JST", "1 to 10")


def test_of_a_schedule_whose_times_are_over_or_never_came_nothing_is_told():
    assert last_change(TASKS, (SALE,), in_tokyo(20, 12)) is None
    assert next_change(TASKS, (SALE,), in_tokyo(20, 13)) is None
