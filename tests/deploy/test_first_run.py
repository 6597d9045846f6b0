"""``slipway up`` and releases that begin with a run of ``before_release``."""

from pathlib import Path

import pytest

from deploy.release import unwatched
from service_catalog.records.releases import FirstRun
from tests.deploy.conftest import BIGGER, bring_up
from tests.deploy.world import World
from tests.record_builders import a_release

BEFORE = {"command": ["bin/migrate"]}


@pytest.fixture
def migrating(live: World) -> World:
    live.write_service("orders", env_files=["first"], before_release=BEFORE, **BIGGER)
    return live


def test_up_goes_on_once_the_command_has_ended_with_0(migrating: World) -> None:
    migrating.dev.runs_end("orders")

    orders = bring_up(migrating)

    assert (orders.status, orders.ended) == ("done", "release 2 is live")
    assert migrating.history("orders")[-1].first_run is not None
    assert bring_up(migrating).status == "unchanged"


def test_up_fails_where_the_command_does_and_says_what_runs(migrating: World) -> None:
    migrating.dev.runs_end("orders", exit_code=1, lines=["relation orders is locked"])

    orders = bring_up(migrating)

    assert (orders.status, migrating.live("orders")) == ("failed", 1)
    assert orders.ended.startswith("release 2 was not carried out: `bin/migrate` ended with exit code 1. ")
    assert orders.details[0] == "release 1 is live"
    assert orders.details[-1].endswith("> relation orders is locked")


def test_up_does_not_run_a_command_again_that_failed_until_somebody_says_so(migrating: World) -> None:
    migrating.dev.runs_end("orders", exit_code=1)
    bring_up(migrating)

    again = bring_up(migrating)

    assert again.status == "held-back"
    assert again.ended.startswith(
        "provisioned; the definition was in release 2 (its first run failed), so it is not tried again until it changes"
    )
    migrating.dev.runs_end("orders")
    assert bring_up(migrating, retry=True).ended == "release 3 is live"


def test_the_first_release_of_a_service_waits_for_the_command_too(tmp_path: Path) -> None:
    world = World(tmp_path, orders={"before_release": BEFORE, "image": {"repository": "orders", "tag": "1.0"}})
    world.dev.runs_end("orders", exit_code=1)

    orders = bring_up(world)

    assert orders.status == "failed"
    assert orders.details[0] == "no task of it runs until a release comes through"


def test_who_stops_watching_is_told_what_becomes_of_it() -> None:
    assert unwatched(a_release(3)) == "release 3 goes on in ECS, unwatched"
    first = FirstRun(command=("bin/migrate",), timeout_seconds=600)
    told = unwatched(a_release(3, first_run=first))
    assert told == (
        "release 3 goes on, unwatched; once its first run has succeeded, whoever looks at the release within 10 "
        "minutes carries it on, and later nothing changes"
    )
