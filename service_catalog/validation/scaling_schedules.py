"""Rules about `scaling.schedule`: limits that take each other's place at certain times."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations

from service_catalog import cron
from service_catalog.cron_times import next_times
from service_catalog.messages import say
from service_catalog.model import ScheduledLimits, Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.partial_model import until_invalid_field
from service_catalog.validation.rules import Rule, about
from service_catalog.validation.schedules import cron_faults, timezone_faults
from service_catalog.yaml_text.locations import Path

_PATH: Path = ("scaling", "schedule")
_SINCE, _TIMES = datetime(2024, 1, 1, tzinfo=UTC), 800
"""Where two schedules are compared, and how far: whether an entry is valid is no question of the day. Of schedules that
come daily or more rarely two years are seen."""


@about("scaling.schedule")
def _times(service: Service) -> Iterator[Fault]:
    for index, said in enumerate(service.scaling.schedule):
        yield from until_invalid_field(_time((*_PATH, index), said))


def _time(path: Path, said: ScheduledLimits) -> Iterator[Fault]:
    yield from cron_faults((*path, "cron"), said.cron)
    yield from timezone_faults((*path, "timezone"), said.timezone)


@about("scaling.schedule", reads=("tasks",))
def _bounds(service: Service) -> Iterator[Fault]:
    """Whichever was in force before, an action that AWS cannot carry out would change nothing."""
    schedule, tasks = service.scaling.schedule, service.tasks
    if not schedule or service.kind not in ("web", "worker"):
        return
    if tasks.min == 0 and tasks.max is None:
        message = say("has no effect: tasks.min 0 without tasks.max is a pause, which a schedule does not end")
        yield Fault(_PATH, message, say("say how many run by day in `tasks`, and min: 0, max: 0 here for the night"))
        return
    lows = [tasks.min, *(it.min for it in schedule if it.min is not None)]
    highs = [tasks.max or tasks.min, *(it.max for it in schedule if it.max is not None)]
    for index, said in enumerate(schedule):
        yield from _bounds_of((*_PATH, index), said, max(lows), min(highs))


def _bounds_of(path: Path, said: ScheduledLimits, low: int, high: int) -> Iterator[Fault]:
    """``low`` and ``high``: the most and the least that may be in force beside what it says itself."""
    least, most = said.min, said.max
    if least is None and most is None:
        yield Fault(path, say("must say min, max or both"), say("write { cron: '0 8 ? * MON-FRI *', min: 4 }"))
    elif least is not None and most is not None:
        if least > most:
            yield Fault((*path, "max"), say("must be at least min (%(min)s), got %(given)s", min=least, given=most))
    elif least is not None and least > high:
        message = say("may be more than the most that is in force then (%(max)s), got %(given)s", max=high, given=least)
        yield Fault((*path, "min"), message, say("say max beside it"))
    elif most is not None and most < low:
        message = say("may be less than the least that is in force then (%(min)s), got %(given)s", min=low, given=most)
        yield Fault((*path, "max"), message, say("say min beside it"))


@about("scaling.schedule")
def _zero(service: Service) -> Iterator[Fault]:
    """As of `tasks`: what went to none by its load has no load that could start the first again."""
    if service.scaling.backlog_per_task is not None:
        return
    for index, said in enumerate(service.scaling.schedule):
        if said.min == 0 and said.max != 0:
            message = say("must be at least 1: with no task there is no load that could start the first one")
            yield Fault((*_PATH, index, "min"), message, say("write max: 0 beside it to stop all tasks"))


@about("scaling.schedule")
def _same_moment(service: Service) -> Iterator[Fault]:
    """AWS carries out two actions of one moment in either order."""
    schedule = service.scaling.schedule
    if len(schedule) < 2:
        return
    seen = [_moments(said) for said in schedule]
    for (first, one), (second, other) in combinations(enumerate(seen), 2):
        if both := one & other:
            message = say(
                "comes at the same time as number %(first)s, such as %(when)s: which of them counts would be chance",
                first=first + 1,
                when=f"{min(both):%Y-%m-%d %H:%M} UTC",
            )
            yield Fault((*_PATH, second, "cron"), message, say("write one that says both, or another time"))


def _moments(said: ScheduledLimits) -> set[datetime]:
    """None of what is told for another reason."""
    known = not [*cron_faults((), said.cron), *timezone_faults((), said.timezone)]
    times = next_times(cron.parse(said.cron), said.timezone, _SINCE, _TIMES) if known else ()
    return {moment.astimezone(UTC) for moment in times}


SCALING_SCHEDULE_RULES: tuple[Rule, ...] = (_times, _bounds, _zero, _same_moment)


def scaling_schedule_warnings(schedule: Sequence[ScheduledLimits], moves: bool) -> Iterator[Fault]:
    """``moves``: something moves the number of tasks between its limits."""
    if len(schedule) == 1:
        message = say("stays in force for ever once its time has come: nothing brings other numbers back")
        yield Fault((*_PATH, 0), message, say("add one that does, such as { cron: '0 20 ? * MON-FRI *', min: 1 }"))
    for index, said in enumerate(schedule):
        if not moves and said.min != said.max:
            message = say("may leave more tasks than it means: nothing moves their number between min and max")
            yield Fault((*_PATH, index), message, say("say min and max alike, or write scaling: { cpu_percent: 60 }"))
