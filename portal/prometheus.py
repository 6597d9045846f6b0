"""What the portal counts of itself, in Prometheus' text form.

    requests        by page and status, and how long they took
    calls of AWS    by environment, operation and how they ended, as the portal saw it after boto3's own retries
    throttles       every single time that AWS asked to slow down, those that a retry made good among them
    snapshots       how old what the list shows of an environment is
    audit trail     what could not be written there

Labels are names of the catalog and of AWS: never an address, a person or a value.
"""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from flask import Flask, Response, request

from portal import request_log
from portal.data.collector import Collector
from portal.data.environment_view import EnvironmentView
from runtime.counts import Counts
from runtime.gateways import Gateways

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds"""
_NO_PAGE = "none"


class Histogram:
    """How many of what was observed took so long at most, by one label."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        self._lock = threading.Lock()

    def observe(self, label: str, seconds: float) -> None:
        with self._lock:
            counts = self._counts.setdefault(label, [0] * (len(BUCKETS) + 1))
            counts[bisect_left(BUCKETS, seconds)] += 1
            self._sums[label] = self._sums.get(label, 0.0) + seconds

    def lines(self, name: str, label: str) -> Iterator[str]:
        with self._lock:
            held = {value: (list(counts), self._sums[value]) for value, counts in self._counts.items()}
        for value, (counts, total) in sorted(held.items()):
            below = 0
            for limit, count in zip((*map(str, BUCKETS), "+Inf"), counts, strict=True):
                below += count
                yield _sample(f"{name}_bucket", {label: value, "le": limit}, below)
            yield _sample(f"{name}_sum", {label: value}, round(total, 6))
            yield _sample(f"{name}_count", {label: value}, below)


class OwnMetrics:
    def __init__(self) -> None:
        self.requests = Counts()
        self.latency = Histogram()

    def init_app(self, app: Flask) -> None:
        app.after_request(self._count)

    def _count(self, response: Response) -> Response:
        page = request.endpoint or _NO_PAGE
        self.requests.add(request.method, page, str(response.status_code))
        self.latency.observe(page, request_log.seconds())
        return response

    def text(self, gateways: Mapping[str, Gateways], collector: Collector[EnvironmentView], now: datetime) -> str:
        return "".join(f"{line}\n" for line in self._lines(gateways, collector, now))

    def _lines(
        self, gateways: Mapping[str, Gateways], collector: Collector[EnvironmentView], now: datetime
    ) -> Iterator[str]:
        name = "slipway_http_requests_total"
        yield from _head(name, "counter", "Requests that were answered.")
        yield from _counted(name, ("method", "endpoint", "status"), self.requests)
        name = "slipway_http_request_seconds"
        yield from _head(name, "histogram", "How long the portal took to answer.")
        yield from self.latency.lines(name, "endpoint")
        for name, help, labels, of in _OF_AN_ENVIRONMENT:
            yield from _head(name, "counter", help)
            for environment, connected in sorted(gateways.items()):
                yield from _counted(name, labels, of(connected), environment=environment)
        name = "slipway_snapshot_age_seconds"
        yield from _head(
            name, "gauge", "Age of what the list shows. It rises while nobody looks, and while AWS is away."
        )
        for environment in sorted(gateways):
            held = collector.held(environment)
            if held is not None and held.value.is_read:
                yield _sample(name, {"environment": environment}, round(held.age(now).total_seconds(), 3))


_OF_AN_ENVIRONMENT: tuple[tuple[str, str, tuple[str, ...], Callable[[Gateways], Counts]], ...] = (
    (
        "slipway_aws_calls_total",
        "Calls of AWS by how they ended: ok, or the kind of error.",
        ("service", "operation", "outcome"),
        lambda gateways: gateways.calls.outcomes,
    ),
    (
        "slipway_aws_throttles_total",
        "How often AWS asked to slow down, also where a retry came through.",
        ("service", "operation"),
        lambda gateways: gateways.calls.throttles,
    ),
    (
        "slipway_audit_failures_total",
        "Entries and outcomes that could not be written into the audit trail.",
        ("what",),
        lambda gateways: gateways.audit.failures,
    ),
    (
        "slipway_event_failures_total",
        "Messages that SNS did not take, by what they were to tell.",
        ("event",),
        lambda gateways: gateways.events.failures,
    ),
)


def _head(name: str, kind: str, help: str) -> Iterator[str]:
    yield f"# HELP {name} {help}"
    yield f"# TYPE {name} {kind}"


def _counted(name: str, labels: tuple[str, ...], counts: Counts, **more: str) -> Iterator[str]:
    for key, count in sorted(counts.all().items()):
        yield _sample(name, {**more, **dict(zip(labels, key, strict=True))}, count)


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{said}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
