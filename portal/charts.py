"""What CloudWatch measured as charts: one line each, its newest value in words beside it.

Drawn on the server as SVG. A release stands in every chart as a dashed line, for the question is mostly whether the
last one made a difference; on a page of their own charts have a scale, and the threshold of the alarm on them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.text import times
from portal.text.language import N_, _
from runtime.metrics import PERIOD, Measure, Measured, Point

WIDTH, HEIGHT = 240, 48
SHORT = timedelta(minutes=15)
"""What is drawn of a service that began to be measured since then: an hour would be all white."""
_TOP = 3
"""Free above the highest value, so that the line is not cut"""
_NEWEST_WITHIN = timedelta(minutes=5)
"""CloudWatch is some minutes late; what is older is not "now"."""
_STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Mark:
    """A moment that stands in every chart."""

    when: datetime
    words: str = ""


@dataclass(frozen=True)
class Spot:
    """A period of a chart, as wide as one can point at."""

    x: float
    width: float
    when: datetime
    value: str
    """With what was marked in the period"""


@dataclass(frozen=True)
class Threshold:
    """Where an alarm begins to ring."""

    y: float
    words: str


@dataclass(frozen=True)
class Chart:
    measure: Measure
    title: str
    now: str
    """The newest value with its unit; ``–`` when there is none of the last minutes"""
    highest: str
    line: str
    """SVG path data in a box of WIDTH by HEIGHT"""
    marks: Sequence[float]
    """Where releases began"""
    spots: Sequence[Spot]
    scale: Sequence[tuple[float, str]] = ()
    """Heights with the values that they stand for, the highest first"""
    threshold: Threshold | None = None

    @property
    def says(self) -> str:
        """For who does not see it."""
        said = _("%(title)s: %(now)s now, highest %(highest)s", **vars(self))
        if not self.threshold:
            return said
        return said + _(", ") + _("alarm at %(threshold)s", threshold=self.threshold.words)


@dataclass(frozen=True)
class _Kind:
    title: str
    points: Callable[[Measured], list[Point]]
    word: Callable[[float], str]
    at_least: float
    """The scale reaches this high even when all values are lower"""


@dataclass(frozen=True)
class Charts:
    drawn: Sequence[Chart]
    is_short: bool
    """Of the last 15 minutes, else of all that was asked for"""
    axis: Sequence[datetime] = ()
    """Begin, middle and end of what is drawn, and what is between them"""


def of(measured: Measured, marks: Sequence[Mark]) -> Charts:
    """Of those measures that have a value."""
    found = _found(measured)
    oldest = min((points[0].when for _, _kind, points in found), default=measured.start)
    is_short = oldest >= measured.end - SHORT
    shown = replace(measured, start=measured.end - SHORT) if is_short else measured
    return Charts([_chart(shown, *it, marks) for it in found], is_short, _axis(shown, 2))


def in_detail(measured: Measured, marks: Sequence[Mark], thresholds: Mapping[Measure, float]) -> Charts:
    """Of all the time that was asked for; the scale reaches up to where an alarm begins to ring."""
    drawn = [_chart(measured, *it, marks, thresholds.get(it[0])) for it in _found(measured)]
    return Charts(drawn, False, _axis(measured, 4))


def as_csv(measured: Measured) -> str:
    """Of each period, what is drawn of it."""
    found = _found(measured)
    values = {(measure, point.when): point.value for measure, _, points in found for point in points}
    periods = sorted({when for _, when in values})
    lines = [["time", *(measure for measure, _, _ in found)]]
    lines += [
        [f"{when:%Y-%m-%dT%H:%M:%SZ}", *(f"{values[it[0], when]:g}" if (it[0], when) in values else "" for it in found)]
        for when in periods
    ]
    return "".join(",".join(line) + "\r\n" for line in lines)


def title_of(measure: Measure) -> str:
    return _(_KINDS[measure].title)


def words_of(measure: Measure, value: float) -> str:
    """With its unit."""
    return _KINDS[measure].word(value)


def _found(measured: Measured) -> list[tuple[Measure, _Kind, list[Point]]]:
    drawn = [(measure, kind, kind.points(measured)) for measure, kind in _KINDS.items() if measure in measured.series]
    return [it for it in drawn if it[2]]


def _axis(measured: Measured, parts: int) -> list[datetime]:
    return [measured.start + (measured.end - measured.start) * part / parts for part in range(parts + 1)]


def _chart(
    measured: Measured,
    measure: Measure,
    kind: _Kind,
    points: Sequence[Point],
    marks: Sequence[Mark],
    threshold: float | None = None,
) -> Chart:
    highest = max(point.value for point in points)
    newest = points[-1]
    is_now = measured.end - newest.when <= max(_NEWEST_WITHIN, 2 * measured.period)
    scale = scale_of(max(highest, kind.at_least, threshold or 0))
    return Chart(
        measure,
        title=_(kind.title),
        now=kind.word(newest.value) if is_now else "–",
        highest=kind.word(highest),
        line=_line(measured, points, scale),
        marks=[_x(measured, it.when) for it in marks if measured.start <= it.when < measured.end],
        spots=[_spot(measured, kind, point, marks) for point in points],
        scale=[(_y(value, scale), kind.word(value)) for value in (scale, scale / 2, 0)],
        threshold=None if threshold is None else Threshold(_y(threshold, scale), kind.word(threshold)),
    )


def _spot(measured: Measured, kind: _Kind, point: Point, marks: Sequence[Mark]) -> Spot:
    width = WIDTH / ((measured.end - measured.start) / measured.period - 1)
    within = [it.words for it in marks if it.words and point.when <= it.when < point.when + measured.period]
    said = _(", ").join([kind.word(point.value), *within])
    return Spot(round(_x(measured, point.when) - width / 2, 1), round(width, 1), point.when, said)


def scale_of(highest: float) -> float:
    """The next round number: 1, 2 or 5 times a power of ten."""
    power = 1.0
    while power < highest:
        power *= 10
    while power >= highest * 10:
        power /= 10
    return next(step * power / 10 for step in (*_STEPS, 10.0) if step * power / 10 >= highest)


def _line(measured: Measured, points: Sequence[Point], scale: float) -> str:
    """A missing period breaks the line; one that stands alone is a dot."""
    parts: list[str] = []
    before: datetime | None = None
    for point in points:
        follows = before is not None and point.when - before <= measured.period
        x, y = _x(measured, point.when), _y(point.value, scale)
        parts.append(f"L{x:.1f} {y:.1f}" if follows else f"M{x:.1f} {y:.1f}h.1")
        before = point.when
    return "".join(parts)


def _x(measured: Measured, when: datetime) -> float:
    """A point stands for its period; what happens within the newest one stands at the edge."""
    whole = measured.end - measured.start - measured.period
    return round(min(1, (when - measured.start) / whole) * WIDTH, 1)


def _y(value: float, scale: float) -> float:
    return round(_TOP + (HEIGHT - _TOP) * (1 - value / scale), 1)


# --- what is drawn ---


def _as_measured(measure: Measure) -> Callable[[Measured], list[Point]]:
    return lambda measured: list(measured.series[measure].points)


def _requests(measured: Measured) -> list[Point]:
    """A minute. CloudWatch is silent about periods without any; they count while tasks ran. What runs is not over."""
    counted = _by_time(measured, "requests")
    whole = [when for when in sorted({*counted, *_by_time(measured, "cpu")}) if when < measured.end - measured.period]
    return [Point(when, counted.get(when, 0) / (measured.period / PERIOD)) for when in whole]


def _connections(measured: Measured) -> list[Point]:
    """A minute; the period that runs is not over."""
    counted = measured.series["connections"].points
    whole = [it for it in counted if it.when < measured.end - measured.period]
    return [Point(it.when, it.value / (measured.period / PERIOD)) for it in whole]


def _share(measure: Measure) -> Callable[[Measured], list[Point]]:
    """Of requests, in percent. Silence of CloudWatch means none."""

    def points(measured: Measured) -> list[Point]:
        answered = _by_time(measured, measure)
        return [
            Point(when, min(100.0, 100 * answered.get(when, 0) / count))
            for when, count in sorted(_by_time(measured, "requests").items())
            if count
        ]

    return points


def _by_time(measured: Measured, measure: Measure) -> Mapping[datetime, float]:
    return {point.when: point.value for point in measured.series[measure].points}


def _percent(value: float) -> str:
    return f"{value:.0f} %" if value >= 10 or value == 0 else f"{value:.1f} %"


def _seconds(value: float) -> str:
    if value >= 1:
        return f"{value:.1f} s"
    return f"{value * 1000:.0f} ms" if value >= 0.01 or value == 0 else f"{value * 1000:.1f} ms"


def _count(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _milliseconds(value: float) -> str:
    return times.duration(value / 1000) if value else "0 s"


def _age(value: float) -> str:
    return times.duration(value) if value else "0 s"


_KINDS: Mapping[Measure, _Kind] = {
    "waiting": _Kind(N_("Messages waiting"), _as_measured("waiting"), _count, at_least=10),
    "oldest": _Kind(N_("Oldest message"), _as_measured("oldest"), _age, at_least=60),
    "dead": _Kind(N_("Dead letters"), _as_measured("dead"), _count, at_least=5),
    "cpu": _Kind(N_("CPU"), _as_measured("cpu"), _percent, at_least=5),
    "memory": _Kind(N_("Memory"), _as_measured("memory"), _percent, at_least=5),
    "requests": _Kind(N_("Requests a minute"), _requests, _count, at_least=10),
    "errors": _Kind(N_("Answers 5xx"), _share("errors"), _percent, at_least=5),
    "refused": _Kind(N_("Answers 4xx"), _share("refused"), _percent, at_least=5),
    "latency": _Kind(N_("Latency, p95"), _as_measured("latency"), _seconds, at_least=0.01),
    "connections": _Kind(N_("New connections a minute"), _connections, _count, at_least=10),
    "unhealthy": _Kind(N_("Unhealthy targets"), _as_measured("unhealthy"), _count, at_least=2),
    "runs": _Kind(N_("Runs started"), _as_measured("runs"), _count, at_least=2),
    "failed_runs": _Kind(N_("Failed runs"), _as_measured("failed_runs"), _count, at_least=2),
    "run_time": _Kind(N_("Time of a run"), _as_measured("run_time"), _milliseconds, at_least=1000),
}
