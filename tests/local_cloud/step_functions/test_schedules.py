import json
from datetime import UTC, datetime

from ministack.services import scheduler

from local_cloud.step_functions.schedules import Ticks
from tests.local_cloud.step_functions.machine import ROLE, Machine
from tests.local_cloud.waiting import eventually


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def a_schedule(expression: str, zone: str = "UTC", **more: object) -> dict[str, object]:
    made = at("2026-01-01T00:00:00")
    facts = {"State": "ENABLED", "CreationDate": made, "LastModificationDate": made}
    return facts | {"ScheduleExpression": expression, "ScheduleExpressionTimezone": zone} | more


def test_nothing_fires_after_the_end():
    end = at("2026-03-01T12:00:00")
    ticks, schedules = Ticks(), {"hourly": a_schedule("rate(1 hour)", EndDate=end)}
    assert [len(ticks.due(schedules, moment)) for moment in (end - 1, end, end + 3600)] == [0, 1, 0]


def test_each_time_fires_once():
    ticks, schedules = Ticks(), {"nightly": a_schedule("cron(0 3 * * ? *)")}
    looks = ["2026-03-01T02:59:59", "2026-03-01T03:00:01", "2026-03-01T03:00:02", "2026-03-02T03:00:00"]
    fired = [[key for key, _ in ticks.due(schedules, at(look))] for look in looks]
    assert fired == [[], ["nightly"], [], ["nightly"]]


def test_what_was_missed_in_a_pause_is_not_made_up():
    ticks = Ticks()
    paused = a_schedule("cron(0 3 * * ? *)", State="DISABLED")
    assert ticks.due({"nightly": paused}, at("2026-03-01T00:00:00")) == []
    resumed = a_schedule("cron(0 3 * * ? *)", LastModificationDate=at("2026-03-03T12:00:00"))
    assert ticks.due({"nightly": resumed}, at("2026-03-03T12:00:01")) == []
    assert ticks.due({"nightly": resumed}, at("2026-03-04T03:00:00")) == [("nightly", at("2026-03-04T03:00:00"))]


def test_a_cloud_that_was_stopped_makes_up_for_nothing():
    assert Ticks().due({"hourly": a_schedule("rate(1 hour)")}, at("2026-03-01T00:30:00")) == []


def test_a_schedule_starts_its_state_machine_with_its_input(prepared, fresh_name):
    machine = Machine(prepared, fresh_name, {"Done": {"Type": "Succeed"}})
    soon = datetime.fromtimestamp(datetime.now(UTC).timestamp() + 3, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    given = json.dumps({"who": "schedule", "why": "<aws.scheduler.scheduled-time>"})
    prepared("scheduler").create_schedule(
        Name=fresh_name,
        ScheduleExpression=f"at({soon})",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
        Target={"Arn": machine.arn, "RoleArn": ROLE, "Input": given},
    )
    [run] = eventually(lambda: machine.sfn.list_executions(stateMachineArn=machine.arn)["executions"])
    assert json.loads(machine.ended(run["executionArn"])["input"]) == {"who": "schedule", "why": f"{soon}Z"}


def test_ministack_still_reads_every_expression_as_utc():
    import inspect

    assert "Timezone" not in inspect.getsource(scheduler._tick_schedules)
