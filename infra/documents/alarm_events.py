"""How a change of an alarm's state becomes a message of the environment's topic: what fits, and what is said of it."""

import json
from collections.abc import Mapping
from typing import Any

from service_catalog import naming
from service_catalog.records.events import VERSION

PATHS: Mapping[str, str] = {
    "alarm": "$.detail.alarmName",
    "before": "$.detail.previousState.value",
    "id": "$.id",
    "sentence": "$.detail.configuration.description",
    "state": "$.detail.state.value",
    "when": "$.time",
}
"""Where EventBridge finds what the message says"""


def pattern(environment: str) -> dict[str, Any]:
    """Alarms of this environment that ring, or no longer do: that a new one, which measured nothing yet, begins as OK
    is no news."""
    return {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {
            "alarmName": [{"prefix": naming.alarm_prefix(environment)}],
            "$or": [
                {"state": {"value": ["ALARM"]}},
                {"state": {"value": ["OK"]}, "previousState": {"value": ["ALARM"]}},
            ],
        },
    }


def template(environment: str) -> str:
    """JSON, in which ``<alarm>`` stands for a value. EventBridge puts it in quotes, and escapes nothing."""
    said = {"version": VERSION, "event": "alarm", "environment": environment, **{name: f"<{name}>" for name in PATHS}}
    return json.dumps(said).replace('"<', "<").replace('>"', ">")
