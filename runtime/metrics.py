"""What a service used and answered in the last hour or days, from CloudWatch.

Asked only while somebody looks at a service, and once a day by day for all of them: CloudWatch takes money for each
metric that is read, and there is no quota for reading all of them all the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from runtime.aws.batches import batched
from runtime.aws.clients import Clients
from runtime.aws.clock import Clock
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.provisioned import Queue, Reach

PERIOD = timedelta(minutes=1)
_DAY = timedelta(days=1)
_AT_ONCE = 500
"""Metrics that CloudWatch reads by one call"""

Measure = Literal[
    "cpu",
    "memory",
    "requests",
    "errors",
    "refused",
    "latency",
    "connections",
    "unhealthy",
    "waiting",
    "oldest",
    "dead",
    "runs",
    "failed_runs",
    "run_time",
]
"""CPU and memory: percent of what the tasks reserve, mean over tasks. Requests, errors (5xx), refused (4xx) and new
connections: count in the period. Latency: seconds, 95th percentile. Unhealthy: targets, the most of the period. Waiting
and dead: messages in the queue and in its dead-letter queue. Oldest: seconds that the oldest message has been in the
queue. Runs and failed runs: count in the period. Run time: milliseconds, mean."""


@dataclass(frozen=True)
class Window:
    """Up to now. CloudWatch keeps minutes for 15 days, five minutes for 63, hours for 455."""

    length: timedelta
    period: timedelta = PERIOD
    """What one value stands for"""


HOUR = Window(timedelta(hours=1))


@dataclass(frozen=True)
class Point:
    when: datetime
    """Begin of the period"""
    value: float


@dataclass(frozen=True)
class Series:
    measure: Measure
    points: Sequence[Point]
    """Oldest first; a period without a measurement has none"""


@dataclass(frozen=True)
class Measured:
    start: datetime
    end: datetime
    series: Mapping[Measure, Series]
    """Without requests, errors and latency where nothing that measures them leads to it; likewise of a queue"""
    period: timedelta = PERIOD


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
    },
    "AWS/NetworkELB": {"connections": _Query("AWS/NetworkELB", "NewFlowCount", "Sum")},
}
"""By the namespace of what leads to a service"""
_MORE_OF_REQUESTS: Mapping[str, Mapping[Measure, _Query]] = {
    "AWS/ApplicationELB": {
        "refused": _Query("AWS/ApplicationELB", "HTTPCode_Target_4XX_Count", "Sum"),
        "unhealthy": _Query("AWS/ApplicationELB", "UnHealthyHostCount", "Maximum"),
    },
    "AWS/NetworkELB": {"unhealthy": _Query("AWS/NetworkELB", "UnHealthyHostCount", "Maximum")},
}
"""What only a page of its own asks for"""
_OF_RUNS: Mapping[Measure, _Query] = {
    "runs": _Query("AWS/States", "ExecutionsStarted", "Sum"),
    "failed_runs": _Query("AWS/States", "ExecutionsFailed", "Sum"),
    "run_time": _Query("AWS/States", "ExecutionTime", "Average"),
}
_ALTERNATE = "_alternate"
"""Ends the id of what is asked of the other target group"""
_DEPTH = _Query("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum")
_AGE = _Query("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum")


class Metrics:
    def __init__(self, aws: Clients, environment: str, clock: Clock):
        self._aws, self._environment, self._clock = aws, environment, clock

    def measured(
        self,
        service: str,
        reach: Reach | None,
        queue: Queue | None = None,
        window: Window = HOUR,
        in_detail: bool = False,
    ) -> Measured:
        """One call. The period that runs now is in it, with what came of it so far."""
        tasks = self._tasks(service)
        asked = [_Asked(measure, it, tasks) for measure, it in _OF_TASKS.items()]
        asked += _of_reach(reach, in_detail) if reach else []
        asked += _of_queue(queue) if queue else []
        return self._read(service, asked, window)

    def of_runs(self, service: str, state_machine: str, window: Window) -> Measured:
        """Likewise, of what nothing keeps running."""
        dimensions = {"StateMachineArn": state_machine}
        return self._read(service, [_Asked(measure, it, dimensions) for measure, it in _OF_RUNS.items()], window)

    def by_day(self, reached: Mapping[str, Reach | None], days: int) -> dict[str, Mapping[Measure, Series]]:
        """CPU, requests and connections of services that run all the time, in the last whole days (of UTC). A call for
        every 500 metrics, which costs half a cent."""
        end = _begin_of_period(self._clock.now(), _DAY)
        names = list(reached)
        asked = [
            replace(it, id=f"s{number}_{it.id}")
            for number, name in enumerate(names)
            for it in self._of_use(name, reached[name])
        ]
        found: dict[str, list[Mapping[str, Any]]] = {}
        for some in batched(asked, _AT_ONCE):
            for said in self._results(say("reading who uses what"), some, end - days * _DAY, end, _DAY):
                number, _, id = said["Id"].partition("_")
                found.setdefault(names[int(number[1:])], []).append({**said, "Id": id})
        return {name: read_series(said) for name, said in found.items()}

    def _of_use(self, service: str, reach: Reach | None) -> "list[_Asked]":
        requests = [it for it in _of_reach(reach, False) if it.query.statistic == "Sum"] if reach else []
        return [_Asked("cpu", _OF_TASKS["cpu"], self._tasks(service)), *requests]

    def _tasks(self, service: str) -> dict[str, str]:
        return {
            "ClusterName": naming.cluster(self._environment),
            "ServiceName": naming.ecs_service(self._environment, service),
        }

    def _read(self, service: str, asked: "list[_Asked]", window: Window) -> Measured:
        end = _begin_of_period(self._clock.now(), window.period) + window.period
        start = end - window.length
        doing = say("reading metrics of %(service)s", service=service)
        series = read_series(self._results(doing, asked, start, end, window.period))
        return Measured(start, end, series, window.period)

    def _results(
        self, doing: str, asked: "list[_Asked]", start: datetime, end: datetime, period: timedelta
    ) -> list[dict[str, Any]]:
        pages = self._aws.pages(
            "cloudwatch",
            "get_metric_data",
            doing,
            MetricDataQueries=[_query(it, period) for it in asked],
            StartTime=start,
            EndTime=end,
            ScanBy="TimestampAscending",
        )
        return [said for page in pages for said in page["MetricDataResults"]]


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


def _of_reach(reach: Reach, in_detail: bool) -> list["_Asked"]:
    queries = dict(_OF_REQUESTS.get(reach.namespace, {}))
    if in_detail:
        queries |= _MORE_OF_REQUESTS.get(reach.namespace, {})
    asked = [_Asked(measure, it, reach.dimensions) for measure, it in queries.items()]
    if other := reach.alternate_dimensions:
        asked += [_Asked(f"{measure}{_ALTERNATE}", it, other) for measure, it in queries.items()]
    return asked


def _of_queue(queue: Queue) -> list["_Asked"]:
    own, dead = {"QueueName": queue.name}, queue.dead_letter_name
    asked = [_Asked("waiting", _DEPTH, own), _Asked("oldest", _AGE, own)]
    return [*asked, _Asked("dead", _DEPTH, {"QueueName": dead})] if dead else asked


@dataclass(frozen=True)
class _Asked:
    id: str
    query: _Query
    dimensions: Mapping[str, str]


def _query(asked: _Asked, period: timedelta) -> dict[str, Any]:
    metric = {
        "Namespace": asked.query.namespace,
        "MetricName": asked.query.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in asked.dimensions.items()],
    }
    stat = {"Metric": metric, "Period": int(period.total_seconds()), "Stat": asked.query.statistic}
    return {"Id": asked.id, "MetricStat": stat}


def _begin_of_period(moment: datetime, period: timedelta) -> datetime:
    """CloudWatch's periods are counted from 1970 on."""
    seconds = period.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, moment.tzinfo)
