"""What starts tasks that are no service's: state machines and schedules."""

import json

from tests.local_cloud.aws.lives.life import Life


def machine(comment: str) -> str:
    return json.dumps({"Comment": comment, "StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


LIVES = [
    Life(
        "aws:sfn/stateMachine:StateMachine",
        {
            "name": "dev_nightly",
            "roleArn": "$role.arn",
            "definition": machine("a"),
            "type": "STANDARD",
            "tags": {"Name": "m"},
        },
        update={"definition": machine("b"), "tags": {"Name": "n"}},
        replace={"name": "dev_other", "type": "EXPRESS"},
        outputs=("arn", "name"),
    ),
    Life(
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        {"name": "slipway-dev", "tags": {"Name": "g"}},
        update={"tags": {"Name": "h"}},
        replace={"name": "slipway-other"},
        outputs=("arn", "name"),
        not_on=("moto",),  # deleting one that is gone is its KeyError
    ),
    Life(
        "aws:scheduler/schedule:Schedule",
        {
            "name": "nightly",
            "groupName": "$schedule_group.name",
            "scheduleExpression": "cron(0 3 * * ? *)",
            "scheduleExpressionTimezone": "Asia/Tokyo",
            "flexibleTimeWindow": {"mode": "FLEXIBLE", "maximumWindowInMinutes": 15},
            "state": "ENABLED",
            "target": {
                "arn": "$machine.arn",
                "roleArn": "$role.arn",
                "input": json.dumps({"who": "schedule"}),
                "retryPolicy": {"maximumRetryAttempts": 0},
            },
        },
        update={
            "state": "DISABLED",
            "scheduleExpression": "rate(1 hour)",
            "flexibleTimeWindow": {"mode": "OFF"},
        },
        replace={"name": "hourly", "groupName": "default"},
        outputs=("arn", "name"),
    ),
]
