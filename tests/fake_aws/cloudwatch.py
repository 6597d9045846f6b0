"""CloudWatch: alarms and their states, and what was measured minute by minute."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import mean
from typing import Any

from tests.fake_aws.service import AwsService, next_page, page

_MINUTE = timedelta(minutes=1)
_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {"Average": mean, "Sum": sum}
_Metric = tuple[str, str, tuple[tuple[str, str], ...]]


class CloudWatch(AwsService):
    name = "cloudwatch"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.alarms: dict[str, dict[str, Any]] = {}
        self.measured: dict[_Metric, list[tuple[datetime, float]]] = {}

    def rings(self, alarm: str, reason: str = "Threshold crossed") -> None:
        self.alarms[alarm] = self.alarms.get(alarm, {"AlarmName": alarm}) | {
            "StateValue": "ALARM",
            "StateReason": reason,
            "StateUpdatedTimestamp": self.aws.now,
        }

    def watches(self, alarm: str, threshold: float, topic: str = "") -> None:
        """Somebody made the alarm; it knows nothing yet."""
        self.alarms[alarm] = {
            "AlarmName": alarm,
            "StateValue": "INSUFFICIENT_DATA",
            "StateReason": "Unchecked: Initial alarm creation",
            "StateUpdatedTimestamp": self.aws.now,
            "Threshold": threshold,
            "Period": 60,
            "EvaluationPeriods": 3,
            "AlarmActions": [topic] if topic else [],
            "ActionsEnabled": True,
        }

    def measures(
        self, namespace: str, metric: str, dimensions: Mapping[str, str], values: Sequence[float | None]
    ) -> None:
        """Values of the newest minutes, the last one of the minute that runs now; None for a gap."""
        end = self.aws.now.replace(second=0, microsecond=0)
        points = [(end - _MINUTE * (len(values) - 1 - at), value) for at, value in enumerate(values)]
        self.measured[_metric(namespace, metric, dimensions)] = [(at, it) for at, it in points if it is not None]

    def describe_alarms(
        self,
        AlarmNamePrefix: str = "",
        StateValue: str | None = None,
        NextToken: str | None = None,
        AlarmTypes: Sequence[str] = (),
    ) -> dict[str, Any]:
        found = [
            alarm
            for name, alarm in sorted(self.alarms.items())
            if name.startswith(AlarmNamePrefix) and StateValue in (None, alarm["StateValue"])
        ]
        some, token = page(found, NextToken, 50)
        return {"MetricAlarms": some, "CompositeAlarms": [], **next_page("NextToken", token)}

    def get_metric_data(
        self, MetricDataQueries: list[dict[str, Any]], StartTime: datetime, EndTime: datetime, **_: Any
    ) -> dict[str, Any]:
        """Of what was put minute by minute; the 95th percentile of minutes is taken to be the most of them."""
        return {"MetricDataResults": [self._result(it, StartTime, EndTime) for it in MetricDataQueries]}

    def _result(self, query: dict[str, Any], start: datetime, end: datetime) -> dict[str, Any]:
        asked = query["MetricStat"]["Metric"]
        dimensions = {it["Name"]: it["Value"] for it in asked["Dimensions"]}
        points = self.measured.get(_metric(asked["Namespace"], asked["MetricName"], dimensions), [])
        period, stat = query["MetricStat"]["Period"], _STATISTICS.get(query["MetricStat"]["Stat"], max)
        periods: dict[datetime, list[float]] = {}
        for at, value in points:
            if start <= at < end:
                begin = datetime.fromtimestamp(at.timestamp() // period * period, at.tzinfo)
                periods.setdefault(begin, []).append(value)
        return {
            "Id": query["Id"],
            "Label": asked["MetricName"],
            "Timestamps": list(periods),
            "Values": [float(stat(values)) for values in periods.values()],
            "StatusCode": "Complete",
        }


def _metric(namespace: str, metric: str, dimensions: Mapping[str, str]) -> _Metric:
    return namespace, metric, tuple(sorted(dimensions.items()))
