"""What is asked before anything is touched, and holds a service back."""

from pathlib import Path

import pytest

from deploy.results import exit_code
from tests.deploy.conftest import BIGGER, begin_unseen, bring_up, move
from tests.deploy.world import World


def test_an_open_question_of_the_coming_release_is_told_before_anything_is_touched(live: World) -> None:
    move(live, secrets={"TOKEN": {"ssm": "/shared/token"}})
    live.aws.ecr.repositories["orders"].clear()

    orders = bring_up(live)

    assert live.did == []
    assert (orders.status, orders.ended) == (
        "held-back",
        f"nothing was touched: image: {live.dev.environment.registry_host}/orders:1.0 is not in ECR; push it first",
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
        "nothing was touched: release 2 of orders (deploy, 2.0) by kato has begun, and AWS shows nothing of it yet; "
        "unless it does, it is given up in 80 s: try again then"
    )


def test_alarms_that_ecs_would_heed_for_ever_are_not_taken_away(live: World) -> None:
    move(live, alarms={"cpu_percent": 85}, deployment={"alarms": ["all"]})
    assert bring_up(live).status == "done"

    live.write_service("orders", env_files=["first"], port=9090)
    held = bring_up(live)
    live.write_service("orders", env_files=["first"], port=9090, alarms={"cpu_percent": 85})

    assert held.status == "held-back"
    assert held.ended.startswith("nothing was touched: deployment.alarms: ECS would go on heeding alarms that are gone")
    assert bring_up(live).status == "done"


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
    saved = live.dev.gateways.env_files.newest("orders", "settings")
    assert saved
    assert saved.text == text


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


def making(tmp_path: Path) -> World:
    """An environment whose services make their repositories."""
    world = World(tmp_path, orders={})
    said = {"name": "dev", "account_id": "123456789012", "region": "eu-west-1", "registry": {"make": True}}
    world.write("environments", "dev", said)
    return world


def test_a_repository_that_is_there_is_made_by_nobody(tmp_path: Path) -> None:
    world = making(tmp_path)
    world.dev.push("orders", "1.0")

    orders = bring_up(world)

    assert (orders.status, orders.ended) == (
        "held-back",
        "nothing was touched: image.repository: there is a repository orders already, which no stack of orders made; "
        "write existing: true beside it, or delete it",
    )
    world.write_service("orders", image={"repository": "orders", "existing": True})
    assert bring_up(world).status == "done"


def test_a_repository_that_its_own_stack_made_or_began_to_make_holds_nothing_back(tmp_path: Path) -> None:
    world = making(tmp_path)
    world.engine.failing["dev.orders"] = "no address is free"
    assert bring_up(world).status == "failed"
    world.dev.push("orders", "1.0")  # and so the repository is there

    world.engine.failing.clear()
    assert bring_up(world).status == "done"
    world.write_service("orders", **BIGGER)
    assert bring_up(world).status == "done"
