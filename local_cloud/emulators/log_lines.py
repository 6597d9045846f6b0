"""CloudWatch Logs keeps the newest lines of each stream only.

MiniStack keeps every line for ever, and once more for Logs Insights, and copies all of them whenever its memory is
saved: after an hour of sample traffic that took longer than S3's callers wait.
"""

from typing import Any

LINES_KEPT = 2000


def install(cloudwatch_logs: Any) -> None:
    append = cloudwatch_logs._append_log_events

    def appended(stream: dict[str, Any], events: list[dict[str, Any]]) -> None:
        append(stream, events)
        del stream["events"][:-LINES_KEPT]
        for event in events:
            cloudwatch_logs._log_records.pop(event["eventId"], None)

    cloudwatch_logs._append_log_events = appended
