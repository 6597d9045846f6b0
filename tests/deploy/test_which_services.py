"""Which services a run of `up` takes: those that are named, that left the catalog, that nobody can read."""

import pytest

from deploy.results import exit_code
from deploy.up import up
from service_catalog.problems import CatalogError, NoSuchService
from tests.deploy.conftest import run_up, statuses
from tests.deploy.world import World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, orders={})


def test_what_left_the_catalog_goes_before_others_come_when_somebody_agrees(tmp_path):
    world = World(tmp_path, orders={})
    run_up(world)
    world.forget_service("orders")
    world.write_service("sales")

    results = run_up(world, may_destroy=lambda items: True)

    assert world.did == ["destroy dev.orders", "up dev.sales"]
    assert statuses(results) == {"dev": "unchanged", "dev.orders": "done", "dev.sales": "done"}


def test_what_left_the_catalog_stays_when_nobody_agrees(world):
    run_up(world)
    world.forget_service("orders")

    results = run_up(world)

    assert world.did == []
    assert statuses(results) == {"dev": "unchanged", "dev.orders": "not-destroyed"}
    assert exit_code(results) == 0


def test_a_service_that_left_the_catalog_goes_when_it_is_named_and_no_other_is_touched(tmp_path):
    world = World(tmp_path, billing={}, orders={}, sales={})
    run_up(world)
    world.forget_service("orders")
    world.forget_service("sales")
    world.write_service("billing", port=9090)

    results = up(world.run(), ["orders"], lambda items: True)

    assert world.did[-1:] == ["destroy dev.orders"]
    assert statuses(results) == {"dev": "unchanged", "dev.orders": "done"}


def test_nothing_is_taken_for_gone_while_an_entry_may_be_hidden(world):
    run_up(world)
    entry = world.catalog.directory / "services" / "orders.yaml"
    entry.rename(entry.with_suffix(".yml"))

    with pytest.raises(CatalogError, match="it ends in"):
        up(world.run(), ["orders"], lambda items: True)

    assert world.did == []


def test_naming_a_service_leaves_the_others_alone(tmp_path):
    world = World(tmp_path, billing={}, orders={})

    run_up(world, "orders")

    assert [deed for deed in world.did if deed.startswith("up")] == ["up dev", "up dev.orders"]


def test_a_broken_entry_does_not_stop_a_named_service(tmp_path):
    world = World(tmp_path, billing={"port": "eighty"}, orders={})

    assert statuses(run_up(world, "orders"))["dev.orders"] == "done"


def test_a_broken_entry_is_refused_before_anything_is_touched(tmp_path):
    world = World(tmp_path, billing={"port": "eighty"}, orders={})

    with pytest.raises(CatalogError):
        run_up(world)

    assert world.did == []


def test_an_unknown_service_is_refused_with_what_was_meant(world):
    with pytest.raises(NoSuchService, match="did you mean 'orders'"):
        run_up(world, "order")


def test_a_typo_in_the_environments_of_a_named_service_is_told_with_what_was_meant(world):
    world.write_service("orders", environments={"dve": {}})

    with pytest.raises(CatalogError, match="there is no environment 'dve'; did you mean 'dev'"):
        up(world.run(), ["orders"], lambda items: False)


def test_all_unknown_services_are_told_at_once(world):
    with pytest.raises(CatalogError) as refused:
        up(world.run(), ("nope", "order"), lambda items: True)
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda world: (world.directory / "services" / "orders.yaml").rename(
            world.directory / "services" / "orders.yml"
        ),
        lambda world: world.write_service("orders", environments={"devv": {}}),
    ],
)
def test_what_a_typo_seems_to_take_out_of_the_catalog_is_not_destroyed(tmp_path, spoil):
    world = World(tmp_path, billing={}, orders={})
    up(world.run(), (), lambda items: True)
    spoil(world)

    with pytest.raises(CatalogError, match="orders"):
        up(world.run(), (), lambda items: True)

    assert world.did == []
