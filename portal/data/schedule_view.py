"""When a job runs next, as its panel tells it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service_catalog import cron
from service_catalog.cron_times import next_times
from service_catalog.model import Schedule

_NEXT = 5


@dataclass(frozen=True)
class ScheduleView:
    schedule: Schedule
    next: Sequence[datetime]
    """In the schedule's zone. None while it is paused, and of a rate: it counts from a moment that only AWS knows"""


def of(schedule: Schedule | None, now: datetime) -> ScheduleView | None:
    if schedule is None:
        return None
    if schedule.paused or schedule.cron is None:
        return ScheduleView(schedule, ())
    return ScheduleView(schedule, next_times(cron.parse(schedule.cron), schedule.timezone, now, _NEXT))
