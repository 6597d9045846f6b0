"""What a service used and answered in the last hour, minute by minute, from CloudWatch.

Asked only while somebody looks at a service: CloudWatch takes money for each metric that is read, and there is no quota
for reading all of them all the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from runtime.aws.clients import Clients
from runtime.aws.clock import Clock
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.provisioned import Queue, Reach

PERIOD = timedelta(minutes=1)
WINDOW = timedelta(hours=1)

Measure = Literal["cpu", "memory", "requests", "errors", "latency", "waiting", "oldest", "dead"]
"""CPU and memory: percent of what the tasks reserve, mean over tasks. Requests, errors (5xx): count in the minute.
Latency: seconds, 95th percentile. Waiting and dead: messages in the queue and in its dead-letter queue. Oldest: seconds
that the oldest message has been in the queue."""


@dataclass(frozen=True)
class Point:
    when: datetime
    """Begin of the minute"""
    value: float


@dataclass(frozen=True)
class Series:
    measure: Measure
    points: Sequence[Point]
    """Oldest first; a minute without a measurement has none"""


@dataclass(frozen=True)
class LastHour:
    start: datetime
    end: datetime
    series: Mapping[Measure, Series]
    """Without requests, errors and latency where nothing that measures them leads to it; likewise of a queue"""


@dataclass(frozen=True)
class _Query:
    namespace: str
    metric: str
    statistic: str


_OF_TASKS: Mapping[Measure, _Query] = {
    "cpu": _Query("AWS/ECS", "CPUUtilization", "Average"),
    "memory": _Query("AWS/ECS", "MemoryUtilization", "Average"),
}
_OF_REQUESTS: Mapping[str, Mapping[Measure, _Query]] = {
    "AWS/ApplicationELB": {
        "requests": _Query("AWS/ApplicationELB", "RequestCount", "Sum"),
        "errors": _Query("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum"),
        "latency": _Query("AWS/ApplicationELB", "TargetResponseTime", "p95"),
    }
}
"""By the namespace of what leads to a service"""
_ALTERNATE = "_alternate"
"""Ends the id of what is asked of the other target group"""
_DEPTH = _Query("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum")
_AGE = _Query("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum")


class Metrics:
    def __init__(self, aws: Clients, environment: str, clock: Clock):
        self._aws, self._environment, self._clock = aws, environment, clock

    def last_hour(self, service: str, reach: Reach | None, queue: Queue | None = None) -> LastHour:
        """One call. The minute that runs now is in it, with what came of it so far."""
        end = _minute(self._clock.now()) + PERIOD
        start = end - WINDOW
        tasks = {
            "ClusterName": naming.cluster(self._environment),
            "ServiceName": naming.ecs_service(self._environment, service),
        }
        queries = [_query(measure, asked, tasks) for measure, asked in _OF_TASKS.items()]
        if reach:
            asked_of_it = _OF_REQUESTS.get(reach.namespace, {})
            queries += [_query(measure, asked, reach.dimensions) for measure, asked in asked_of_it.items()]
            if other := reach.alternate_dimensions:
                queries += [_query(f"{measure}{_ALTERNATE}", asked, other) for measure, asked in asked_of_it.items()]
        queries += _of_queue(queue) if queue else []
        pages = self._aws.pages(
            "cloudwatch",
            "get_metric_data",
            say("reading metrics of %(service)s", service=service),
            MetricDataQueries=queries,
            StartTime=start,
            EndTime=end,
            ScanBy="TimestampAscending",
        )
        return LastHour(start, end, read_series([said for page in pages for said in page["MetricDataResults"]]))


def read_series(said: Sequence[Mapping[str, Any]]) -> dict[Measure, Series]:
    """``get_metric_data()["MetricDataResults"]`` of all pages: one metric may come in parts, and that of requests from
    two target groups, which both serve while ECS shifts from one to the other."""
    found: dict[Measure, dict[datetime, list[float]]] = {}
    for part in said:
        minutes = found.setdefault(part["Id"].removesuffix(_ALTERNATE), {})
        for when, value in zip(part["Timestamps"], part["Values"], strict=True):
            minutes.setdefault(when, []).append(value)
    return {
        measure: Series(measure, [Point(when, _together(measure, values)) for when, values in sorted(minutes.items())])
        for measure, minutes in found.items()
    }


def _together(measure: Measure, values: Sequence[float]) -> float:
    """Of latencies the longer: percentiles do not add up."""
    return max(values) if measure == "latency" else sum(values)


def _of_queue(queue: Queue) -> list[dict[str, Any]]:
    own, dead = {"QueueName": queue.name}, queue.dead_letter_name
    queries = [_query("waiting", _DEPTH, own), _query("oldest", _AGE, own)]
    return [*queries, _query("dead", _DEPTH, {"QueueName": dead})] if dead else queries


def _query(id: str, asked: _Query, dimensions: Mapping[str, str]) -> dict[str, Any]:
    metric = {
        "Namespace": asked.namespace,
        "MetricName": asked.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    stat = {"Metric": metric, "Period": int(PERIOD.total_seconds()), "Stat": asked.statistic}
    return {"Id": id, "MetricStat": stat}


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
