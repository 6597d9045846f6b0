"""After any ``slipway up`` a service that ran runs, or the command touched nothing and said why."""

from collections.abc import Callable

import pytest

from deploy.engine import Changes
from deploy.progress import Phase, Step
from deploy.results import Result, exit_code
from deploy.service_in_words import in_words
from deploy.up import up
from runtime.releases.request import ReleaseRequest
from service_catalog.records import TaskLimits
from tests.deploy.world import World
from tests.fake_aws.environment import Ending
from tests.fake_aws.service import refused

BIGGER = {"compute": {"cpu": 512, "memory_mib": 1024}}
COMES_BACK = "nothing runs, so what was live comes back"


def bring_up(world: World, **options: object) -> Result:
    [_, orders] = up(world.run(**options), (), lambda items: False)  # type: ignore[arg-type]
    return orders


@pytest.fixture
def live(tmp_path) -> World:
    """Release 1 of image 1.0 with env first v1 is live."""
    world = World(tmp_path, orders={"env_files": ["first"]})
    bring_up(world)
    world.dev.save("orders", "A=1\nB=2\n", file="first", base=1)
    world.dev.release("orders", "1.0", {"first": 2})
    return world


def pause(world: World) -> None:
    nothing = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=0))
    world.dev.connect().releases.release("orders", nothing, who="kato", why="")
    world.dev.connect().releases.settle("orders")


def move(world: World, **changes: object) -> None:
    """A change for which Pulumi replaces the ECS service."""
    world.engine.service_step["dev.orders"] = "replace"
    world.write_service("orders", **{"env_files": ["first"], "port": 9090, **changes})


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


def test_an_open_question_of_the_coming_release_is_told_before_anything_is_touched(live: World) -> None:
    move(live, secrets={"TOKEN": {"ssm": "/shared/token"}})
    live.aws.ecr.repositories["orders"].clear()

    orders = bring_up(live)

    assert live.did == []
    assert (orders.status, orders.ended) == (
        "held-back",
        f"nothing was touched: image: {live.dev.environment.registry}/orders:1.0 is not in ECR; push it first",
    )
    assert orders.details == ("secret: /shared/token does not exist; create it, or drop it in the catalog",)
    assert exit_code([orders]) == 1


def test_nothing_is_asked_for_a_service_that_never_ran(tmp_path) -> None:
    world = World(tmp_path, orders={"secrets": {"TOKEN": {"ssm": "/shared/token"}}})

    assert bring_up(world).status == "done"


def test_nothing_is_touched_while_a_release_is_in_progress(live: World) -> None:
    live.dev.begin("orders", who="kato")
    live.write_service("orders", env_files=["first"], **BIGGER)

    orders = bring_up(live)

    assert live.did == []
    assert (orders.status, orders.ended) == (
        "held-back",
        "nothing was touched: release 2 of orders (deploy, 1.0) by kato is in progress; wait for it, or stop it: "
        "`slipway release dev orders --stop`",
    )


def test_a_release_that_ecs_shows_nothing_of_is_not_said_to_be_there_to_stop(live: World) -> None:
    begin_unseen(live)
    live.aws.passes(seconds=40)
    live.write_service("orders", env_files=["first"], **BIGGER)

    assert bring_up(live).ended == (
        "nothing was touched: release 2 of orders (deploy, 2.0) by kato has begun, and ECS shows nothing of it yet; "
        "unless it does, it is given up in 80 s: try again then"
    )


def begin_unseen(world: World) -> None:
    """Somebody's release, of which ECS was not told: nobody can know that."""
    world.aws.fates["ecs.update_service"] = "lost"
    world.dev.begin("orders", "2.0", who="kato")
    world.aws.fates.clear()


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
        "no task of it runs; once the cause is mended, `slipway up dev orders` releases a changed catalog, and "
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
        f"broken off half-way (1 replaced, 1 failed in 0.0 s); the next run goes on; {NOTHING_RUNS}"
    )


def test_a_second_ctrl_c_before_the_replacement_says_nothing_of_tasks(live: World) -> None:
    live.write_service("orders", env_files=["first"], **BIGGER)
    live.engine.failing["dev.orders"] = "canceled"
    run = live.run()
    run.cancelled.set()

    [_, orders] = up(run, (), lambda items: False)

    assert orders.ended.endswith("the next run goes on")


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


# --- stopped and changed outside --------------------------------------------------------------------------------------


def test_a_service_that_somebody_stopped_is_left_so_and_that_is_said(live: World) -> None:
    live.dev.scale("orders", 0)
    live.write_service("orders", env_files=["first"], **BIGGER)

    orders = bring_up(live)

    assert live.did == []
    assert (orders.status, orders.ended) == (
        "held-back",
        "nothing was touched: somebody stopped it: ECS wants no tasks, and release 1 asks for 1; `slipway up dev "
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
        "--to 1` puts release 1 back, `slipway up dev orders --retry` goes on with what runs"
    )


# --- a renamed env file -----------------------------------------------------------------------------------------------


def test_an_env_file_in_place_of_one_with_keys_is_held_back(live: World) -> None:
    live.write_service("orders", env_files=["settings"])

    orders = bring_up(live)

    assert live.did == []
    assert orders.ended == (
        "nothing was touched: env file settings would begin empty, while first goes with 2 keys; `slipway up dev "
        "orders --env-from settings=first` copies the keys, `slipway up dev orders --env-from settings=` begins "
        "it empty"
    )


@pytest.mark.parametrize(("source", "text"), [("first", "A=1\nB=2\n"), ("", "")])
def test_a_renamed_env_file_begins_as_somebody_says(live: World, source: str, text: str) -> None:
    live.write_service("orders", env_files=["settings"])

    assert bring_up(live, env_from={"settings": source}).status == "done"
    assert live.dev.gateways.env_files.newest("orders", "settings").text == text  # type: ignore[union-attr]


def test_what_an_env_file_shall_be_copied_from_must_be_there(live: World) -> None:
    live.write_service("orders", env_files=["settings"])

    orders = bring_up(live, env_from={"settings": "frist"})

    assert live.did == []
    assert orders.ended == (
        "nothing was touched: env file settings cannot begin as a copy of frist; release 1 has first"
    )


def test_a_further_env_file_begins_empty_without_a_word(live: World) -> None:
    live.write_service("orders", env_files=["first", "second"])

    assert bring_up(live).status == "done"


# --- rights -----------------------------------------------------------------------------------------------------------


def test_a_right_of_the_live_release_is_not_taken_away(live: World) -> None:
    live.aws.client("ssm").put_parameter(Name="/shared/token", Value="x", Type="SecureString")
    live.write_service("orders", env_files=["first"], secrets={"TOKEN": {"ssm": "/shared/token"}})
    bring_up(live)
    live.write_service("orders", env_files=["first"], **BIGGER)

    orders = bring_up(live)

    assert live.did == []
    assert orders.ended == (
        "nothing was touched: secret TOKEN is read by release 2, which is live; keep it in the catalog and mark it "
        "`retired: true` until no release that matters has it"
    )
    live.write_service("orders", env_files=["first"], secrets={"TOKEN": {"ssm": "/shared/token", "retired": True}})
    assert bring_up(live).status == "done"


# --- what AWS no longer has -------------------------------------------------------------------------------------------


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
        (lambda live: live.dev.scale("orders", 0), "ECS wants no tasks: somebody stopped it"),
        (
            lambda live: live.dev.change_outside("orders"),
            "a revision of no release is live: it was changed outside",
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
