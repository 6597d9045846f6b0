"""Ctrl-C in the middle of a run over many stacks."""

import signal
import threading

import pytest

from deploy.one_service import bring_up
from deploy.plan import Item
from deploy.results import Result
from deploy.up import up
from runtime.records import Wish
from tests.deploy.world import World


@pytest.fixture
def world(tmp_path):
    """``orders`` is up, and release 1 of image 1.0 is live."""
    made = World(tmp_path, orders={})
    up(made.run(), (), lambda items: False)
    made.releases.release("orders", Wish(image="1.0"), who="ada", why="first")
    made.releases.watch("orders", 1, sleep=None)
    return made


@pytest.fixture
def hears_ctrl_c():
    """Whoever was started in a shell's background does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_begins_nothing_new_and_lets_the_engine_finish(world):
    run = world.run()
    items = [Item("dev", f"s{number}", "provision", "new") for number in range(40)]
    under_way = threading.Barrier(32)  # no more are at once

    def work(item):
        if under_way.wait(10) == 0:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        run.interrupted.wait(10)
        return Result(item.stack, "done", "new")

    results = run.each(work, items)

    assert [result.stack for result in results] == [item.stack for item in items]
    assert [result.status for result in results] == ["done"] * 32 + ["interrupted"] * 8


def test_a_release_that_is_not_watched_to_its_end_is_no_success_and_runs_again(world):
    world.write_service("orders", compute={"cpu": 512, "memory_mib": 1024})
    world.releases.looks = 1
    run = world.run()
    item = Item("dev", "orders", "provision", "changed")
    run.interrupted.set()

    result = bring_up(run, item, world.catalog.service("orders", "dev"), "f")

    assert result.status == "interrupted"
    assert "release 2 goes on in ECS, unwatched; `slipway release dev orders --stop` stops it" in result.ended
    assert world.heads.read("orders").applied is None
