"""Which limits a scaling schedule has set by now, and which it sets next. Pure.

Scheduled actions of Application Auto Scaling set limits at their times and keep no memory of those before. Whoever sets
a service's limits in between, as every release does, sets what the last action left: the release takes nothing back
that the schedule did, and waits for no schedule to do it again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from service_catalog import cron
from service_catalog.cron_times import last_time, next_times
from service_catalog.records.provisioned import ScheduledLimits, TaskLimits


class LimitsChange(NamedTuple):
    when: datetime
    """In the zone of its schedule"""
    limits: TaskLimits
    """What is in force from then on"""


def limits_at(tasks: TaskLimits, schedule: Iterable[ScheduledLimits], now: datetime) -> TaskLimits:
    """``tasks``: what the catalog says beside the schedule."""
    for _, said in sorted(_last_times(schedule, now), key=lambda it: it[0]):
        tasks = tasks.model_copy(update=said.bounds)
    return tasks


def last_change(tasks: TaskLimits, schedule: Sequence[ScheduledLimits], now: datetime) -> LimitsChange | None:
    """What the schedule did last; None while none of its times ever came."""
    moments = [moment for moment, _ in _last_times(schedule, now)]
    return LimitsChange(max(moments), limits_at(tasks, schedule, now)) if moments else None


def next_change(tasks: TaskLimits, schedule: Sequence[ScheduledLimits], now: datetime) -> LimitsChange | None:
    """What it does next; None where no time of it comes any more."""
    moments = [it for said in schedule for it in next_times(_parsed(said.cron), said.timezone, now, 1)]
    if not moments:
        return None
    first = min(moments)
    return LimitsChange(first, limits_at(tasks, schedule, first))


def _last_times(schedule: Iterable[ScheduledLimits], now: datetime) -> Iterator[tuple[datetime, ScheduledLimits]]:
    for said in schedule:
        moment = last_time(_parsed(said.cron), said.timezone, now)
        if moment is not None:
            yield moment, said


# Asked of every service with a schedule, at each look at an environment.
_parsed = lru_cache(1024)(cron.parse)
