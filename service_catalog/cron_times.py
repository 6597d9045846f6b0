"""When a cron expression comes round next, or came last, in its time zone, as EventBridge Scheduler counts.

Where clocks go forward, a time that does not exist that day is left out; where they go back, one that comes twice
counts once.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from service_catalog.cron import Cron, Days


def next_times(cron: Cron, timezone: str, after: datetime, count: int) -> list[datetime]:
    """At most ``count`` moments later than ``after``, in the zone; none of an expression that names none."""
    return list(islice(_times(cron, ZoneInfo(timezone), after), count))


def last_time(cron: Cron, timezone: str, until: datetime) -> datetime | None:
    """The last moment up to ``until``, in the zone."""
    zone = ZoneInfo(timezone)
    for day in _days_back(cron, until.astimezone(zone).date()):
        for hour in sorted(cron.hours, reverse=True):
            for minute in sorted(cron.minutes, reverse=True):
                moment = datetime.combine(day, time(hour, minute), zone)
                if moment.astimezone(UTC) <= until and _exists(moment):
                    return moment
    return None


def _times(cron: Cron, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    for day in _days(cron, after.astimezone(zone).date()):
        for hour in sorted(cron.hours):
            for minute in sorted(cron.minutes):
                moment = datetime.combine(day, time(hour, minute), zone)
                if moment.astimezone(UTC) > after and _exists(moment):
                    yield moment


def _days(cron: Cron, first: date) -> Iterator[date]:
    for year in sorted(year for year in cron.years if year >= first.year):
        for month in sorted(cron.months):
            yield from (day for day in _days_of(year, month) if day >= first and _names_day(cron, day))


def _days_back(cron: Cron, last: date) -> Iterator[date]:
    for year in sorted((year for year in cron.years if year <= last.year), reverse=True):
        for month in sorted(cron.months, reverse=True):
            yield from (day for day in reversed(_days_of(year, month)) if day <= last and _names_day(cron, day))


def _days_of(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]


def _exists(moment: datetime) -> bool:
    there = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return there.replace(tzinfo=None) == moment.replace(tzinfo=None)


def _names_day(cron: Cron, day: date) -> bool:
    if cron.days_of_month is not None:
        return _is_of_month(cron.days_of_month, day)
    return cron.days_of_week is not None and _is_of_week(cron.days_of_week, day)


def _is_of_month(days: Days, day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    return (
        day.day in days.values
        or (days.is_last and day.day == last)
        or any(_nearest_weekday(day, wanted, last) == day.day for wanted in days.near if wanted <= last)
    )


def _nearest_weekday(month: date, wanted: int, last: int) -> int:
    """Monday to Friday, and never in another month."""
    weekday = month.replace(day=wanted).isoweekday()
    if weekday == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 7:
        return wanted + 1 if wanted < last else wanted - 2
    return wanted


def _is_of_week(days: Days, day: date) -> bool:
    number = day.isoweekday() % 7 + 1  # Sunday is 1
    last = calendar.monthrange(day.year, day.month)[1]
    return (
        number in days.values
        or (number in days.last and day.day > last - 7)
        or (number, (day.day - 1) // 7 + 1) in days.nth
    )
