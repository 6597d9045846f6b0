"""`slipway up` waits for no person: it says what waits, leaves it, and counts it as done once it is."""

import pytest

from deploy.results import AWAITS_APPROVAL, exit_code
from tests.deploy.conftest import BIGGER, bring_up, move
from tests.deploy.world import World


@pytest.fixture
def waiting(live: World) -> World:
    """What is released from now on waits; its service pauses."""
    live.aws.ecs.service("orders").settings["deploymentConfiguration"] = {"lifecycleHooks": [{"targetType": "PAUSE"}]}
    live.write_service("orders", env_files=["first"], **APPROVAL)
    live.catalog.update_lock()
    live.waits = True
    return live


APPROVAL = BIGGER | {
    "exposure": {"audience": "internal", "paths": ["/*"]},
    "deployment": {"strategy": "blue-green", "approval": {"timeout_minutes": 120}},
}


def answer(world: World, *, goes_on: bool = True) -> None:
    releases = world.dev.connect().releases
    found = releases.waiting("orders")
    assert found
    releases.answer("orders", found.number, who="aoi", goes_on=goes_on)
    world.waits = False


def test_a_release_that_waits_is_left_with_the_way_to_continue_it(waiting: World) -> None:
    left = bring_up(waiting)

    assert left.status == "awaits-approval"
    assert left.release == 2
    assert "waits for approval until" in left.ended
    assert left.ended.endswith("`slipway release dev orders --continue` continues it, `--stop` rolls it back")
    assert exit_code([left]) == AWAITS_APPROVAL
    assert not waiting.index("orders").applied


def test_while_it_waits_nothing_is_touched_and_afterwards_it_is_done(waiting: World) -> None:
    bring_up(waiting)

    held = bring_up(waiting)
    assert held.status == "held-back"
    assert "by ada waits for approval: `slipway release dev orders --continue`" in held.ended
    assert waiting.did == []

    answer(waiting)
    waiting.dev.ends("orders")
    assert bring_up(waiting).status == "done"
    assert bring_up(waiting).status == "unchanged"


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_changed_service_that_waits_is_looked_at_again(waiting: World, goes_on: bool) -> None:
    waiting.waits = False
    assert bring_up(waiting).status == "done"
    waiting.waits = True
    waiting.engine.service_step["dev.orders"] = "update"
    waiting.write_service("orders", env_files=["first"], alarms={"cpu_percent": 80}, **APPROVAL)
    assert bring_up(waiting).status == "awaits-approval"
    waiting.engine.service_step["dev.orders"] = "same"

    answer(waiting, goes_on=goes_on)

    assert bring_up(waiting).status == ("done" if goes_on else "rolled-back")


def test_who_wants_no_approval_any_more_has_ecs_told(live: World) -> None:
    live.aws.ecs.service("orders").settings["deploymentConfiguration"] = {"lifecycleHooks": [{"targetType": "PAUSE"}]}
    live.write_service("orders", env_files=["first"], **BIGGER)

    assert bring_up(live).status == "done"

    assert live.aws.ecs.service("orders").settings["deploymentConfiguration"] == {"lifecycleHooks": []}


def test_nor_does_it_wait_for_somebody_elses_release_that_waits(live: World) -> None:
    move(live)
    live.waits = True
    live.engine.meanwhile["dev.orders"] = lambda: live.dev.begin("orders", "2.0", who="kato")

    left = bring_up(live)

    assert (left.status, left.release) == ("awaits-approval", 2)
