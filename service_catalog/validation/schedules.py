"""Rules about schedules: what EventBridge Scheduler takes, told before anything is made."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from service_catalog import cron
from service_catalog.cron_times import next_times
from service_catalog.messages import say
from service_catalog.model import Schedule, Service
from service_catalog.problems import did_you_mean, for_message
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.partial_model import until_invalid_field
from service_catalog.validation.rules import about
from service_catalog.yaml_text.locations import Path

_NO_ZONES = {"Factory", "localtime"}
"""Files of the system's time zone database that name no place"""


@about("schedule")
def schedule_rules(service: Service) -> Iterator[Fault]:
    if service.schedule is not None:
        for rule in (_one_of_two, _cron, _rate, _timezone):
            yield from until_invalid_field(rule(service.schedule))


def ended_schedule(service: Service, now: datetime) -> Iterator[Fault]:
    """Of an entry without a fault. What it says was right once, so it is no reason to leave the entry alone."""
    schedule = service.schedule
    if schedule and schedule.cron and not next_times(cron.parse(schedule.cron), schedule.timezone, now, 1):
        message = got(say("must name a time that is still to come"), for_message(schedule.cron))
        yield Fault(("schedule", "cron"), message, say("write * for every year, or remove the service"))


def _one_of_two(schedule: Schedule) -> Iterator[Fault]:
    if (schedule.cron is None) == (schedule.rate is None):
        yield Fault(("schedule",), say("must say one of cron and rate"), say("write { cron: '0 3 * * ? *' }"))


def _cron(schedule: Schedule) -> Iterator[Fault]:
    if schedule.cron is not None:
        yield from cron_faults(("schedule", "cron"), schedule.cron)


def cron_faults(path: Path, given: str) -> Iterator[Fault]:
    try:
        parsed = cron.parse(given)
    except cron.InvalidCron as error:
        yield from (Fault(path, *problem) for problem in error.problems)
        return
    if not next_times(parsed, "UTC", datetime.min.replace(tzinfo=UTC), 1):
        yield Fault(path, got(say("must name a day that there is"), for_message(given)))


def _rate(schedule: Schedule) -> Iterator[Fault]:
    if schedule.rate is None:
        return
    number, unit = int(schedule.rate.split()[0]), schedule.rate.split()[1].rstrip("s")
    path = ("schedule", "rate")
    if number < 1:
        yield Fault(path, got(say("must be at least %(low)s", low=1), for_message(schedule.rate)))
    meant = f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    if number > 0 and schedule.rate != meant:
        message = got(say("must be spelled as EventBridge wants it"), for_message(schedule.rate))
        yield Fault(path, message, say("write %(meant)s", meant=meant))


def _timezone(schedule: Schedule) -> Iterator[Fault]:
    path = ("schedule", "timezone")
    if schedule.rate is not None and schedule.cron is None and "timezone" in schedule.model_fields_set:
        yield Fault(path, say("means nothing beside schedule.rate"), say("remove it"))
    yield from timezone_faults(path, schedule.timezone)


def timezone_faults(path: Path, given: str) -> Iterator[Fault]:
    known = _known_zones()
    if known and given not in known:
        message = got(say("must be the IANA name of a time zone"), for_message(given))
        yield Fault(path, message, _near_zone(given, known) or say("write a name like Asia/Tokyo"))


@cache
def _known_zones() -> frozenset[str]:
    """Once: the database is some 600 files, and each is opened."""
    return frozenset(zoneinfo.available_timezones() - _NO_ZONES)


def _near_zone(given: str, known: frozenset[str]) -> str:
    """``asia/tokyo`` and ``Tokyo`` are surely meant; other words are compared."""
    word = given.casefold().replace(" ", "_")
    same = [name for name in sorted(known) if word in (name.casefold(), name.casefold().rpartition("/")[2])]
    return (
        say("write %(meant)s", meant=same[0])
        if same
        else did_you_mean(given, sorted(name for name in known if "/" in name))
    )
