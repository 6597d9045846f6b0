"""No `slipway up` takes a queue away from what runs, unless somebody paused that first."""

from typing import Any

import pytest

from deploy.preview import preview
from deploy.results import Result
from deploy.up import up
from runtime.releases.request import ReleaseRequest
from service_catalog.records import TaskLimits
from tests.deploy.world import World

OWN = "queue dev_mailer is taken from release 1, which is live, and it is deleted with every message in it; "
OTHERS = "queue orders is taken from release 1, which is live, and its role may no longer read it; "
THE_WAY = (
    "once that is no loss, `slipway release dev mailer --pause`, then `slipway up dev mailer`, which starts it again"
)


def bring_up(world: World) -> Result:
    [_, mailer] = up(world.run(), (), lambda items: False)
    return mailer


def write(world: World, **changes: Any) -> None:
    world.write_service("mailer", **{"kind": "worker", "port": None, **changes})


def worker(world: World, **changes: Any) -> World:
    """Release 1 of it is live."""
    write(world, **changes)
    bring_up(world)
    world.dev.release("mailer", "1.0")
    return world


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path, mailer={"kind": "worker", "port": None})


@pytest.mark.parametrize(
    ("before", "after", "question"),
    [
        ({"queue": {}}, {"queue": {"fifo": True}}, OWN),
        ({"queue": {}}, {"queue": {"existing": "orders"}}, OWN),
        ({"queue": {}}, {}, OWN),
        ({"queue": {"existing": "orders"}}, {"queue": {}}, OTHERS),
        ({"queue": {"existing": "orders"}}, {"queue": {"existing": "bills"}}, OTHERS),
    ],
)
def test_queue_of_what_runs_is_not_taken_away(world, before, after, question):
    worker(world, **before)
    write(world, **after)

    [_, (previewed, _)] = preview(world.run(), ())
    mailer = bring_up(world)

    assert previewed.ended == f"`slipway up` would touch nothing: {question}{THE_WAY}"
    assert (mailer.status, mailer.ended) == ("held-back", f"nothing was touched: {question}{THE_WAY}")
    assert world.did == []


def test_queue_that_only_changes_how_it_delivers_stays(world):
    worker(world, queue={})
    write(world, queue={"retries": 9})

    assert bring_up(world).status == "done"


def test_queue_goes_once_the_service_is_paused_and_the_new_one_has_its_tasks_again(world):
    worker(world, queue={})
    nothing = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=0))
    world.dev.connect().releases.release("mailer", nothing, who="kato", why="")
    world.dev.connect().releases.settle("mailer")
    write(world, queue={"fifo": True}, compute={"cpu": 512, "memory_mib": 1024})

    assert bring_up(world).status == "done"
    assert world.dev.connect().ecs_services.service("mailer").desired == 1
