"""The log groups of a service, and the last lines that one of its tasks printed into them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent, Denied
from service_catalog import naming
from service_catalog.messages import say

NO_ROUTE = ""
"""Of a line in the service's own log group."""


@dataclass(frozen=True)
class Line:
    when: datetime
    text: str
    task: str
    """Id of the task that printed it"""
    route: str = NO_ROUTE
    """Of the service, which leads to the log group that has it"""
    id: str = ""
    """By which CloudWatch tells it from others; only lines that were searched for have one"""


class Logs:
    def __init__(
        self, aws: Clients, environment: str, routed_groups: Callable[[str], Mapping[str, str]] = lambda service: {}
    ):
        """``routed_groups``: of a service, the log groups beside its own, by the route that leads there."""
        self._aws, self._environment, self._routed_groups = aws, environment, routed_groups

    def routes(self, service: str) -> tuple[str, ...]:
        """What a reader may choose from, with the service's own group first; none where that is all there is."""
        routed = tuple(self._routed_groups(service))
        return (NO_ROUTE, *routed) if routed else ()

    def of_task(
        self,
        service: str,
        task_id: str,
        limit: int = 100,
        before: datetime | None = None,
        container: str = naming.CONTAINER,
        route: str | None = None,
    ) -> list[Line]:
        """The last lines of one container, oldest first; none if it never printed. Of all log groups unless one route
        is asked for."""
        found = [
            self._last_lines(group, naming.log_stream(task_id, group.container), limit, before)
            for group in self.groups(service, container, route)
        ]
        return _last(limit, found)

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
                names = (group["logGroupName"].removeprefix(root) for group in page["logGroups"])
                found |= {name for name in names if "/" not in name}  # the others are those of routes
                before_each()
        except Denied:
            return None
        return found

    def groups(self, service: str, container: str = naming.CONTAINER, route: str | None = None) -> Iterator["LogGroup"]:
        """Where lines of one container are; of one route, if one is asked for.

        Routes are for lines of the program. What the log router says of itself is read when it is asked for."""
        own = naming.log_group(self._environment, service)
        if container != naming.CONTAINER:
            yield LogGroup(service, NO_ROUTE, own, container)
            return
        for name, group in {NO_ROUTE: own, **self._routed_groups(service)}.items():
            is_router = name == naming.ROUTER_ROUTE
            if name == route or (route is None and not is_router):
                yield LogGroup(service, name, group, naming.LOG_ROUTER if is_router else container)

    def _last_lines(self, group: "LogGroup", stream: str, limit: int, before: datetime | None) -> list[Line]:
        until = {"endTime": milliseconds(before)} if before else {}
        try:
            answer = self._aws.call(
                "logs",
                "get_log_events",
                say("reading logs of %(service)s", service=group.service),
                logGroupName=group.name,
                logStreamName=stream,
                limit=limit,
                startFromHead=False,
                **until,
            )
        except Absent:
            return []
        return [read_line(said, stream, group.route) for said in answer["events"]]


@dataclass(frozen=True)
class LogGroup:
    service: str
    route: str
    name: str
    container: str


def _last(limit: int, found: list[list[Line]]) -> list[Line]:
    return sorted((line for lines in found for line in lines), key=lambda line: line.when)[-limit:]


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def read_line(said: Mapping[str, Any], stream: str, route: str = NO_ROUTE) -> Line:
    """One entry of ``get_log_events()["events"]``, or of ``filter_log_events()["events"]``."""
    when = datetime.fromtimestamp(said["timestamp"] / 1000, UTC)
    return Line(when, said["message"].rstrip("\n"), stream.rpartition("/")[2], route, said.get("eventId", ""))
