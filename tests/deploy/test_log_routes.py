"""No `slipway up` takes log groups, or the log router's configuration, away from what runs."""

from typing import Any

import pytest

from deploy.results import Result
from deploy.up import up
from tests.deploy.world import World

ERRORS: dict[str, Any] = {"name": "errors", "when": {"level": "ERROR"}}
SLOW: dict[str, Any] = {"name": "slow", "when": {"ms": "^[0-9]{4}"}}
RETIRED = {"retired": True}
UNTIL = "marked `retired: true`, until a release without it runs"


@pytest.fixture
def world(tmp_path) -> World:
    """Release 1, with two routes, is live."""
    made = World(tmp_path, orders={"logs": {"routes": [ERRORS, SLOW]}})
    bring_up(made)
    made.dev.release("orders", "1.0")
    return made


def bring_up(world: World) -> Result:
    [_, orders] = up(world.run(), (), lambda items: False)
    return orders


@pytest.mark.parametrize(
    ("logs", "question"),
    [
        (
            {"routes": [ERRORS]},
            f"logs.routes: slow is taken from release 1, which is live and writes there; keep it in the entry, {UNTIL}",
        ),
        (
            {"routes": [ERRORS, SLOW | {"to": "firehose", "stream": "slow"}]},
            f"logs.routes: slow is taken from release 1, which is live and writes there; keep it in the entry, {UNTIL}",
        ),
        (
            {},
            f"logs: the log router is taken from release 1, which is live; keep what it had in the entry, {UNTIL}",
        ),
    ],
)
def test_log_groups_of_what_runs_are_not_taken_away(world, logs, question):
    world.write_service("orders", logs=logs)

    orders = bring_up(world)

    assert (orders.status, orders.ended) == ("held-back", f"nothing was touched: {question}")
    assert world.did == []


@pytest.mark.parametrize("logs", [{"routes": [ERRORS, SLOW | RETIRED]}, {"routes": [ERRORS | RETIRED]}])
def test_what_is_retired_first_may_go_once_a_release_without_it_runs(world, logs):
    world.write_service("orders", logs=logs | {"routes": [*logs["routes"], *_missing(logs)]})
    assert bring_up(world).status == "done"
    world.dev.release("orders", "1.0")

    world.write_service("orders", logs={"routes": [it for it in logs["routes"] if not it.get("retired")]})

    assert bring_up(world).status == "done"


def _missing(logs: dict[str, Any]) -> list[dict[str, Any]]:
    named = {it["name"] for it in logs["routes"]}
    return [it | RETIRED for it in (ERRORS, SLOW) if it["name"] not in named]
