"""How many tasks may run of a release: what it says itself, and over it what the scaling schedule has set by now. Pure.

A pause, and limits that somebody wants for now, hold against the schedule: it is suspended while they do.
"""

from collections.abc import Sequence
from datetime import datetime

from service_catalog.messages import Message, joined, say
from service_catalog.records.provisioned import Provisioned, ScheduledLimits, TaskLimits
from service_catalog.records.releases import Release
from service_catalog.scheduled_limits import LimitsChange, last_change, limits_at, next_change


def suspends_schedule(tasks: TaskLimits, scaled: bool) -> bool:
    return scaled or tasks.max == 0


def in_force(tasks: TaskLimits, scaled: bool, provisioned: Provisioned, now: datetime) -> TaskLimits:
    """``tasks`` and ``scaled`` are a release's."""
    if suspends_schedule(tasks, scaled):
        return tasks
    return limits_at(tasks, provisioned.scaling_schedule, now)


def of_release(release: Release | None, provisioned: Provisioned, now: datetime) -> TaskLimits | None:
    """None of a job or task, and while nothing is live."""
    if release is None or release.tasks is None:
        return None
    return in_force(release.tasks, release.scaled, provisioned, now)


def schedule_sentence(tasks: TaskLimits, schedule: Sequence[ScheduledLimits], now: datetime) -> Message | None:
    """What a schedule makes of ``tasks``, which the catalog says beside it; None where it makes nothing of them."""
    last, following = last_change(tasks, schedule, now), next_change(tasks, schedule, now)
    changes = [_since(last)] if last else []
    changes += [_from(following)] if following else []
    return say("scaling.schedule: %(changes)s", changes=joined("; ", changes)) if changes else None


def _since(change: LimitsChange) -> Message:
    return say("%(tasks)s tasks since %(when)s", tasks=str(change.limits), when=_moment(change))


def _from(change: LimitsChange) -> Message:
    return say("%(tasks)s tasks from %(when)s on", tasks=str(change.limits), when=_moment(change))


def _moment(change: LimitsChange) -> str:
    return f"{change.when:%Y-%m-%d %H:%M} ({change.when.tzinfo})"
