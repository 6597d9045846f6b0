"""``slipway up`` and limits that change with the time of the day."""

from pathlib import Path

import pytest

from deploy.preview import preview
from deploy.progress import Step
from deploy.up import up
from runtime.releases.request import ReleaseRequest
from service_catalog.records.provisioned import TaskLimits
from tests.deploy.world import World

TASKS = {"min": 1, "max": 4}
NIGHT = {"cron": "0 20 * * ? *", "min": 2}
DAY = {"cron": "0 8 * * ? *", "min": 1}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Released, at midnight, without a schedule."""
    made = World(tmp_path, orders={"image": {"repository": "orders", "tag": "1.0"}, "tasks": TASKS})
    up(made.run(), (), lambda items: False)
    return made


def give_schedule(world: World) -> None:
    action = "aws:appautoscaling/scheduledAction:ScheduledAction"
    world.engine.further_steps["dev.orders"] = (Step("dev.orders", "create", action, "orders-schedule-1"),)
    scaling = {"cpu_percent": 60, "schedule": [NIGHT, DAY]}
    world.write_service("orders", image={"repository": "orders", "tag": "1.0"}, tasks=TASKS, scaling=scaling)


def test_what_a_new_schedule_would_have_set_by_now_is_set_without_a_release(world: World) -> None:
    assert world.dev.provisioner.limits("orders") == (1, 4)
    give_schedule(world)

    [_, orders] = up(world.run(), (), lambda items: False)

    assert (orders.status, orders.release, world.live("orders")) == ("done", None, 1)
    assert world.dev.provisioner.limits("orders") == (2, 4)


def test_limits_that_somebody_wants_for_now_hold_against_a_new_schedule(world: World) -> None:
    for_now = ReleaseRequest(definition=False, tasks=TaskLimits(min=3, max=3))
    world.dev.gateways.releases.release("orders", for_now, who="kato", why="Sale")
    world.dev.end("orders")
    give_schedule(world)

    up(world.run(), (), lambda items: False)

    assert world.dev.provisioner.limits("orders") == (3, 3)


def test_a_preview_says_what_the_schedule_sets_and_when(world: World) -> None:
    give_schedule(world)

    [_, (orders, _)] = preview(world.run(), ())

    assert orders.details[-1] == (
        "scaling.schedule: 2 to 4 tasks since 2025-12-31 20:00 (UTC); 1 to 4 tasks from 2026-01-01 08:00 (UTC) on"
    )
