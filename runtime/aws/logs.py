"""The last lines that a service or one of its tasks printed, from CloudWatch Logs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent, Denied
from service_catalog import naming
from service_catalog.messages import say

_STREAMS = 5
_STREAMS_LOOKED_AT = 50


@dataclass(frozen=True)
class Line:
    when: datetime
    text: str
    task: str
    """Id of the task that printed it"""


class Logs:
    def __init__(self, aws: Clients, environment: str):
        self._aws, self._environment = aws, environment

    def of_task(
        self,
        service: str,
        task_id: str,
        limit: int = 100,
        before: datetime | None = None,
        container: str = naming.CONTAINER,
    ) -> list[Line]:
        """The last lines of one container, oldest first; none if it never printed."""
        return self._last_lines(service, naming.log_stream(task_id, container), limit, before)

    def of_service(
        self, service: str, limit: int = 100, before: datetime | None = None, container: str = naming.CONTAINER
    ) -> list[Line]:
        """The last lines of the tasks that printed last, oldest first; ``before``: of those that printed until then."""
        streams = self._newest_streams(service, before, naming.log_streams(container))
        lines = [line for stream in streams for line in self._last_lines(service, stream, limit, before)]
        return sorted(lines, key=lambda line: line.when)[-limit:]

    def services_with_group(
        self, service: str = "", before_each: Callable[[], object] = lambda: None
    ) -> set[str] | None:
        """Whose log group is there, fifty in a call; of one service and those whose names begin like it, if asked so.

        None where these credentials may not list them.
        """
        root = naming.log_group(self._environment, "")
        pages = self._aws.pages(
            "logs", "describe_log_groups", say("listing log groups"), logGroupNamePrefix=f"{root}{service}"
        )
        found: set[str] = set()
        try:
            before_each()
            for page in pages:
                found |= {group["logGroupName"].removeprefix(root) for group in page["logGroups"]}
                before_each()
        except Denied:
            return None
        return found

    def _newest_streams(self, service: str, before: datetime | None, beginning: str) -> list[str]:
        """CloudWatch gives those that were written last, or those that begin alike, but not both."""
        try:
            answer = self._aws.call(
                "logs",
                "describe_log_streams",
                say("looking for logs of %(service)s", service=service),
                logGroupName=naming.log_group(self._environment, service),
                orderBy="LastEventTime",
                descending=True,
                limit=_STREAMS_LOOKED_AT,
            )
        except Absent:
            return []
        streams = [stream for stream in answer["logStreams"] if stream["logStreamName"].startswith(beginning)]
        if before:
            streams = [stream for stream in streams if stream.get("firstEventTimestamp", 0) < _milliseconds(before)]
        return [stream["logStreamName"] for stream in streams[:_STREAMS]]

    def _last_lines(self, service: str, stream: str, limit: int, before: datetime | None) -> list[Line]:
        until = {"endTime": _milliseconds(before)} if before else {}
        try:
            answer = self._aws.call(
                "logs",
                "get_log_events",
                say("reading logs of %(service)s", service=service),
                logGroupName=naming.log_group(self._environment, service),
                logStreamName=stream,
                limit=limit,
                startFromHead=False,
                **until,
            )
        except Absent:
            return []
        return [read_line(said, stream) for said in answer["events"]]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def read_line(said: Mapping[str, Any], stream: str) -> Line:
    """One entry of ``get_log_events()["events"]``."""
    when = datetime.fromtimestamp(said["timestamp"] / 1000, UTC)
    return Line(when, said["message"].rstrip("\n"), stream.rpartition("/")[2])
