from datetime import UTC, datetime

import pytest

from local_cloud.metrics.scalable_targets import TaskCounts
from local_cloud.metrics.scheduled_scaling import ScheduledScaling
from tests.local_cloud.services import CLUSTER
from tests.local_cloud.waiting import eventually

RESOURCE = "service/shop/orders"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


class Shop:
    """One service of 2 tasks, between 1 and 5, and its scheduled actions. Sunday, one minute to midnight."""

    def __init__(self, *actions: dict[str, object]) -> None:
        self.tasks, self.bounds, self.actions, self.time = 2, (1, 5), actions, at("2026-03-01T23:59:00")
        self.suspended: dict[str, bool] | None = None
        self.scheduled = ScheduledScaling(self, TaskCounts(lambda *_: self.tasks, self.scale), now=lambda: self.time)

    def describe(self, what: str) -> list[dict[str, object]]:
        least, most = self.bounds
        target = {"ResourceId": RESOURCE, "MinCapacity": least, "MaxCapacity": most, "SuspendedState": self.suspended}
        return {"ScalableTargets": [target], "ScheduledActions": list(self.actions)}[what]

    def set_bounds(self, resource: str, least: int, most: int) -> None:
        assert resource == RESOURCE
        self.bounds = least, most

    def scale(self, cluster: str, service: str, count: int) -> None:
        assert (cluster, service) == ("shop", "orders")
        self.tasks = count

    def until(self, text: str) -> int:
        self.time = at(text)
        self.scheduled.look()
        return self.tasks


def action(schedule: str, *, least: int | None = None, most: int | None = None, **more: object) -> dict[str, object]:
    bounds = {"MinCapacity": least, "MaxCapacity": most}
    return {
        "ScheduledActionName": f"{least} to {most}",
        "ResourceId": RESOURCE,
        "Schedule": schedule,
        "ScalableTargetAction": {name: value for name, value in bounds.items() if value is not None},
        "CreationTime": at("2026-02-01T00:00:00"),
    } | more


@pytest.mark.parametrize(
    ("schedule", "zone"),
    [("cron(0 9 ? * MON *)", "Asia/Tokyo"), ("at(2026-03-02T09:00:00)", "Asia/Tokyo"), ("rate(24 hours)", None)],
)
def test_at_its_time_an_action_lifts_the_count_to_its_minimum(schedule, zone):
    shop = Shop(action(schedule, least=4, Timezone=zone))
    assert shop.until("2026-03-01T23:59:59") == 2
    assert shop.until("2026-03-02T00:00:00") == 4
    assert shop.bounds == (4, 5), "a bound that it does not name stays"


def test_at_its_time_an_action_lowers_the_count_to_its_maximum():
    shop = Shop(action("cron(0 0 * * ? *)", least=0, most=1))
    assert (shop.until("2026-03-02T00:00:10"), shop.bounds) == (1, (0, 1))


def test_a_count_within_the_new_bounds_stays():
    shop = Shop(action("cron(0 0 * * ? *)", least=1, most=3))
    assert (shop.until("2026-03-02T00:00:10"), shop.bounds) == (2, (1, 3))


def test_each_time_acts_once():
    shop = Shop(action("cron(0 0 * * ? *)", least=4))
    shop.until("2026-03-02T00:00:10")
    shop.tasks = 3
    assert [shop.until("2026-03-02T00:00:20"), shop.until("2026-03-03T00:00:10")] == [3, 4]


def test_actions_act_in_the_order_of_their_times():
    shop = Shop(action("at(2026-03-02T00:05:00)", most=3), action("at(2026-03-02T00:01:00)", least=3, most=4))
    assert (shop.until("2026-03-02T00:10:00"), shop.bounds) == (3, (3, 3))


def test_what_is_due_while_scheduled_scaling_is_suspended_is_not_made_up():
    shop = Shop(action("cron(0 0 * * ? *)", least=4))
    shop.suspended = {"ScheduledScalingSuspended": True}
    assert (shop.until("2026-03-02T00:00:10"), shop.bounds) == (2, (1, 5))
    shop.suspended = {"ScheduledScalingSuspended": False}
    assert [shop.until("2026-03-02T12:00:00"), shop.until("2026-03-03T00:00:10")] == [2, 4]


def test_an_action_with_more_least_than_most_tasks_does_nothing():
    shop = Shop(action("cron(0 0 * * ? *)", least=6))
    assert (shop.until("2026-03-02T00:00:10"), shop.bounds) == (2, (1, 5))


def test_an_action_acts_when_it_begins_and_no_more_after_its_end():
    begin, end = at("2026-03-02T00:10:30"), at("2026-03-02T00:20:00")
    shop = Shop(action("cron(0/5 * * * ? *)", least=4, StartTime=begin, EndTime=end))
    assert [shop.until("2026-03-02T00:10:00"), shop.until("2026-03-02T00:11:00")] == [2, 4]
    shop.tasks = 2
    assert [shop.until("2026-03-02T00:20:10"), shop.until("2026-03-02T00:30:10")] == [4, 4]
    shop.tasks = 2
    assert shop.until("2026-03-02T00:40:10") == 2


def test_an_action_whose_time_had_passed_when_it_was_made_does_nothing():
    shop = Shop(action("at(2026-03-02T00:01:00)", least=4, CreationTime=at("2026-03-02T00:01:30")))
    assert shop.until("2026-03-02T00:02:00") == 2


@pytest.mark.parametrize(("schedule", "zone"), [("at(tomorrow)", "UTC"), ("cron(0 0 * * ? *)", "Asia/Edo")])
def test_an_action_that_is_not_understood_holds_up_no_other(schedule, zone):
    shop = Shop(action(schedule, most=1, Timezone=zone), action("cron(0 0 * * ? *)", least=4))
    assert shop.until("2026-03-02T00:00:10") == 4


def test_an_action_of_the_api_changes_bounds_and_tasks_of_a_running_service(service):
    service.create(service.definition("worker:1.0.0", port=None), count=0)
    resource, which = f"service/{CLUSTER}/{service.name}", {"ServiceNamespace": "ecs"}
    where = {**which, "ScalableDimension": "ecs:service:DesiredCount", "ResourceId": resource}
    scaling = service.aws("application-autoscaling")
    scaling.register_scalable_target(**where, MinCapacity=0, MaxCapacity=1)
    soon = datetime.fromtimestamp(datetime.now(UTC).timestamp() + 3, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    bounds = {"MinCapacity": 2, "MaxCapacity": 3}
    scaling.put_scheduled_action(
        **where, ScheduledActionName="morning", Schedule=f"at({soon})", ScalableTargetAction=bounds
    )
    assert eventually(lambda: service.describe()["runningCount"] == 2)
    [target] = scaling.describe_scalable_targets(**which, ResourceIds=[resource])["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 3)
