"""Alarms: those of an environment that ring now, and all of one service with what each watches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.aws.clients import Clients
from service_catalog import naming
from service_catalog.messages import Message, say


@dataclass(frozen=True)
class Alarm:
    service: str
    """Empty for an alarm of the environment itself"""
    measure: str
    reason: str
    since: datetime | None

    @property
    def words(self) -> str:
        """What rings, for people."""
        return measure_words(self.measure)


@dataclass(frozen=True)
class WatchedAlarm:
    """An alarm of a service, whether or not it rings."""

    name: str
    measure: str
    state: str
    """``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``"""
    threshold: float
    """From there on it rings"""
    minutes: float
    """For how long the threshold has to be reached"""
    reason: str
    """CloudWatch's own words"""
    since: datetime | None
    tells: bool
    """Whether it has anybody to tell"""

    @property
    def words(self) -> str:
        return measure_words(self.measure)


class Alarms:
    def __init__(self, aws: Clients, environment: str):
        self._aws, self._environment = aws, environment

    def ringing(self) -> list[Alarm]:
        prefix = naming.alarm_prefix(self._environment)
        pages = self._aws.pages(
            "cloudwatch", "describe_alarms", say("reading alarms"), AlarmNamePrefix=prefix, StateValue="ALARM"
        )
        return [read_alarm(said, prefix) for page in pages for said in page["MetricAlarms"]]

    def of_service(self, service: str) -> list[WatchedAlarm]:
        """By name; those by which ECS and Application Auto Scaling steer are none of them."""
        prefix = naming.alarm(self._environment, service, "")
        pages = self._aws.pages(
            "cloudwatch",
            "describe_alarms",
            say("reading alarms of %(service)s", service=service),
            AlarmNamePrefix=prefix,
            AlarmTypes=["MetricAlarm"],
        )
        return [read_watched(said, prefix) for page in pages for said in page["MetricAlarms"]]


_WORDS: Mapping[str, Message] = {
    "cpu_percent": say("CPU"),
    "memory_percent": say("memory"),
    "unhealthy_targets": say("unhealthy targets"),
    "unhealthy_targets_alternate": say("unhealthy targets"),
    "message_age_seconds": say("age of the oldest message"),
    "dead_letters": say("dead letters"),
    "failed_runs": say("failed runs"),
}
"""By the field of ``alarms`` that asks for it; who shifts requests has targets in two groups"""


def measure_words(measure: str) -> str:
    """What an alarm watches."""
    return _WORDS.get(measure) or measure.replace("_", " ")


def alarm_in_words(name: str) -> Message | str:
    """``CPU (dev_orders-api_cpu_percent)``; one that is none of ours by its name alone."""
    measure = name.split("_", 2)[-1]
    return say("%(words)s (%(name)s)", words=_WORDS[measure], name=name) if measure in _WORDS else name


def read_alarm(said: Mapping[str, Any], prefix: str) -> Alarm:
    """One entry of ``describe_alarms()["MetricAlarms"]``: ``<environment>_<service>_<measure>``."""
    service, _, measure = said["AlarmName"].removeprefix(prefix).partition("_")
    return Alarm(service, measure, said.get("StateReason", ""), said.get("StateUpdatedTimestamp"))


def read_watched(said: Mapping[str, Any], prefix: str) -> WatchedAlarm:
    """One entry of ``describe_alarms()["MetricAlarms"]``, of the service whose alarms begin with ``prefix``."""
    return WatchedAlarm(
        name=said["AlarmName"],
        measure=said["AlarmName"].removeprefix(prefix),
        state=said["StateValue"],
        threshold=said.get("Threshold", 0.0),
        minutes=said.get("Period", 60) * said.get("EvaluationPeriods", 1) / 60,
        reason=said.get("StateReason", ""),
        since=said.get("StateTransitionedTimestamp") or said.get("StateUpdatedTimestamp"),
        tells=bool(said.get("AlarmActions")) and said.get("ActionsEnabled", True),
    )
