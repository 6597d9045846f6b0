"""What MiniStack keeps of what was measured: it would keep two weeks, each value by itself, and write all of it to disk
with every save.

Metrics of AWS come by the minute, so equal values of a minute are one that was seen so often: no statistic of a whole
minute tells the difference, and a queue in which nothing moves costs one value a minute.
"""

from collections.abc import Iterable
from typing import Any

KEPT_SECONDS = 90 * 60
"""The portal shows the last hour; alarms and scaling look at less."""
_OURS = "AWS/"
_MINUTE_SECONDS = 60


def install(cloudwatch: Any) -> None:
    """At every request MiniStack looks for what is too old, and at no other time."""
    cloudwatch.TWO_WEEKS_SECONDS = KEPT_SECONDS


def trim(cloudwatch: Any, now: float) -> None:
    """Series that nobody measures any more go too. What programs tell of themselves stays as they told it."""
    for key, points in list(cloudwatch._metrics.items()):
        namespace, *_name_and_dimensions = key
        if namespace.startswith(_OURS):
            kept = _counted(point for point in list(points) if point["Timestamp"] >= now - KEPT_SECONDS)
            if kept:
                cloudwatch._metrics[key] = kept
            else:
                del cloudwatch._metrics[key]


def _counted(points: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[int, float], dict[str, Any]] = {}
    for point in points:
        same = found.setdefault((int(point["Timestamp"] // _MINUTE_SECONDS), point["Value"]), point)
        if same is not point:
            same["Count"] += point["Count"]
    return list(found.values())
