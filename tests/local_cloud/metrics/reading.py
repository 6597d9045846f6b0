"""What CloudWatch answers about a metric."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any


def statistic(aws: Callable[[str], Any], namespace: str, metric: str, stat: str, **dimensions: str) -> float | None:
    """The newest value, if any."""
    now = datetime.now(UTC)
    wanted = {
        "Namespace": namespace,
        "MetricName": metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    queries = [{"Id": "q", "MetricStat": {"Metric": wanted, "Period": 60, "Stat": stat}}]
    answer = aws("cloudwatch").get_metric_data(
        MetricDataQueries=queries, StartTime=now - timedelta(minutes=5), EndTime=now + timedelta(minutes=1)
    )
    values = answer["MetricDataResults"][0]["Values"]
    return values[-1] if values else None
