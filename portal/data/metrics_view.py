"""The page of metrics of one service: charts of the time that somebody chose, and the alarms that watch them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from portal import charts
from portal.charts import Charts
from portal.context import portal
from portal.data import measured_view
from portal.data.aged import Aged
from portal.data.service_facts import ServiceFacts
from portal.text import console
from runtime.aws.alarms import WatchedAlarm, measure_words
from runtime.aws.errors import Unavailable
from runtime.metrics import HOUR, Measure, Measured, Window
from service_catalog.records.provisioned import SERVED, Provisioned
from service_catalog.records.releases import Release

T = TypeVar("T")

WINDOWS: Mapping[str, Window] = {
    "1h": HOUR,
    "3h": Window(timedelta(hours=3)),
    "12h": Window(timedelta(hours=12), timedelta(minutes=5)),
    "1d": Window(timedelta(days=1), timedelta(minutes=10)),
    "7d": Window(timedelta(days=7), timedelta(hours=1)),
    "30d": Window(timedelta(days=30), timedelta(hours=3)),
}
WATCHED: Mapping[str, Measure] = {
    "cpu_percent": "cpu",
    "memory_percent": "memory",
    "unhealthy_targets": "unhealthy",
    "message_age_seconds": "oldest",
    "dead_letters": "dead",
    "failed_runs": "failed_runs",
}
"""What is drawn, by what the entry calls the alarm that watches it"""
_FRESH_SECONDS = 20.0


@dataclass(frozen=True)
class AlarmRow:
    """An alarm that the entry asks for, or that there is though it does not."""

    measure: str
    words: str
    threshold: str
    alarm: WatchedAlarm | None
    """None for one that CloudWatch does not have"""
    address: str | None
    """Of its page in AWS's console"""


@dataclass(frozen=True)
class MetricsView:
    charts: Charts
    releases: Sequence[Release]
    """Of the time that is drawn, newest first"""
    alarms: Sequence[AlarmRow]
    taken_at: datetime
    problems: Sequence[str] = ()


def of(environment: str, found: ServiceFacts, window: Window) -> MetricsView:
    """What can be had: alarms without charts, or charts without alarms, are better than none."""
    provisioned = found.provisioned
    now = portal().settings.now()
    if provisioned is None:
        return MetricsView(Charts([], False), [], [], now)
    problems: list[str] = []
    alarms = _or_none(lambda: _alarms(environment, provisioned.service), problems)
    measured = _or_none(lambda: read(environment, provisioned, window), problems)
    watched = alarms.value if alarms else []
    thresholds = {measure: it.threshold for it in watched if (measure := drawn_measure(it.measure))}
    drawn = charts.in_detail(measured.value, measured_view.marks(found), thresholds) if measured else Charts([], False)
    begin = measured.value.start if measured else now - window.length
    return MetricsView(
        drawn,
        [it for it in found.releases if it.when >= begin],
        _rows(environment, found, watched) if alarms else [],
        measured.taken_at if measured else now,
        list(dict.fromkeys(problems)),
    )


def read(environment: str, provisioned: Provisioned, window: Window) -> Aged[Measured]:
    """Raises Unavailable when CloudWatch never answered."""
    metrics = portal().gateways(environment).metrics
    service, machine = provisioned.service, provisioned.state_machine

    def measured() -> Measured:
        if provisioned.kind not in SERVED and machine:
            return metrics.of_runs(service, machine, window)
        return metrics.measured(service, provisioned.reach, provisioned.queue, window, in_detail=True)

    key = (environment, service, "metrics", window)
    return portal().readings.get(key, measured, portal().settings.now, _FRESH_SECONDS)


def drawn_measure(measure: str) -> Measure | None:
    """What is drawn of that which an alarm watches. Where requests are shifted, two alarms watch one thing."""
    return WATCHED.get(measure.removesuffix("_alternate"))


def _threshold(measure: str, value: float) -> str:
    drawn = drawn_measure(measure)
    return charts.words_of(drawn, value) if drawn else f"{value:g}"


def _alarms(environment: str, service: str) -> Aged[list[WatchedAlarm]]:
    gateway = portal().gateways(environment).alarms
    key = (environment, service, "alarms")
    return portal().readings.get(key, lambda: gateway.of_service(service), portal().settings.now, _FRESH_SECONDS)


def _or_none(reading: Callable[[], Aged[T]], problems: list[str]) -> Aged[T] | None:
    try:
        found = reading()
    except Unavailable as problem:
        problems.append(problem.sentence)
        return None
    if found.problem:
        problems.append(found.problem)
    return found


def _rows(environment: str, found: ServiceFacts, there: Sequence[WatchedAlarm]) -> list[AlarmRow]:
    entry = found.provisioned_entry
    asked = entry.alarms.model_dump(exclude_none=True) if entry and entry.alarms else {}
    known = {it.measure: it for it in there}
    lacking = [
        AlarmRow(it, measure_words(it), _threshold(it, asked[it]), None, None) for it in asked if it not in known
    ]
    where = portal().catalog.environment(environment)
    rows = [
        AlarmRow(it.measure, it.words, _threshold(it.measure, it.threshold), it, console.alarm_address(where, it.name))
        for it in there
    ]
    return sorted([*lacking, *rows], key=_urgency)


def _urgency(row: AlarmRow) -> tuple[bool, str]:
    """What is missing or rings comes first."""
    return row.alarm is not None and row.alarm.state != "ALARM", row.measure
