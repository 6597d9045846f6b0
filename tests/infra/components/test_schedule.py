from typing import Any

import pytest

from infra.components.schedule import Schedule, ScheduleArgs
from infra.service_parts import ServiceParts
from service_catalog import model
from tests.builders import an_environment
from tests.infra import schema
from tests.infra.recorder import Recorder

SCHEDULE = "aws:scheduler/schedule:Schedule"


def parts_of(engine: Recorder, **said: Any) -> ServiceParts:
    schedule = model.Schedule.model_validate(said or {"rate": "1 hour"})
    parts: list[ServiceParts] = []
    args = ScheduleArgs(an_environment(), "nightly", schedule, "arn:machine")
    engine.run(lambda: parts.append(Schedule("nightly", args).parts))
    return parts[0]


def test_a_schedule_starts_the_state_machine_in_the_entrys_time_zone(engine):
    parts = parts_of(engine, cron="0 3 * * ? *", timezone="Asia/Tokyo")
    made = engine.one(SCHEDULE)
    assert made.inputs == {
        "name": "nightly",
        "groupName": "slipway-dev",
        "description": "Runs of nightly in dev",
        "scheduleExpression": "cron(0 3 * * ? *)",
        "scheduleExpressionTimezone": "Asia/Tokyo",
        "flexibleTimeWindow": {"mode": "OFF"},
        "state": "ENABLED",
        "target": {
            "arn": "arn:machine",
            "roleArn": "arn:aws:role:ap-northeast-1:123456789012:nightly-schedule",
            "input": '{"who": "schedule", "why": "<aws.scheduler.scheduled-time>"}',
            "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 10},
        },
    }
    assert schema.problems(made) == []
    assert parts.record == ({"schedule": {"name": "nightly", "group": "slipway-dev"}},)


def test_an_interval_and_a_flexible_window_are_said_as_scheduler_says_them(engine):
    parts_of(engine, rate="15 minutes", flexible_minutes=5)
    inputs = engine.one(SCHEDULE).inputs
    assert inputs["scheduleExpression"] == "rate(15 minutes)"
    assert inputs["flexibleTimeWindow"] == {"mode": "FLEXIBLE", "maximumWindowInMinutes": 5}


@pytest.mark.parametrize(("paused", "state"), [(True, "DISABLED"), (False, "ENABLED")])
def test_a_pause_in_the_portal_stays_until_the_catalog_says_something_else(engine, paused, state):
    parts_of(engine, rate="1 hour", paused=paused)
    made = engine.one(SCHEDULE)
    assert (made.inputs["state"], made.ignore_changes) == (state, ("state",))
    # What the catalog says of it stands in the description, which makes another schedule when it changes.
    assert made.replace_on_changes == ("description",)
    assert ("paused" in made.inputs["description"]) is paused


def test_its_role_may_start_this_service_and_nothing_else(engine):
    parts_of(engine)
    [trust] = engine.one("aws:iam/role:Role").document("assumeRolePolicy")["Statement"]
    [right] = engine.one("aws:iam/rolePolicy:RolePolicy").document("policy")["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["ArnLike"] == {
        "aws:SourceArn": "arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/slipway-dev"
    }
    assert (right["Action"], right["Resource"]) == (
        ["states:StartExecution"],
        ["arn:aws:states:ap-northeast-1:123456789012:stateMachine:dev_nightly"],
    )
