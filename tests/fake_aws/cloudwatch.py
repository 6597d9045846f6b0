"""CloudWatch: alarms and their states, and what was measured minute by minute."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.fake_aws.service import AwsService, next_page, page

_MINUTE = timedelta(minutes=1)
_Metric = tuple[str, str, tuple[tuple[str, str], ...]]


class CloudWatch(AwsService):
    name = "cloudwatch"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.alarms: dict[str, dict[str, Any]] = {}
        self.measured: dict[_Metric, list[tuple[datetime, float]]] = {}

    def rings(self, alarm: str, reason: str = "Threshold crossed") -> None:
        self.alarms[alarm] = {
            "AlarmName": alarm,
            "StateValue": "ALARM",
            "StateReason": reason,
            "StateUpdatedTimestamp": self.aws.now,
        }

    def measures(
        self, namespace: str, metric: str, dimensions: Mapping[str, str], values: Sequence[float | None]
    ) -> None:
        """Values of the newest minutes, the last one of the minute that runs now; None for a gap."""
        end = self.aws.now.replace(second=0, microsecond=0)
        points = [(end - _MINUTE * (len(values) - 1 - at), value) for at, value in enumerate(values)]
        self.measured[_metric(namespace, metric, dimensions)] = [(at, it) for at, it in points if it is not None]

    def describe_alarms(
        self, AlarmNamePrefix: str = "", StateValue: str | None = None, NextToken: str | None = None
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
        """Only what is asked minute by minute and was put minute by minute: nothing is summed up."""
        return {"MetricDataResults": [self._result(it, StartTime, EndTime) for it in MetricDataQueries]}

    def _result(self, query: dict[str, Any], start: datetime, end: datetime) -> dict[str, Any]:
        asked = query["MetricStat"]["Metric"]
        dimensions = {it["Name"]: it["Value"] for it in asked["Dimensions"]}
        points = self.measured.get(_metric(asked["Namespace"], asked["MetricName"], dimensions), [])
        within = [(at, value) for at, value in points if start <= at < end]
        return {
            "Id": query["Id"],
            "Label": asked["MetricName"],
            "Timestamps": [at for at, _ in within],
            "Values": [value for _, value in within],
            "StatusCode": "Complete",
        }


def _metric(namespace: str, metric: str, dimensions: Mapping[str, str]) -> _Metric:
    return namespace, metric, tuple(sorted(dimensions.items()))
