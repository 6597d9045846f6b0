"""What the scaling schedule makes of a service's number of tasks, as its panel tells it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.data.service_facts import ServiceFacts
from runtime.releases import limits
from service_catalog.records.provisioned import TaskLimits
from service_catalog.scheduled_limits import LimitsChange, last_change, next_change

_CARRIED_OUT = timedelta(minutes=3)
"""AWS carries an action out within a minute or so of its time"""


@dataclass(frozen=True)
class ScalingScheduleView:
    last: LimitsChange | None
    """What it set last; None while none of its times ever came"""
    next: LimitsChange | None
    rests: bool
    """Somebody paused the service, or scaled it for now"""
    others: TaskLimits | None
    """What AWS has, where it should be something else"""


def of(found: ServiceFacts, now: datetime) -> ScalingScheduleView | None:
    """None without a schedule, and while nothing is live."""
    provisioned, release = found.provisioned, found.live.release
    if provisioned is None or not provisioned.scaling_schedule or release is None or release.tasks is None:
        return None
    schedule, due = provisioned.scaling_schedule, limits.of_release(release, provisioned, now)
    last = last_change(release.tasks, schedule, now)
    is_carried_out = last is None or now - last.when > _CARRIED_OUT
    return ScalingScheduleView(
        last=last,
        next=next_change(release.tasks, schedule, now),
        rests=limits.suspends_schedule(release.tasks, release.scaled),
        others=found.limits if found.limits != due and is_carried_out else None,
    )
