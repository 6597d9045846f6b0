"""CloudWatch Logs: groups, streams and their lines."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from local_cloud.emulators.filter_log_events import filtered
from tests.fake_aws.service import AwsService, next_page, page, refused

_GROUPS_AT_ONCE = 50
_Events = list[dict[str, Any]]


class Logs(AwsService):
    name = "logs"

    def __init__(self, aws: Any):
        super().__init__(aws)
        self.groups: dict[str, dict[str, _Events]] = {}
        """Events by stream, by group"""
        self._numbers = count(1)

    def prints(self, group: str, stream: str, lines: Sequence[str]) -> None:
        """One line a second, up to now."""
        now = int(self.aws.now.timestamp() * 1000)
        events = [
            {
                "timestamp": now - 1000 * (len(lines) - 1 - at),
                "message": line,
                "ingestionTime": now,
                "eventId": f"event-{next(self._numbers)}",
            }
            for at, line in enumerate(lines)
        ]
        self.groups[group].setdefault(stream, []).extend(events)

    def create_log_group(self, logGroupName: str) -> None:
        if logGroupName in self.groups:
            raise refused("ResourceAlreadyExistsException", "The specified log group already exists")
        self.groups[logGroupName] = {}

    def delete_log_group(self, logGroupName: str) -> None:
        self._group(logGroupName)
        del self.groups[logGroupName]

    def create_log_stream(self, logGroupName: str, logStreamName: str) -> None:
        self._group(logGroupName).setdefault(logStreamName, [])

    def put_log_events(self, logGroupName: str, logStreamName: str, logEvents: _Events) -> None:
        self._stream(logGroupName, logStreamName).extend(logEvents)

    def describe_log_groups(self, logGroupNamePrefix: str = "", nextToken: str | None = None) -> dict[str, Any]:
        names = [name for name in sorted(self.groups) if name.startswith(logGroupNamePrefix)]
        some, token = page(names, nextToken, _GROUPS_AT_ONCE)
        return {"logGroups": [{"logGroupName": name} for name in some], **next_page("nextToken", token)}

    def get_log_events(
        self,
        logGroupName: str,
        logStreamName: str,
        endTime: int | None = None,
        limit: int = 10_000,
        startFromHead: bool = False,
    ) -> dict[str, Any]:
        """The newest page, unless ``startFromHead``; ``endTime`` itself is left out."""
        events = self._stream(logGroupName, logStreamName)
        before = [it for it in events if endTime is None or it["timestamp"] < endTime]
        chosen = before[:limit] if startFromHead else before[-limit:]
        members = ("timestamp", "message", "ingestionTime")
        return {"events": [{name: it[name] for name in members if name in it} for it in chosen]}

    def filter_log_events(self, logGroupName: str, **asked: Any) -> dict[str, Any]:
        try:
            return filtered(self._group(logGroupName), asked)
        except KeyError:
            raise refused("ResourceNotFoundException", "The specified log stream does not exist.") from None
        except ValueError as error:
            raise refused("InvalidParameterException", str(error)) from None

    def _group(self, name: str) -> dict[str, _Events]:
        if name not in self.groups:
            raise refused("ResourceNotFoundException", "The specified log group does not exist.")
        return self.groups[name]

    def _stream(self, group: str, stream: str) -> _Events:
        streams = self._group(group)
        if stream not in streams:
            raise refused("ResourceNotFoundException", "The specified log stream does not exist.")
        return streams[stream]
