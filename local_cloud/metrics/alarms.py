"""MiniStack's alarms, each with an eye for its own metric alone.

By itself it takes every service's CPU for every service's alarm, for it looks at names and not at dimensions; and it
makes one value of all the periods, where CloudWatch wants each of them to breach.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_BREACHES: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


def install(cloudwatch: Any, now: Callable[[], float] = time.time) -> None:
    evaluate_otherwise = cloudwatch._evaluate_alarm

    def evaluate(alarm: dict[str, Any]) -> None:
        if alarm.get("ComparisonOperator") not in _BREACHES or not alarm.get("MetricName"):
            return evaluate_otherwise(alarm)  # anomaly detection and metric math
        values = _newest_values(cloudwatch, alarm, now())
        state = state_of(alarm, values)
        if state not in (None, alarm["StateValue"]):
            shown = ", ".join(f"{value:g}" for value in values) or "no data"
            reason = f"Threshold Crossed: {shown} {alarm['ComparisonOperator']} {alarm['Threshold']:g}"
            change = {"AlarmName": alarm["AlarmName"], "StateValue": state, "StateReason": reason}
            cloudwatch._set_alarm_state({}, change, False, True)
        return None

    cloudwatch._evaluate_alarm = evaluate


def state_of(alarm: Mapping[str, Any], values: Sequence[float]) -> str | None:
    """From the values of the newest periods, at most as many as the alarm looks at. None: as it was."""
    periods = alarm.get("EvaluationPeriods") or 1
    wanted = alarm.get("DatapointsToAlarm") or periods
    breaches, missing = _BREACHES[alarm["ComparisonOperator"]], alarm.get("TreatMissingData") or "missing"
    if not values and missing in ("missing", "ignore"):
        return "INSUFFICIENT_DATA" if missing == "missing" else None
    breaching = sum(breaches(value, alarm["Threshold"]) for value in values)
    if missing == "breaching":
        breaching += periods - len(values)
    if missing in ("missing", "ignore"):
        wanted = min(wanted, len(values))
    return "ALARM" if breaching >= wanted else "OK"


def _newest_values(cloudwatch: Any, alarm: Mapping[str, Any], now: float) -> list[float]:
    """Oldest first; of the period that runs now too, so that an alarm need not wait for its end."""
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    points = cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], dimensions)) or []
    period, periods = int(alarm.get("Period") or 60), alarm.get("EvaluationPeriods") or 1
    oldest = int(now // period) - periods
    by_period: dict[int, list[Any]] = defaultdict(list)
    for point in points:
        if int(point["Timestamp"] // period) >= oldest:
            by_period[int(point["Timestamp"] // period)].append(point)
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    seen = [by_period[number] for number in sorted(by_period)][-periods:]
    return [cloudwatch._stat_value(cloudwatch._calc_stats(found), statistic, found) for found in seen]
