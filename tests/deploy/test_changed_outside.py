"""What somebody did to a service beside the catalog is told, and what AWS no longer has is made again."""

from collections.abc import Callable

import pytest

from deploy.up import up
from service_catalog import naming
from tests.deploy.conftest import BIGGER, bring_up
from tests.deploy.world import World


def test_a_service_that_somebody_stopped_is_left_so_and_that_is_said(live: World) -> None:
    live.dev.scale("orders", 0)
    live.write_service("orders", env_files=["first"], **BIGGER)

    orders = bring_up(live)

    assert live.did == []
    assert (orders.status, orders.ended) == (
        "held-back",
        "nothing was touched: somebody stopped it: its desired count is 0, and release 1 asks for 1; `slipway up dev "
        "orders --retry` starts it again",
    )
    assert bring_up(live, retry=True).status == "done"
    assert live.aws.ecs.service("orders").desired == 1


def test_what_was_changed_outside_is_told_before_anything_is_touched(live: World) -> None:
    live.dev.change_outside("orders")
    live.write_service("orders", env_files=["first"], **BIGGER)

    orders = bring_up(live)

    assert live.did == []
    assert orders.ended == (
        "nothing was touched: it was changed outside: ECS runs a revision of no release; `slipway release dev orders "
        "--to 1` puts release 1 back, `slipway up dev orders --retry` does so with what the catalog says"
    )


def test_what_was_changed_outside_is_put_back_once_somebody_says_so(live: World) -> None:
    bring_up(live)
    live.dev.change_outside("orders")

    assert bring_up(live, retry=True).ended == "release 2 is live"
    assert live.released("orders")[-1] == "changed outside, so what was live is released again"
    assert bring_up(live).status == "unchanged"


def test_an_earlier_release_that_was_put_back_outside_is_told_before_anything_is_touched(live: World) -> None:
    bring_up(live)
    live.dev.release("orders", "2.0", {"first": 2})
    live.dev.put_back("orders", live.dev.gateways.releases.get("orders", 1).revision)

    orders = bring_up(live)

    assert (orders.status, live.did) == ("held-back", [])
    assert orders.ended == (
        "nothing was touched: somebody went back to release 1 outside Slipway; `slipway release dev orders --to 2` "
        "puts release 2 back, with `--to 1` release 1 stays"
    )
    assert bring_up(live, retry=True).ended == orders.ended


def test_a_release_that_the_index_was_not_told_of_is_no_change_outside(live: World) -> None:
    bring_up(live)
    bucket, key = live.dev.provisioner.bucket, naming.service_index_key("orders")
    before = live.aws.s3.get_object(bucket, key)["Body"].read()
    live.dev.release("orders", "2.0", {"first": 2})
    live.aws.s3.put_object(bucket, key, before)

    assert bring_up(live).status == "unchanged"


def test_a_service_that_was_deleted_outside_is_made_again_and_what_was_live_comes_back(live: World) -> None:
    bring_up(live)
    live.dev.provisioner.delete_service("orders")

    orders = bring_up(live)

    assert orders.why == "ECS has no such service any more: it was deleted outside"
    assert live.did == ["refresh dev.orders", "up dev.orders"]
    assert (orders.status, orders.ended) == ("done", "release 2 is live")
    assert bring_up(live).status == "unchanged"


def test_a_log_group_that_was_deleted_outside_is_made_again(live: World) -> None:
    bring_up(live)
    live.dev.lose_log_group("orders")

    orders = bring_up(live)

    assert orders.why == "its log group was deleted outside: new tasks cannot start"
    assert live.did == ["refresh dev.orders", "up dev.orders"]


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (lambda live: live.dev.scale("orders", 0), "its desired count is 0: somebody stopped it"),
        (
            lambda live: live.dev.change_outside("orders"),
            "what is live is not what its last release brought: it was changed outside",
        ),
    ],
)
def test_what_somebody_did_to_a_service_is_told_though_the_catalog_says_the_same(
    live: World, happens: Callable[[World], None], why: str
) -> None:
    bring_up(live)
    happens(live)

    orders = bring_up(live)

    assert (orders.status, orders.why, live.did) == ("held-back", why, [])


def test_a_refresh_looks_at_every_stack_whatever_the_records_say(live: World) -> None:
    bring_up(live)

    results = up(live.run(refresh_first=True), (), lambda items: False)

    assert [result.ended for result in results] == ["every resource is as the catalog says"] * 2
    assert "refresh dev" in live.did
    assert "refresh dev.orders" in live.did
