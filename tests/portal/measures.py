"""An hour as CloudWatch would tell it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from runtime.metrics import HOUR, PERIOD, Measure, Measured, Point, Series


def an_hour(end: datetime, measured: Mapping[Measure, Sequence[float | None]]) -> Measured:
    """Values of the newest minutes by measure, the last one of the minute that runs now; None for a gap."""
    return Measured(
        end - HOUR.length, end, {measure: Series(measure, _points(end, values)) for measure, values in measured.items()}
    )


def _points(end: datetime, values: Sequence[float | None]) -> list[Point]:
    minutes = [end - PERIOD * (len(values) - at) for at in range(len(values))]
    return [Point(when, value) for when, value in zip(minutes, values, strict=True) if value is not None]
