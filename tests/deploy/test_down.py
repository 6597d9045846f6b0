import pytest

from deploy.down import NotConfirmed, down
from deploy.engine import EngineRefused
from deploy.up import up
from service_catalog.problems import NoSuchService
from tests.deploy.world import World


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path, billing={}, orders={})
    up(made.run(), (), lambda items: False)
    return made


def test_services_go_before_the_environment_they_stand_on(world):
    results = down(world.run(), (), lambda items: True)

    assert sorted(world.did[:2]) == ["destroy dev.billing", "destroy dev.orders"]
    assert world.did[2:] == ["destroy dev"]
    assert [result.status for result in results] == ["done", "done", "done"]


def test_the_environment_stays_when_a_service_could_not_be_destroyed(world):
    world.engine.failing["dev.orders"] = "it is protected"

    results = down(world.run(), (), lambda items: True)

    assert [(it.stack, it.status) for it in results] == [
        ("dev.billing", "done"),
        ("dev.orders", "failed"),
        ("dev", "skipped"),
    ]


def test_naming_a_service_leaves_the_rest(world):
    down(world.run(), ("orders",), lambda items: True)

    assert world.did == ["destroy dev.orders"]


def test_a_file_system_that_stays_is_named(world):
    world.write_service("orders", volumes=[{"efs": "uploads", "path": "/uploads"}])
    up(world.run(), (), lambda items: False)

    [gone] = down(world.run(), ("orders",), lambda items: True)

    [said] = gone.details
    assert said.startswith("file system fs-uploads stays with all that uploads holds, and costs")


def test_a_service_that_left_the_catalog_can_still_be_named(world):
    world.forget_service("orders")

    down(world.run(), ("orders",), lambda items: True)

    assert world.did == ["destroy dev.orders"]


def test_without_a_yes_nothing_is_touched(world):
    with pytest.raises(NotConfirmed, match="nothing was destroyed in dev"):
        down(world.run(), (), lambda items: False)

    assert world.did == []


def test_who_calls_a_service_is_named_before_anybody_says_yes(tmp_path):
    world = World(tmp_path, billing={"discovery": "service-connect"}, orders={"connects_to": ["billing"]})
    up(world.run(), (), lambda items: False)
    asked: list[str] = []

    def answer(items):
        asked.extend(str(item.why) for item in items)
        return False

    for only in (("billing",), ("billing", "orders")):
        with pytest.raises(NotConfirmed):
            down(world.run(), only, answer)
    assert asked == ["asked for; orders would lose it", "asked for", "asked for"]


def test_a_name_that_nobody_knows_is_refused(world):
    with pytest.raises(NoSuchService, match="did you mean 'orders'"):
        down(world.run(), ("ordres",), lambda items: True)


def test_nothing_is_destroyed_when_something_of_it_is_protected(world):
    world.engine.held["dev"] = ("config",)

    said = r"some of it is protected \(dev holds config\).*`deletion_protection: false` .* `slipway up dev` first"
    with pytest.raises(EngineRefused, match=said):
        down(world.run(), (), lambda items: True)

    assert world.did == []


def test_services_can_be_destroyed_beside_what_is_protected(world):
    world.engine.held["dev"] = ("config",)

    down(world.run(), ("orders",), lambda items: True)

    assert world.did == ["destroy dev.orders"]
