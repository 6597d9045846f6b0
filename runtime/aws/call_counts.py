"""How often this process asks AWS, minute by minute for an hour, beside what AWS gives the whole account and region.

AWS throttles by families of calls, which Pulumi, the console and everybody else draw on too.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from runtime.counts import Counts
from service_catalog.messages import Message, say

MINUTES = 60
OK = "ok"
"""How a call ended that AWS answered; others end in the name of their error"""
_THROTTLED = ("Throttling", "TooManyRequests", "RequestLimitExceeded", "SlowDown", "RequestThrottled")


@dataclass(frozen=True)
class Bucket:
    """A family of calls, and how many AWS takes of it: a burst at once, then so many a second."""

    name: Message
    operations: tuple[str, ...]
    """``ecs.describe_services``; an AWS service alone stands for all of its operations that are in no other"""
    burst: float | None = None
    per_second: float | None = None
    """None where AWS names no limit that holds for everybody"""


BUCKETS: Sequence[Bucket] = (
    Bucket(say("ECS: service reads"), ("ecs.describe_services", "ecs.list_services"), 100, 20),
    Bucket(say("ECS: cluster resource reads"), ("ecs.describe_tasks", "ecs.list_tasks"), 100, 20),
    Bucket(
        say("ECS: service deployment reads"),
        ("ecs.describe_service_deployments", "ecs.list_service_deployments"),
        50,
        20,
    ),
    Bucket(say("ECS: service revision reads"), ("ecs.describe_service_revisions",), 50, 20),
    Bucket(say("ECS: task definition reads"), ("ecs.describe_task_definition",), 50, 20),
    Bucket(say("ECS: registering task definitions"), ("ecs.register_task_definition",), 20, 1),
    Bucket(say("ECS: service changes"), ("ecs.update_service",), 50, 5),
    Bucket(say("ECS: other"), ("ecs",)),
    Bucket(say("CloudWatch Logs: log groups"), ("logs.describe_log_groups",), None, 10),
    Bucket(say("CloudWatch Logs: events"), ("logs.get_log_events", "logs.filter_log_events"), None, 10),
    Bucket(say("CloudWatch Logs: other"), ("logs",)),
    Bucket(say("CloudWatch: metrics"), ("cloudwatch.get_metric_data",), None, 50),
    Bucket(say("CloudWatch: alarms"), ("cloudwatch.describe_alarms",), None, 9),
    Bucket(say("S3"), ("s3",)),
    Bucket(say("Other services"), ()),
)
"""Source: AWS, throttling of the ECS API and quotas of CloudWatch, as of 2026; that of alarms is known by use only"""


@dataclass
class Count:
    requests: int = 0
    """With those that boto3 repeated by itself"""
    throttled: int = 0

    def add(self, other: "Count") -> None:
        self.requests, self.throttled = self.requests + other.requests, self.throttled + other.throttled


@dataclass(frozen=True)
class Rate:
    bucket: Bucket
    last_minute: float
    """Calls a second"""
    last_hour: float
    peak: float
    """Of the minute with most"""
    throttled: int
    """Within the hour"""
    calls: Mapping[str, int] = field(default_factory=dict)
    """Within the hour, by operation"""

    @property
    def share(self) -> float | None:
        """Of what AWS gives the account and region, in the last minute"""
        return self.last_minute / self.bucket.per_second if self.bucket.per_second else None


class CallCounts:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic):
        self._monotonic = monotonic
        self._began = monotonic()
        self._minutes: dict[int, dict[str, Count]] = {}
        self._lock = threading.Lock()
        self.outcomes = Counts()
        """Since this process began: by AWS service, operation, and how it ended after boto3's own retries"""
        self.throttles = Counts()
        """By AWS service and operation: each time, also where a retry came through"""

    def note(self, service: str, operation: str, answer: Any = None, error: BaseException | None = None) -> None:
        said = getattr(error, "response", None) or (answer if isinstance(answer, dict) else {})
        retried = said.get("ResponseMetadata", {}).get("RetryAttempts", 0)
        is_throttled = isinstance(error, ClientError) and error.response["Error"]["Code"].startswith(_THROTTLED)
        with self._lock:
            counts = self._minutes.setdefault(self._minute(), {})
            counts.setdefault(f"{service}.{operation}", Count()).add(Count(1 + retried, int(is_throttled)))
            for old in [it for it in self._minutes if it <= self._minute() - MINUTES]:
                del self._minutes[old]

    @property
    def minutes(self) -> int:
        """Whole ones for which it was counted, beside the one that runs; an hour at most with it."""
        return min(MINUTES - 1, self._minute())

    def rates(self) -> list[Rate]:
        return together([self])

    def by_minute(self) -> dict[int, dict[str, Count]]:
        """By the number of minutes that it is ago."""
        with self._lock:
            now = self._minute()
            return {now - minute: dict(counts) for minute, counts in self._minutes.items() if now - minute < MINUTES}

    def _minute(self) -> int:
        return int((self._monotonic() - self._began) // 60)


def together(counts: Sequence[CallCounts]) -> list[Rate]:
    """Of those buckets that were drawn on within the hour. The last whole minute stands for now."""
    found: dict[int, dict[str, Count]] = {}
    for each in counts:
        for minute, by_operation in each.by_minute().items():
            for operation, count in by_operation.items():
                found.setdefault(minute, {}).setdefault(operation, Count()).add(count)
    minutes = max((each.minutes for each in counts), default=0)
    rates = [_rate(bucket, found, minutes) for bucket in BUCKETS]
    return [rate for rate in rates if rate.calls]


def _rate(bucket: Bucket, minutes: Mapping[int, Mapping[str, Count]], counted: int) -> Rate:
    calls: Counter[str] = Counter()
    throttled, by_minute = 0, dict[int, int]()
    for minute, by_operation in minutes.items():
        for operation, count in by_operation.items():
            if bucket_of(operation) is bucket:
                calls[operation] += count.requests
                throttled += count.throttled
                by_minute[minute] = by_minute.get(minute, 0) + count.requests
    running = by_minute.get(0, 0)
    return Rate(
        bucket,
        (by_minute.get(1, 0) if counted else running) / 60,
        (sum(by_minute.values()) - running if counted else running) / (max(counted, 1) * 60),
        max(by_minute.values(), default=0) / 60,
        throttled,
        dict(calls.most_common()),
    )


def bucket_of(operation: str) -> Bucket:
    """``ecs.describe_services``"""
    service = operation.partition(".")[0]
    return _first(BUCKETS, operation) or _first(BUCKETS, service) or BUCKETS[-1]


def _first(buckets: Iterable[Bucket], name: str) -> Bucket | None:
    return next((it for it in buckets if name in it.operations), None)
