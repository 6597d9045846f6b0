"""When a schedule expression of AWS comes next: ``at``, ``rate`` or ``cron``, by the clock of its time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ministack.services import eventbridge


def next_time(expression: str, timezone: str | None, begin: float, after: float) -> float | None:
    """The first time after ``after``, in seconds of the epoch; None when there is none. A rate counts from ``begin``.
    Raises ValueError and KeyError for what is no time, or no time zone."""
    zone = ZoneInfo(timezone or "UTC")
    if expression.startswith("at("):
        moment = datetime.fromisoformat(expression[3:-1]).replace(tzinfo=zone).timestamp()
    elif interval := eventbridge._parse_rate_seconds(expression):
        moment = begin + ((after - begin) // interval + 1) * interval
    elif fields := eventbridge._parse_cron_fields(expression):
        # The wall clock of the zone, under the name of UTC: a day is a day there.
        wall = datetime.fromtimestamp(after, zone).replace(tzinfo=UTC)
        following = eventbridge._cron_next_fire(fields, wall)
        if following is None:
            return None
        moment = following.replace(tzinfo=zone).timestamp()
    else:
        return None
    return moment if moment > after else None
