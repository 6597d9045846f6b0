"""A run that ends half-way (Ctrl-C, AWS away, a failed update) brings back what ran, or says that nothing runs."""

import pytest

from deploy.results import Result
from deploy.up import up
from tests.deploy.conftest import BIGGER, COMES_BACK, bring_up, move
from tests.deploy.world import World


def test_when_aws_cannot_be_asked_what_runs_a_failed_release_is_told_all_the_same(live: World) -> None:
    move(live)
    live.ending = "rolled-back"
    live.when["dev.orders", "ended"] = lambda: go_away(live)

    orders = bring_up(live)

    assert orders.ended.startswith("release 2 failed: ")
    assert orders.details[0] == "AWS could not be asked what runs now"


def bring_up_with_ctrl_c(world: World) -> Result:
    """It comes while the engine is at work."""
    run = world.run()
    world.engine.meanwhile["dev.orders"] = run.interrupted.set
    [_, orders] = up(run, (), lambda items: False)
    return orders


def test_after_ctrl_c_a_provisioned_service_does_not_begin_its_release(live: World) -> None:
    live.write_service("orders", env_files=["first"], **BIGGER)

    orders = bring_up_with_ctrl_c(live)

    assert (orders.status, orders.ended) == ("interrupted", "provisioned; not released")
    assert live.released("orders") == []


def test_after_ctrl_c_a_replaced_service_is_not_left_without_tasks(live: World) -> None:
    move(live)
    orders = bring_up_with_ctrl_c(live)

    assert live.released("orders") == [COMES_BACK]
    assert (orders.status, orders.ended) == (
        "interrupted",
        "release 2 goes on in ECS, unwatched; `slipway release dev orders --stop` stops it",
    )


def test_when_aws_goes_away_what_failed_first_is_told_first(live: World) -> None:
    live.write_service("orders", env_files=["first"], **BIGGER)
    live.engine.failing["dev.orders"] = "the role: no"
    live.engine.meanwhile["dev.orders"] = lambda: go_away(live)

    orders = bring_up(live)

    assert (orders.status, orders.ended) == ("failed", "the role: no")
    assert "AWS did not answer" in orders.details[-1]
    assert "AWS could not be asked whether tasks of it run" in orders.details[-2]


NOTHING_RUNS = "no task of it runs until the next `slipway up dev orders` comes through"


def test_a_second_ctrl_c_after_the_replacement_says_that_nothing_runs(live: World) -> None:
    move(live)
    live.engine.failing["dev.orders"] = "canceled"
    run = live.run()
    run.cancelled.set()

    [_, orders] = up(run, (), lambda items: False)

    assert live.released("orders") == []
    assert orders.status == "interrupted"
    assert orders.ended == (
        f"cancelled half-way (1 replaced, 1 failed in 0.0 s); the next run continues; {NOTHING_RUNS}"
    )


def test_a_second_ctrl_c_before_the_replacement_says_nothing_of_tasks(live: World) -> None:
    live.write_service("orders", env_files=["first"], **BIGGER)
    live.engine.failing["dev.orders"] = "canceled"
    run = live.run()
    run.cancelled.set()

    [_, orders] = up(run, (), lambda items: False)

    assert orders.ended.endswith("the next run continues")


def go_away(world: World) -> None:
    """AWS answers no more."""
    world.aws.outage = True


@pytest.mark.parametrize("times", [1, 2])
def test_when_aws_refuses_the_release_of_a_replaced_service_it_is_said_that_nothing_runs(
    live: World, times: int
) -> None:
    """The second run finds nothing running, and what it says is as true."""
    move(live)
    live.engine.meanwhile["dev.orders"] = lambda: live.aws.fates.update({"ecs.register_task_definition": "lost"})

    for _ in range(times):
        orders = bring_up(live)

    assert orders.status == "failed"
    assert orders.ended == (
        f"AWS did not answer while registering the release of orders; check the network, then try again; {NOTHING_RUNS}"
    )


def test_when_aws_cannot_be_asked_after_the_replacement_that_is_said(live: World) -> None:
    move(live)
    live.engine.meanwhile["dev.orders"] = lambda: go_away(live)

    orders = bring_up(live)

    assert orders.ended.startswith("AWS did not answer while ")
    assert orders.ended.endswith(
        "; AWS could not be asked whether tasks of it run; if none do, the next `slipway up dev orders` brings it back"
    )


def test_ctrl_c_while_a_replaced_service_waits_says_what_runs(live: World) -> None:
    move(live)
    run = live.run()

    def beaten() -> None:
        run.interrupted.set()
        live.dev.begin("orders", "2.0", who="kato")

    live.engine.meanwhile["dev.orders"] = beaten

    [_, orders] = up(run, (), lambda items: False)

    assert orders.ended == (
        "provisioned; no task of it runs unless release 2 of orders (deploy, 2.0) by kato, which is in progress, "
        "or the next `slipway up` comes through"
    )


def test_a_run_that_fails_after_the_replacement_puts_back_what_ran(live: World) -> None:
    move(live)
    live.engine.failing["dev.orders"] = "the alarm: no"

    orders = bring_up(live)

    assert (live.released("orders"), live.history("orders")[-1].kind) == ([COMES_BACK], "roll-back")
    assert (orders.status, orders.ended, orders.details[-1]) == ("failed", "the alarm: no", "release 2 is live")


def test_a_run_that_fails_after_the_replacement_says_that_nothing_runs_where_what_ran_does_not_fit(live: World) -> None:
    move(live)
    live.engine.failing["dev.orders"] = "the alarm: no"
    live.engine.meanwhile["dev.orders"] = live.aws.ecr.repositories["orders"].clear

    orders = bring_up(live)

    assert live.released("orders") == []
    assert orders.details[-1] == "no task of it runs until the next `slipway up dev orders` comes through"
    live.engine.failing.clear()
    live.engine.meanwhile.clear()
    live.dev.push("orders", "1.0")
    assert bring_up(live).ended == "release 2 is live"
