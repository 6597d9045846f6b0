"""Values of metrics by period, and what expressions make of them: what alarms and scaling policies look at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from local_cloud.metrics.metric_math import UnknownMath, Value, compute

_PERIOD_SECONDS = 60
"""Of metrics that do not say"""

Query = Mapping[str, Any]
"""As in ``Metrics`` of an alarm or of a scaling policy: a ``MetricStat`` or an ``Expression``"""


def by_period(cloudwatch: Any, metric: Mapping[str, Any], stat: str, period: int, oldest: int) -> dict[int, float]:
    """Number of the period since the epoch to its value, from ``oldest`` on; ``metric`` has namespace, name and
    dimensions."""
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(metric.get("Dimensions") or []))
    points = cloudwatch._metrics.get((metric["Namespace"], metric["MetricName"], dimensions)) or []
    found: dict[int, list[Any]] = defaultdict(list)
    for point in list(points):
        number = int(point["Timestamp"] // period)
        if number >= oldest:
            found[number].append(point)
    return {number: cloudwatch._stat_value(cloudwatch._calc_stats(seen), stat, seen) for number, seen in found.items()}


def computed(cloudwatch: Any, queries: Sequence[Query], now: float, periods: int) -> list[float]:
    """Of the query whose data is returned, in the newest periods, oldest first. The one that runs now counts too, so
    that nobody need wait for its end. Raises UnknownMath."""
    by_id = {query["Id"]: query for query in queries}
    answers = [query["Id"] for query in queries if query.get("ReturnData", True)]
    if len(answers) != 1:
        raise UnknownMath(f"one query has to be the answer, here {len(answers)} are")
    stats = {name: query["MetricStat"] for name, query in by_id.items() if query.get("MetricStat")}
    period = next((int(stat["Period"]) for stat in stats.values() if stat.get("Period")), _PERIOD_SECONDS)
    newest = int(now // period)
    oldest = newest - periods
    series = {name: by_period(cloudwatch, stat["Metric"], stat["Stat"], period, oldest) for name, stat in stats.items()}

    def value(name: str, number: int) -> Value:
        if name in series:
            return series[name].get(number)
        return compute(by_id[name]["Expression"], lambda other: value(other, number))

    found = [value(answers[0], number) for number in range(oldest, newest + 1)]
    return [one for one in found if one is not None][-periods:]
