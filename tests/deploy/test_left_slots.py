"""A slot at the load balancer that a service left is free again once nothing of it stands there."""

import pytest

from deploy.down import down
from deploy.up import up
from tests.deploy.world import World


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, orders={"exposure": {"paths": ["/orders"]}}, billing={"exposure": {"paths": ["/billing"]}})
    made.catalog.update_lock()
    up(made.run(), (), lambda items: False)
    made.forget_service("orders")
    made.catalog.update_lock()
    return made


def left(world):
    return [f"{environment}.{service}" for environment, service, _ in world.catalog.left_slots()]


def test_a_slot_stays_while_the_stack_that_left_stands(world):
    up(world.run(), (), lambda items: False)
    assert left(world) == ["dev.orders"]


def test_up_frees_the_slot_of_the_stack_that_it_destroyed_and_says_so(world):
    up(world.run(), (), lambda items: True)

    assert left(world) == []
    assert world.catalog.problems() == []
    assert ("dev.orders", "freed") in [(event.stack, getattr(event, "phase", "")) for event in world.events]


def test_down_frees_the_slot_too(world):
    down(world.run(), ["orders"], lambda items: True)
    assert left(world) == []


def test_a_slot_is_freed_by_whoever_comes_after_the_stack_was_destroyed(world):
    world.engine.destroy("dev.orders", None)

    up(world.run(), ["billing"], lambda items: False)

    assert left(world) == []


def test_a_service_that_moved_frees_its_old_slot_once_it_stands_in_the_new_one(world):
    world.write_service("billing", exposure={"paths": ["/billing/*"]})
    world.catalog.update_lock()
    assert left(world) == ["dev.billing", "dev.orders"]
    world.engine.failing["dev.billing"] = "no"
    up(world.run(), ["billing"], lambda items: False)
    assert left(world) == ["dev.billing", "dev.orders"]
    world.engine.failing.clear()

    up(world.run(), ["billing"], lambda items: False)

    assert left(world) == ["dev.orders"]
