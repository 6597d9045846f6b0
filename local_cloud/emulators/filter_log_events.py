"""FilterLogEvents as CloudWatch Logs does it: by its filter patterns, newest first if asked so, in pages.

MiniStack knows neither ``startFromHead`` nor a prefix of streams, answers in one page, and takes any pattern.
"""

from collections.abc import Mapping
from typing import Any

from local_cloud.emulators.filter_patterns import matcher

AT_ONCE = 10_000
NEWEST_FIRST_SINCE = 1_704_067_200_000
"""Of 2024-01-01: before that CloudWatch gives the oldest first only"""


def install(cloudwatch_logs: Any) -> None:
    def answered(data: Mapping[str, Any]) -> Any:
        group = cloudwatch_logs._log_groups.get(cloudwatch_logs._resolve_log_group_name(data))
        if group is None:
            return cloudwatch_logs.error_response_json(
                "ResourceNotFoundException", "The specified log group does not exist.", 400
            )
        with cloudwatch_logs._log_events_lock:
            streams = {name: list(stream["events"]) for name, stream in group["streams"].items()}
        try:
            return cloudwatch_logs.json_response(filtered(streams, data))
        except KeyError:
            return cloudwatch_logs.error_response_json(
                "ResourceNotFoundException", "The specified log stream does not exist.", 400
            )
        except ValueError as error:
            return cloudwatch_logs.error_response_json("InvalidParameterException", str(error), 400)

    cloudwatch_logs._filter_log_events = answered


def filtered(streams: Mapping[str, list[dict[str, Any]]], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer over ``streams``, events by name. Raises ValueError for what AWS refuses, KeyError
    for a stream that is not there."""
    names, prefix = asked.get("logStreamNames"), asked.get("logStreamNamePrefix")
    start, end = asked.get("startTime", 0), asked.get("endTime")
    limit, is_newest_first = asked.get("limit", AT_ONCE), not asked.get("startFromHead", True)
    if names and prefix:
        raise ValueError("LogStreamNames and LogStreamNamePrefix cannot both be given")
    if is_newest_first and start < NEWEST_FIRST_SINCE:
        raise ValueError("startFromHead can only be false where startTime is on or after 2024-01-01")
    if not 1 <= limit <= AT_ONCE:
        raise ValueError(f"limit is from 1 to {AT_ONCE}")
    if lacking := set(names or ()) - set(streams):
        raise KeyError(*lacking)
    fits = matcher(asked.get("filterPattern") or "")
    found = [
        {**event, "logStreamName": name}
        for name, events in streams.items()
        if (not names or name in names) and name.startswith(prefix or "")
        for event in events
        if start <= event["timestamp"] <= (event["timestamp"] if end is None else end) and fits(event["message"])
    ]
    found.sort(key=lambda event: (event["timestamp"], event.get("ingestionTime", 0)))
    if is_newest_first:
        found.reverse()
    at = _position(asked.get("nextToken"))
    rest = {"nextToken": f"after-{at + limit}"} if len(found) > at + limit else {}
    return {"events": found[at : at + limit], "searchedLogStreams": [], **rest}


def _position(token: str | None) -> int:
    if token is None:
        return 0
    number = token.removeprefix("after-")
    if not number.isdigit():
        raise ValueError("The specified nextToken is invalid.")
    return int(number)
