import pytest

from deploy.preview import preview
from deploy.up import up
from tests.deploy.world import World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, orders={})


def said(world):
    return {result.stack: (result.status, result.ended) for result, _ in preview(world.run(), ())}


def test_a_new_environment_is_previewed_alone(world):
    assert said(world) == {
        "dev": ("previewed", "new"),
        "dev.orders": ("previewed", "new; its resources can be listed once the environment stands"),
    }


def test_what_is_up_to_date_is_not_asked_of_the_engine(world):
    up(world.run(), (), lambda items: False)

    assert said(world) == {"dev": ("unchanged", "up to date"), "dev.orders": ("unchanged", "up to date")}


def test_a_replacement_of_the_service_is_said_to_stop_it(world):
    up(world.run(), (), lambda items: False)
    world.engine.service_step["dev.orders"] = "replace"
    world.write_service("orders", description="moved")

    assert said(world)["dev.orders"] == (
        "previewed",
        "changed; the ECS service is replaced: it stops, then what was live is released again",
    )


def test_a_preview_touches_nothing(world):
    up(world.run(), (), lambda items: False)
    world.forget_service("orders")

    assert said(world)["dev.orders"] == ("previewed", "no longer in the catalog: would be destroyed")
    assert world.did == []
    assert world.engine.standing == {"dev", "dev.orders"}
