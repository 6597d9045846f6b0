"""When a job runs next, as its panel tells it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.aws import schedules
from service_catalog import cron
from service_catalog.cron_times import next_times
from service_catalog.model import Schedule

_NEXT = 5


@dataclass(frozen=True)
class ScheduleView:
    schedule: Schedule
    next: Sequence[datetime]
    """In the schedule's zone. None while it is paused, and of a rate: it counts from a moment that only AWS knows"""
    is_paused: bool
    is_there: bool
    """EventBridge has it, so that it can be paused and resumed"""


def of(schedule: Schedule | None, now: datetime, there: schedules.Schedule | None = None) -> ScheduleView | None:
    """What EventBridge says of it counts, where that is known: somebody may have paused or resumed it since."""
    if schedule is None:
        return None
    is_paused = there.is_paused if there else schedule.paused
    told = schedule.cron if not is_paused else None
    times = next_times(cron.parse(told), schedule.timezone, now, _NEXT) if told else ()
    return ScheduleView(schedule, times, is_paused, is_there=there is not None)
