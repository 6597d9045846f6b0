"""What CloudWatch measured in the last hour as small charts: one line each, its newest value in words beside it.

Drawn on the server as SVG. A release stands in every chart as a dashed line, for the question is mostly whether the
last one made a difference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.text import times
from portal.text.language import N_, _
from runtime.metrics import PERIOD, LastHour, Measure, Point

WIDTH, HEIGHT = 240, 48
SHORT = timedelta(minutes=15)
"""What is drawn of a service that began to be measured since then: an hour would be all white."""
_TOP = 3
"""Free above the highest value, so that the line is not cut"""
_NEWEST_WITHIN = timedelta(minutes=5)
"""CloudWatch is some minutes late; what is older is not "now"."""
_STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Spot:
    """A minute of a chart, as wide as one can point at."""

    x: float
    width: float
    when: datetime
    value: str


@dataclass(frozen=True)
class Chart:
    title: str
    now: str
    """The newest value with its unit; ``–`` when there is none of the last minutes"""
    highest: str
    line: str
    """SVG path data in a box of WIDTH by HEIGHT"""
    marks: Sequence[float]
    """Where releases began"""
    spots: Sequence[Spot]

    @property
    def says(self) -> str:
        """For who does not see it."""
        return _("%(title)s: %(now)s now, highest %(highest)s", **vars(self))


@dataclass(frozen=True)
class _Kind:
    title: str
    points: Callable[[LastHour], list[Point]]
    word: Callable[[float], str]
    at_least: float
    """The scale reaches this high even when all values are lower"""


@dataclass(frozen=True)
class Charts:
    drawn: Sequence[Chart]
    is_short: bool
    """Of the last 15 minutes, else of the last hour"""
    axis: Sequence[datetime] = ()
    """Begin, middle and end of what is drawn"""


def of(hour: LastHour, releases: Sequence[datetime]) -> Charts:
    """Of those measures that have a value; ``releases`` are when they began."""
    found = [(kind, kind.points(hour)) for measure, kind in _KINDS.items() if measure in hour.series]
    oldest = min((points[0].when for _, points in found if points), default=hour.start)
    is_short = oldest >= hour.end - SHORT
    shown = replace(hour, start=hour.end - SHORT) if is_short else hour
    axis = [shown.start + (shown.end - shown.start) * part for part in (0, 0.5, 1)]
    return Charts([_chart(shown, kind, points, releases) for kind, points in found if points], is_short, axis)


def _chart(hour: LastHour, kind: _Kind, points: Sequence[Point], releases: Sequence[datetime]) -> Chart:
    highest = max(point.value for point in points)
    newest = points[-1]
    is_now = hour.end - newest.when <= _NEWEST_WITHIN
    return Chart(
        title=_(kind.title),
        now=kind.word(newest.value) if is_now else "–",
        highest=kind.word(highest),
        line=_line(hour, points, scale_of(max(highest, kind.at_least))),
        marks=[_x(hour, when) for when in releases if hour.start <= when < hour.end],
        spots=[_spot(hour, kind, point) for point in points],
    )


def _spot(hour: LastHour, kind: _Kind, point: Point) -> Spot:
    width = WIDTH / ((hour.end - hour.start) / PERIOD - 1)
    return Spot(round(_x(hour, point.when) - width / 2, 1), round(width, 1), point.when, kind.word(point.value))


def scale_of(highest: float) -> float:
    """The next round number: 1, 2 or 5 times a power of ten."""
    power = 1.0
    while power < highest:
        power *= 10
    while power >= highest * 10:
        power /= 10
    return next(step * power / 10 for step in (*_STEPS, 10.0) if step * power / 10 >= highest)


def _line(hour: LastHour, points: Sequence[Point], scale: float) -> str:
    """A missing minute breaks the line; a minute that stands alone is a dot."""
    parts: list[str] = []
    before: datetime | None = None
    for point in points:
        follows = before is not None and point.when - before <= PERIOD
        x, y = _x(hour, point.when), _TOP + (HEIGHT - _TOP) * (1 - point.value / scale)
        parts.append(f"L{x:.1f} {y:.1f}" if follows else f"M{x:.1f} {y:.1f}h.1")
        before = point.when
    return "".join(parts)


def _x(hour: LastHour, when: datetime) -> float:
    """A point stands for its minute; what happens within the newest one stands at the edge."""
    return round(min(1, (when - hour.start) / (hour.end - hour.start - PERIOD)) * WIDTH, 1)


# --- what is drawn ---


def _as_measured(measure: Measure) -> Callable[[LastHour], list[Point]]:
    return lambda hour: list(hour.series[measure].points)


def _requests(hour: LastHour) -> list[Point]:
    """CloudWatch is silent about minutes without any; they count while tasks ran. The minute that runs is not over."""
    counted = _by_minute(hour, "requests")
    minutes = sorted({*counted, *_by_minute(hour, "cpu")})
    return [Point(when, counted.get(when, 0)) for when in minutes if when < hour.end - PERIOD]


def _errors(hour: LastHour) -> list[Point]:
    """The share of requests, in percent. Silence of CloudWatch means none."""
    failed = _by_minute(hour, "errors")
    return [
        Point(when, min(100.0, 100 * failed.get(when, 0) / count))
        for when, count in sorted(_by_minute(hour, "requests").items())
        if count
    ]


def _by_minute(hour: LastHour, measure: Measure) -> Mapping[datetime, float]:
    return {point.when: point.value for point in hour.series[measure].points}


def _percent(value: float) -> str:
    return f"{value:.0f} %" if value >= 10 or value == 0 else f"{value:.1f} %"


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value >= 1 else f"{value * 1000:.0f} ms" if value >= 0.01 else f"{value * 1000:.1f} ms"


def _count(value: float) -> str:
    return f"{value:.0f}"


def _age(value: float) -> str:
    return times.duration(value) if value else "0 s"


_KINDS: Mapping[Measure, _Kind] = {
    "waiting": _Kind(N_("Messages waiting"), _as_measured("waiting"), _count, at_least=10),
    "oldest": _Kind(N_("Oldest message"), _as_measured("oldest"), _age, at_least=60),
    "dead": _Kind(N_("Dead letters"), _as_measured("dead"), _count, at_least=5),
    "cpu": _Kind(N_("CPU"), _as_measured("cpu"), _percent, at_least=5),
    "memory": _Kind(N_("Memory"), _as_measured("memory"), _percent, at_least=5),
    "requests": _Kind(N_("Requests a minute"), _requests, _count, at_least=10),
    "errors": _Kind(N_("Answers 5xx"), _errors, _percent, at_least=5),
    "latency": _Kind(N_("Latency, p95"), _as_measured("latency"), _seconds, at_least=0.01),
}
