"""After any ``slipway up`` a service that ran runs, or the command touched nothing and said why."""

from collections.abc import Callable

import pytest

from deploy.engine import Changes
from deploy.progress import Phase, Step
from deploy.service_in_words import in_words
from runtime.releases.request import ReleaseRequest
from service_catalog.records.provisioned import TaskLimits
from tests.deploy.conftest import BIGGER, COMES_BACK, begin_unseen, bring_up, move
from tests.deploy.world import World
from tests.fake_aws.environment import Ending
from tests.fake_aws.service import refused


def pause(world: World) -> None:
    nothing = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=0))
    world.dev.connect().releases.release("orders", nothing, who="kato", why="")
    world.dev.connect().releases.settle("orders")


def test_what_was_live_comes_back_to_a_replaced_service(live: World) -> None:
    move(live)

    orders = bring_up(live)

    assert live.released("orders") == [COMES_BACK]
    assert (orders.status, orders.ended) == ("done", "release 2 is live")
    assert live.history("orders")[-1].contents.env == {"first": 2}


def test_paused_service_stays_paused_whatever_else_is_provisioned(live: World) -> None:
    pause(live)
    live.engine.service_step["dev.orders"] = "same"
    live.write_service("orders", env_files=["first"], description="Takes orders")

    bring_up(live)

    assert live.live("orders") == 2
    assert live.dev.connect().ecs_services.service("orders").desired == 0


def test_preview_says_that_a_changed_definition_ends_a_pause(live: World) -> None:
    pause(live)
    live.write_service("orders", env_files=["first"], tasks={"min": 3}, **BIGGER)
    another = Step("dev.orders", "replace", "aws:ecs/taskDefinition:TaskDefinition", "orders")
    service = live.catalog.service("orders", "dev")

    said, _ = in_words(live.run(), service, Changes("dev.orders", (another,)))

    assert said[-1] == "This ends its pause: 3 tasks run again."


def test_what_was_live_comes_back_to_a_service_that_was_taken_down(live: World) -> None:
    live.engine.destroy("dev.orders", None)

    assert bring_up(live).status == "done"
    assert live.released("orders") == [COMES_BACK]


def test_a_run_that_dies_after_the_replacement_is_mended_by_the_next_one(live: World) -> None:
    move(live)
    live.provision("dev.orders", "replace")
    live.engine.service_step.clear()

    orders = bring_up(live)

    assert (orders.status, orders.ended) == ("done", "release 2 is live")
    assert bring_up(live).status == "unchanged"


@pytest.mark.parametrize("head", ["old", "new"])
@pytest.mark.parametrize(
    ("ending", "runs_afterwards", "status"),
    [("succeeded", 2, "done"), ("rolled-back", 1, "held-back"), ("stopped", 1, "held-back")],
)
def test_a_release_that_nobody_saw_end_counts_as_ecs_ended_it(
    live: World, head: str, ending: Ending, runs_afterwards: int, status: str
) -> None:
    """Ctrl-C or kill -9 while `up` watched; the index may or may not have been told of its end."""
    live.write_service("orders", env_files=["first"], **BIGGER)
    live.engine.up("dev.orders", lambda step: None)
    live.dev.begin("orders", who="ada", why="slipway up: changed definition")
    live.dev.ends("orders", ending)
    if head == "new":
        live.dev.gateways.releases.settle("orders")

    orders = bring_up(live)

    assert orders.status == status
    assert live.live("orders") == runs_afterwards
    assert live.released("orders") == ["changed definition"]


def test_a_release_that_nobody_saw_end_is_settled_before_its_service_is_replaced(live: World) -> None:
    live.dev.begin("orders", "2.0")
    live.dev.ends("orders")
    move(live)

    bring_up(live)

    assert live.history("orders")[-1].contents.image.endswith("/orders:2.0")


def test_what_was_live_comes_back_as_it_was_when_the_definition_was_rolled_back(live: World) -> None:
    live.write_service("orders", env_files=["first"], **BIGGER)
    bring_up(live)
    live.dev.release("orders", to=1)
    live.provision("dev.orders", "replace")  # somebody's `pulumi up`
    live.export(vpc="vpc-2")

    orders = bring_up(live)

    assert (live.released("orders")[-1], live.history("orders")[-1].kind) == (COMES_BACK, "roll-back")
    assert (orders.status, orders.ended) == ("held-back", "release 4 is live")
    assert orders.details[0].startswith("the definition was in release 2 (rolled back since)")


def test_what_no_longer_fits_its_service_is_not_released_and_that_nothing_runs_is_said(live: World) -> None:
    move(live)
    live.ending = "rolled-back"
    assert bring_up(live).status == "failed"
    live.engine.meanwhile["dev.orders"] = live.aws.ecr.repositories["orders"].clear
    live.engine.service_step.clear()

    orders = bring_up(live)

    assert live.released("orders") == [COMES_BACK]
    assert orders.ended == (
        "provisioned, and no task runs; the definition was in release 2 (failed), so it is not tried again until it "
        "changes, or by `slipway up dev orders --retry`"
    )


@pytest.mark.parametrize("ending", ["stopped", "rolled-back"])
def test_when_the_release_of_a_replaced_service_fails_it_is_said_that_nothing_runs_and_the_way_out(
    live: World, ending: Ending
) -> None:
    move(live)
    live.ending = ending

    orders = bring_up(live)

    assert orders.details[0] == (
        "no task of it runs; once the cause is fixed, `slipway up dev orders` releases a changed catalog, and "
        "`slipway release dev orders` the same again, or another image or env (--image, --env)"
    )


def test_what_was_not_carried_out_leaves_a_replaced_service_without_tasks_until_the_next_run(live: World) -> None:
    move(live)
    live.aws.refusals["ecs.update_service"] = refused("InvalidParameterException", "no")

    orders = bring_up(live)

    assert orders.details[0] == "no task of it runs until a release comes through"
    live.aws.refusals.clear()
    assert bring_up(live).ended == "release 3 is live"


def test_a_first_release_that_fails_says_that_the_next_one_needs_an_image(tmp_path) -> None:
    world = World(tmp_path, orders={"image": {"repository": "orders", "tag": "1.0"}})
    world.ending = "rolled-back"

    orders = bring_up(world)

    assert "`slipway release dev orders --image TAG`" in orders.details[0]


@pytest.mark.parametrize(
    ("begin", "ended", "image"),
    [
        (begin_unseen, "release 3 is live", "orders:1.0"),
        (lambda world: world.dev.begin("orders", "2.0", who="kato"), "provisioned", "orders:2.0"),
    ],
)
def test_a_replaced_service_waits_for_the_release_that_somebody_else_began_meanwhile(
    live: World, begin: Callable[[World], object], ended: str, image: str
) -> None:
    move(live)
    live.engine.meanwhile["dev.orders"] = lambda: begin(live)

    orders = bring_up(live)

    assert (orders.status, orders.ended) == ("done", ended)
    assert "waits until release 2 of orders (deploy, 2.0) by kato has ended" in [
        event.text for event in live.events if isinstance(event, Phase)
    ]
    assert live.aws.ecs.service("orders").desired == 1
    assert live.history("orders")[-1].contents.image.endswith(f"/{image}")
