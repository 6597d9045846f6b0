"""Alarms tell the account's event bus of each change of their state, as on AWS; MiniStack's tell topics alone."""

import json
from datetime import UTC, datetime
from typing import Any


def install(cloudwatch: Any, eventbridge: Any) -> None:
    act = cloudwatch._dispatch_alarm_actions

    def acted(alarm: dict[str, Any], old_state: str, new_state: str, reason: str) -> None:
        act(alarm, old_state, new_state, reason)
        if old_state != new_state:
            entry = _entry(alarm, old_state, new_state, reason)
            eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    cloudwatch._dispatch_alarm_actions = acted


def _entry(alarm: dict[str, Any], old_state: str, new_state: str, reason: str) -> dict[str, Any]:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000+0000}"
    detail = {
        "alarmName": alarm["AlarmName"],
        "configuration": {"description": alarm.get("AlarmDescription") or ""},
        "state": {"value": new_state, "reason": reason, "timestamp": now},
        "previousState": {"value": old_state},
    }
    return {
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Detail": json.dumps(detail),
        "Resources": [alarm["AlarmArn"]],
    }
