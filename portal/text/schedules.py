"""Schedules in words: when a job runs, as people say it. What no words fit stays the expression that it is."""

from datetime import datetime

from babel.dates import format_datetime, get_day_names

from portal.text.language import N_, _, current
from service_catalog import cron
from service_catalog.cron import Cron, Days
from service_catalog.model import Schedule

_TIMES = 4
"""More times a day are no sentence any more"""
_ALL_DAYS, _ALL_MONTHS = frozenset(range(1, 32)), frozenset(range(1, 13))
_ALL_WEEK, _WORKING_DAYS = frozenset(range(1, 8)), frozenset(range(2, 7))


def words(schedule: Schedule) -> str:
    """``Every day at 03:00``, without the zone."""
    if schedule.rate is not None:
        return _rate(schedule.rate)
    text = schedule.cron or ""
    try:
        parsed = cron.parse(text)
    except cron.InvalidCron:
        return text
    return _cron(parsed) or f"cron {text}"


def moment_words(moment: datetime) -> str:
    """``Fri 2026-11-27 03:00``"""
    return format_datetime(moment, "EEE yyyy-MM-dd HH:mm", tzinfo=moment.tzinfo, locale=current().code)


def _rate(rate: str) -> str:
    number, unit = rate.split()
    return _every(int(number), unit.rstrip("s"))


def _every(count: int, unit: str) -> str:
    if count == 1:
        return {"minute": _("Every minute"), "hour": _("Every hour"), "day": _("Every day")}[unit]
    many = {"minute": N_("Every %(num)s minutes"), "hour": N_("Every %(num)s hours"), "day": N_("Every %(num)s days")}
    return _(many[unit], num=count)


def _cron(it: Cron) -> str:
    """Empty where no words fit."""
    if it.months != _ALL_MONTHS or len(it.years) < 200:
        return ""
    if steps := _within_the_hour(it):
        return steps if _is_every_day(it) else ""
    if len(it.minutes) * len(it.hours) > _TIMES:
        return ""
    times = _(", ").join(f"{hour:02}:{minute:02}" for hour in sorted(it.hours) for minute in sorted(it.minutes))
    if _is_every_day(it):
        return _("Every day at %(times)s", times=times)
    return _on_days_of_week(it.days_of_week, times) or _on_days_of_month(it.days_of_month, times)


def _within_the_hour(it: Cron) -> str:
    if len(it.hours) < 24:
        return ""
    minutes = sorted(it.minutes)
    if len(minutes) == 1:
        return _("Every hour, at minute %(minute)s", minute=minutes[0])
    step = minutes[1] - minutes[0]
    if minutes == list(range(0, 60, step)) and 60 % step == 0:
        return _every(step, "minute")
    return ""


def _is_every_day(it: Cron) -> bool:
    return Days(_ALL_DAYS) == it.days_of_month or Days(_ALL_WEEK) == it.days_of_week


def _on_days_of_week(days: Days | None, times: str) -> str:
    if days is None or days.last or days.nth or not days.values:
        return ""
    if days.values == _WORKING_DAYS:
        return _("Monday to Friday at %(times)s", times=times)
    names = get_day_names("wide", locale=current().code)  # Monday is 0
    monday_first = sorted((number - 2) % 7 for number in days.values)
    return _("Every %(days)s at %(times)s", days=_(", ").join(names[day] for day in monday_first), times=times)


def _on_days_of_month(days: Days | None, times: str) -> str:
    if days is None or days.near:
        return ""
    if days.is_last:
        return "" if days.values else _("On the last day of each month at %(times)s", times=times)
    if len(days.values) > _TIMES:
        return ""
    numbers = _(", ").join(str(day) for day in sorted(days.values))
    return _("On day %(days)s of each month at %(times)s", days=numbers, times=times)
