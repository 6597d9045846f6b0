"""When schedules fire: by the clock of their own time zone, and never for a time that has passed.

MiniStack reads every cron expression as UTC, and a schedule that was paused, or a cloud that was stopped, makes up for
what it missed. A flexible time window is taken as its beginning.
"""

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from ministack.core.responses import request_scope

from local_cloud.schedule_expressions import next_time

log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 1

Schedule = Mapping[str, Any]


class Ticks:
    """What has to be fired since the last look."""

    def __init__(self) -> None:
        self._seen: dict[Any, tuple[Any, float]] = {}
        """By schedule: when it was changed last, and when we looked"""

    def due(self, schedules: Mapping[Any, Schedule], now: float) -> list[tuple[Any, float]]:
        """Keys, and the time for which each fires. A schedule that is new, changed or resumed starts to count now."""
        before, self._seen = self._seen, {key: (one["LastModificationDate"], now) for key, one in schedules.items()}
        found = []
        for key, schedule in schedules.items():
            changed, looked = before.get(key, (None, now))
            if schedule["State"] != "ENABLED" or changed != schedule["LastModificationDate"]:
                continue
            moment = _next_time(schedule, looked)
            if moment is not None and moment <= now:
                found.append((key, moment))
        return found


def _next_time(schedule: Schedule, after: float) -> float | None:
    begin = schedule.get("StartDate") or schedule["CreationDate"]
    moment = next_time(schedule["ScheduleExpression"], schedule.get("ScheduleExpressionTimezone"), begin, after)
    is_over = moment is not None and schedule.get("EndDate") and moment > schedule["EndDate"]
    return None if is_over else moment


def install(scheduler: Any, eventbridge: Any) -> None:
    ticks = Ticks()

    def tick() -> None:
        schedules = dict(scheduler._schedules.all_items())
        for key, moment in ticks.due(schedules, time.time()):
            _fire(eventbridge, key, schedules[key], moment)

    scheduler._tick_schedules = tick
    scheduler._SCHEDULE_TICK_INTERVAL = _LOOK_EVERY_SECONDS


def _fire(eventbridge: Any, key: Any, schedule: Schedule, moment: float) -> None:
    account, region, name = key
    event = {
        "EventId": str(schedule["Arn"]),
        "Source": "aws.scheduler",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "Time": moment,
        "Resources": [schedule["Arn"]],
        "Account": account,
        "Region": region,
    }
    target = {**schedule["Target"], "Input": _filled(schedule["Target"].get("Input", ""), schedule, moment)}
    try:
        with request_scope(account, region):
            eventbridge._invoke_target(target, event, schedule)
    except Exception:  # the next schedule is none the worse for it
        log.exception("schedule %s could not be fired", name)


def _filled(text: str, schedule: Schedule, moment: float) -> str:
    """What Scheduler itself fills into the input of a target."""
    known = {
        "attempt-number": "1",
        "execution-id": uuid4().hex,
        "schedule-arn": schedule["Arn"],
        "scheduled-time": datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    for name, value in known.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text
