"""``slipway up`` and the pause of a job, which is people's."""

from pathlib import Path

import pytest

from deploy.up import up
from service_catalog import naming
from tests.deploy.world import World

TARGET = {"Arn": "arn:aws:states:::machine", "RoleArn": "arn:aws:iam::000000000000:role/r"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A job whose schedule Pulumi writes whole, and switched on, whenever it provisions it."""
    made = World(tmp_path)
    write_job(made, rate="1 day")
    made.engine.meanwhile["dev.nightly"] = lambda: put_schedule(made)
    up(made.run(), (), lambda items: False)
    return made


def write_job(world: World, **schedule: object) -> None:
    entry = {"name": "nightly", "owner": "us", "kind": "job", "image": {"repository": "nightly"}}
    world.write("services", "nightly", {**entry, "schedule": schedule, "environments": {"dev": {}}})


def put_schedule(world: World) -> None:
    world.aws.client("scheduler").create_schedule(
        GroupName=naming.schedule_group("dev"),
        Name=naming.schedule("dev", "nightly"),
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=TARGET,
    )


def test_a_pause_outlives_a_changed_schedule(world: World) -> None:
    world.dev.gateways.operations.pause("nightly", "sato", "Too dear")
    write_job(world, rate="2 days")

    [_, nightly] = up(world.run(), (), lambda items: False)

    assert nightly.status == "done"
    assert world.dev.gateways.schedules.read("nightly").is_paused


def test_a_schedule_that_nobody_paused_goes_on(world: World) -> None:
    write_job(world, rate="2 days")

    up(world.run(), (), lambda items: False)

    assert not world.dev.gateways.schedules.read("nightly").is_paused


def test_a_pause_that_the_catalog_asks_for_or_ends_is_one(world: World) -> None:
    write_job(world, rate="1 day", paused=True)
    up(world.run(), (), lambda items: False)
    was_paused = world.dev.gateways.schedules.read("nightly").is_paused
    write_job(world, rate="1 day")

    up(world.run(), (), lambda items: False)

    assert (was_paused, world.dev.gateways.schedules.read("nightly").is_paused) == (True, False)


def test_what_somebody_resumed_goes_on_though_the_catalog_had_it_paused(world: World) -> None:
    write_job(world, rate="1 day", paused=True)
    up(world.run(), (), lambda items: False)
    world.dev.gateways.operations.resume("nightly", "sato")
    write_job(world, rate="2 days", paused=True)

    up(world.run(), (), lambda items: False)

    assert not world.dev.gateways.schedules.read("nightly").is_paused
