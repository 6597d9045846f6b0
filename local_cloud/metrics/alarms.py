"""MiniStack's alarms, each with an eye for its own metric alone.

By itself it takes every service's CPU for every service's alarm, for it looks at names and not at dimensions; and it
makes one value of all the periods, where CloudWatch wants each of them to breach. Metric math it leaves alone.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local_cloud.metrics.series import computed

_BREACHES: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


def install(cloudwatch: Any, now: Callable[[], float] = time.time) -> None:
    evaluate_otherwise = cloudwatch._evaluate_alarm

    def evaluate(alarm: dict[str, Any]) -> None:
        if alarm.get("ComparisonOperator") not in _BREACHES:
            return evaluate_otherwise(alarm)  # anomaly detection
        values = newest_values(cloudwatch, alarm, now())
        state = state_of(alarm, values)
        if state not in (None, alarm["StateValue"]):
            shown = ", ".join(f"{value:g}" for value in values) or "no data"
            reason = f"Threshold Crossed: {shown} {alarm['ComparisonOperator']} {alarm['Threshold']:g}"
            change = {"AlarmName": alarm["AlarmName"], "StateValue": state, "StateReason": reason}
            cloudwatch._set_alarm_state({}, change, False, True)
        return None

    cloudwatch._evaluate_alarm = evaluate
    _keep_metric_math(cloudwatch)


def _keep_metric_math(cloudwatch: Any) -> None:
    """MiniStack drops the queries of an alarm."""
    put_alarm = cloudwatch._put_metric_alarm

    def put(params: Any, said: Mapping[str, Any], *protocol: bool, **more: bool) -> Any:
        answer = put_alarm(params, said, *protocol, **more)
        if said and said.get("Metrics"):
            cloudwatch._alarms[said["AlarmName"]]["Metrics"] = said["Metrics"]
        return answer

    cloudwatch._put_metric_alarm = put


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


def newest_values(cloudwatch: Any, alarm: Mapping[str, Any], now: float) -> list[float]:
    """Oldest first; of the period that runs now too, so that an alarm need not wait for its end."""
    period = int(alarm.get("Period") or 60)
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    own = [{"Id": "own", "MetricStat": {"Metric": alarm, "Stat": statistic, "Period": period}}]
    return computed(cloudwatch, alarm.get("Metrics") or own, now, alarm.get("EvaluationPeriods") or 1)
