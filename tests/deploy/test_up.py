"""A run of `up` over an environment: what it runs, in which order, and what a failure leaves."""

import pytest

from deploy.results import exit_code
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from tests.deploy.conftest import BIGGER, run_up, statuses
from tests.deploy.world import World

PINNED = {"image": {"repository": "mail", "tag": "1.0"}}


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, orders={})


def test_a_new_environment_is_provisioned_before_its_services(world):
    results = run_up(world)

    assert world.did == ["up dev", "up dev.orders"]
    assert statuses(results) == {"dev": "done", "dev.orders": "done"}
    assert exit_code(results) == 0


def test_a_second_run_does_nothing(world):
    run_up(world)

    results = run_up(world)

    assert world.did == []
    assert statuses(results) == {"dev": "unchanged", "dev.orders": "unchanged"}


def test_a_change_of_one_service_touches_that_one_alone(tmp_path):
    world = World(tmp_path, orders={}, billing={})
    run_up(world)

    world.write_service("orders", **BIGGER)
    run_up(world)

    assert world.did == ["up dev.orders"]


def test_a_service_counts_as_applied_only_once_everything_came_through(world):
    run_up(world)
    world.write_service("orders", **BIGGER)
    meanwhile = []
    world.engine.meanwhile["dev.orders"] = lambda: meanwhile.append(world.index("orders"))

    run_up(world)

    assert [(it.applied, it.is_under_way) for it in meanwhile] == [(None, True)]
    assert world.index("orders").applied
    assert not world.index("orders").is_under_way


def test_services_run_again_when_the_environment_exports_something_else(world):
    run_up(world)

    world.export(vpc="vpc-2")
    run_up(world)

    assert "up dev.orders" in world.did


def test_a_service_without_a_release_is_only_provisioned_and_that_is_said(world):
    [_, orders] = run_up(world)

    assert world.released("orders") == []
    assert orders.ended == (
        "provisioned; nothing runs before its first release: `slipway release dev orders --image TAG`, or the portal"
    )


def test_a_first_release_that_the_run_may_make_is_watched_to_its_end(world):
    [_, orders] = run_up(world, first_release=lambda service: ReleaseRequest("1.0"))

    assert world.released("orders") == ["first release"]
    assert (orders.status, orders.ended, orders.release) == ("done", "release 1 is live", 1)


def test_a_pinned_image_is_released_at_once(tmp_path):
    world = World(tmp_path, mail=PINNED)

    [_, mail] = run_up(world)

    assert world.released("mail") == ["first release, with the image that the catalog pins"]
    assert (mail.status, mail.ended, mail.release) == ("done", "release 1 is live", 1)


def test_env_files_that_nobody_saved_begin_empty(tmp_path):
    world = World(tmp_path, orders={"env_files": ["app", "flags"]})

    run_up(world)
    world.write_service("orders", env_files=["app", "flags"], **BIGGER)
    run_up(world)

    saved = [world.dev.gateways.env_files.newest("orders", file) for file in ("app", "flags")]
    assert [it and (it.number, it.author, it.text) for it in saved] == [(1, "slipway", "")] * 2


def test_a_stack_that_failed_half_way_runs_again(world):
    world.engine.failing["dev.orders"] = "no more addresses"

    results = run_up(world)
    assert (results[1].status, results[1].ended) == ("failed", "no more addresses")

    world.engine.failing.clear()
    [_, orders] = run_up(world)
    assert (orders.status, orders.why) == ("done", "the last run stopped half-way")


def test_services_are_not_tried_when_their_environment_failed(world):
    world.engine.failing["dev"] = "the account is full"

    results = run_up(world)

    assert statuses(results) == {"dev": "failed", "dev.orders": "skipped"}
    assert world.did == ["up dev"]


def test_a_stack_that_somebody_else_runs_does_not_stop_the_others(tmp_path):
    world = World(tmp_path, billing={}, orders={})
    world.engine.refusing["dev.orders"] = "dev.orders is being run by process 7"

    results = run_up(world)

    assert statuses(results) == {"dev": "done", "dev.billing": "done", "dev.orders": "failed"}


def test_four_stacks_at_most_are_with_the_engine_at_once(tmp_path):
    world = World(tmp_path, **{f"service-{number}": {} for number in range(12)})

    run_up(world)

    assert world.engine.most_at_once <= 4
    assert all(world.has(f"service-{number}") for number in range(12))


def test_a_service_whose_record_is_unreadable_is_refused_and_the_others_go_on(tmp_path):
    world = World(tmp_path, orders={}, search={})
    run_up(world)
    key = {"Bucket": world.dev.provisioner.bucket, "Key": naming.provisioned_key("orders")}
    world.aws.client("s3").put_object(**key, Body=b"{}")
    world.write_service("search", **BIGGER)

    [_, orders, search] = run_up(world)

    assert (orders.status, orders.why) == ("failed", "its record is unreadable")
    assert orders.ended.startswith("provisioned/orders.json ")
    assert search.status == "done"
    assert world.did == ["up dev.search"]
