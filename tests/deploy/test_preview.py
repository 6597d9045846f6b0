import pytest

from deploy.preview import preview
from deploy.up import up
from tests.deploy.conftest import move
from tests.deploy.world import World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, orders={})


def said(world):
    return {result.stack: (result.status, result.ended) for result, _ in preview(world.run(), ())}


def test_a_new_environment_is_previewed_alone(world):
    assert said(world) == {
        "dev": ("previewed", "new"),
        "dev.orders": ("previewed", "new; its resources can be listed once the environment is provisioned"),
    }


def test_what_a_service_needs_of_its_environment_first_is_provisioned_first(world):
    up(world.run(), (), lambda items: False)
    world.write("environments", "dev", {"name": "dev", "account_id": "123456789012", "region": "eu-west-1", "api": {}})
    world.write_service("orders", exposure={"via": "api-gateway", "audience": "public", "paths": ["/orders"]})
    world.catalog.update_lock()

    assert said(world)["dev.orders"] == (
        "previewed",
        "changed; its resources can be listed once the environment is provisioned",
    )


def test_what_is_up_to_date_is_not_asked_of_the_engine(world):
    up(world.run(), (), lambda items: False)

    assert said(world) == {"dev": ("unchanged", "up to date"), "dev.orders": ("unchanged", "up to date")}


def test_a_preview_touches_nothing(world):
    up(world.run(), (), lambda items: False)
    world.forget_service("orders")

    assert said(world)["dev.orders"] == ("previewed", "no longer in the catalog: would be destroyed")
    assert world.did == []
    assert world.engine.standing == {"dev", "dev.orders"}


def of_orders(world):
    [_, (result, _)] = preview(world.run(), ())
    return result


def test_a_preview_speaks_of_the_service_before_its_resources(live):
    live.engine.service_step["dev.orders"] = "replace"
    live.write_service("orders", env_files=["first", "second"], port=9090, compute={"cpu": 512, "memory_mib": 1024})

    assert of_orders(live).details == (
        "port: 80 → 9090",
        "compute.cpu: 256 → 512",
        "compute.memory_mib: 512 → 1024",
        "env_files: first → first, second",
        "cost a month: $9 → $18",
        "env file second begins empty",
        "then released: image 1.0, env first v2",
    )


def test_a_preview_tells_what_up_would_hold_back(live):
    live.write_service("orders", env_files=["settings"])

    orders = of_orders(live)

    assert orders.status == "held-back"
    assert orders.ended.startswith("`slipway up` would touch nothing: env file settings would begin empty, while first")
    assert "env file first goes with 2 keys" in orders.details


def test_a_preview_tells_which_releases_can_no_longer_come_back(live):
    live.aws.client("ssm").put_parameter(Name="/shared/token", Value="x", Type="SecureString")
    retired = {"TOKEN": {"ssm": "/shared/token", "retired": True}}
    for secrets in ({"TOKEN": {"ssm": "/shared/token"}}, retired):
        live.write_service("orders", env_files=["first"], secrets=secrets)
        up(live.run(), (), lambda items: False)
    live.write_service("orders", env_files=["first"])

    assert "no longer to be gone back to, for want of secret TOKEN: release 2" in of_orders(live).details


def test_a_preview_looks_at_every_resource_when_asked_to(live):
    up(live.run(), (), lambda items: False)

    results = [result for result, _ in preview(live.run(refresh_first=True), ())]

    assert [(it.status, it.ended) for it in results] == [("unchanged", "every resource is as the catalog says")] * 2
    assert live.did == ["refresh dev", "refresh dev.orders"]


def test_a_replacement_of_a_service_that_runs_is_said_to_stop_it(live):
    move(live)

    assert of_orders(live).ended == (
        "changed; the ECS service is replaced: it stops, then what was live is released again"
    )


def test_a_replacement_of_a_service_that_was_deleted_outside_stops_nothing(live):
    move(live)
    live.dev.provisioner.delete_service("orders")

    assert of_orders(live).ended == (
        "changed; ECS has no such service any more: it was deleted outside; the ECS service is created again, then "
        "what ran last is released again"
    )


def test_a_replacement_of_a_service_that_never_ran_stops_nothing(world):
    up(world.run(), (), lambda items: False)
    move(world)

    assert of_orders(world).ended == "changed; the ECS service is replaced, of which nothing ran yet"
