"""No `slipway up` takes a queue away from what runs before a pause, nor deletes messages before somebody says so."""

from typing import Any

import pytest

from deploy.preview import preview
from deploy.results import Result
from deploy.up import up
from runtime.releases.request import ReleaseRequest
from service_catalog.records.provisioned import TaskLimits
from tests.deploy.world import World

OWN = "queue dev_mailer is taken from release 1, which is live, and it is deleted with every message in it; "
OTHERS = "queue orders is taken from release 1, which is live, and its role may no longer read it; "
THE_WAY = (
    "once that is no loss, `slipway release dev mailer --pause`, then `slipway up dev mailer%s`, which starts it again"
)


def bring_up(world: World, **options: Any) -> Result:
    [_, mailer] = up(world.run(**options), (), lambda items: False)
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

    the_way = THE_WAY % (" --delete-messages" if question == OWN else "")
    assert previewed.ended == f"`slipway up` would touch nothing: {question}{the_way}"
    assert (mailer.status, mailer.ended) == ("held-back", f"nothing was touched: {question}{the_way}")
    assert world.did == []


def test_queue_that_only_changes_how_it_delivers_stays(world):
    worker(world, queue={})
    write(world, queue={"retries": 9})

    assert bring_up(world).status == "done"


def pause(world: World) -> None:
    nothing = ReleaseRequest(definition=False, tasks=TaskLimits(min=0, max=0))
    world.dev.connect().releases.release("mailer", nothing, who="kato", why="")
    world.dev.connect().releases.settle("mailer")


def holds(world: World, queue: str, **counts: int) -> None:
    names = {"waiting": "", "in_flight": "NotVisible", "delayed": "Delayed"}
    world.aws.sqs.counts[f"https://sqs/{queue}"] = {
        f"ApproximateNumberOfMessages{names[name]}": count for name, count in counts.items()
    }


def test_queue_goes_once_the_service_is_paused_and_the_new_one_has_its_tasks_again(world):
    worker(world, queue={})
    holds(world, "dev_mailer")
    holds(world, "dev_mailer_dead")
    pause(world)
    write(world, queue={"fifo": True}, compute={"cpu": 512, "memory_mib": 1024})

    assert bring_up(world).status == "done"
    assert world.dev.connect().ecs_services.service("mailer").desired == 1


@pytest.mark.parametrize("after", [{"queue": {"fifo": True}}, {"queue": {"existing": "dev_mailer"}}, {}])
def test_queue_is_not_deleted_with_messages_in_it_unless_somebody_says_so(world, after):
    worker(world, queue={})
    holds(world, "dev_mailer", waiting=3, in_flight=2, delayed=1)
    holds(world, "dev_mailer_dead", waiting=4)
    pause(world)
    write(world, **after)

    [_, (previewed, _)] = preview(world.run(), ())
    held = bring_up(world)

    question = (
        "queue dev_mailer would be deleted with what is in it (messages: 6, dead letters: 4); let the worker empty it, "
        "or say `slipway up dev mailer --delete-messages`"
    )
    assert previewed.ended == f"`slipway up` would touch nothing: {question}"
    assert (held.status, held.ended) == ("held-back", f"nothing was touched: {question}")
    assert bring_up(world, delete_messages=True).status == "done"


def test_messages_count_before_the_first_release_too(world):
    write(world, queue={})
    bring_up(world)
    holds(world, "dev_mailer", waiting=1)
    holds(world, "dev_mailer_dead")
    write(world, queue={"fifo": True})

    assert bring_up(world).status == "held-back"


def test_messages_of_a_queue_that_was_there_before_stay(world):
    worker(world, queue={"existing": "orders"})
    holds(world, "orders", waiting=5)
    pause(world)
    write(world, queue={})

    assert bring_up(world).status == "done"
