"""An interruption in the middle of a run over many stacks. What signals do is in test_signals."""

import threading
from dataclasses import replace

import pytest

from deploy.engine import Changes
from deploy.one_service import bring_up
from deploy.plan import Item
from deploy.progress import Phase, Step
from deploy.results import exit_code
from deploy.run import Run, result_of
from deploy.up import up
from tests.deploy.world import World


@pytest.fixture
def world(tmp_path):
    """``orders`` is up, and release 1 of image 1.0 is live."""
    made = World(tmp_path, orders={})
    up(made.run(), (), lambda items: False)
    made.dev.release("orders", "1.0")
    return made


class Counting:
    """An engine that is interrupted as soon as all its places are taken."""

    run: Run

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.cancels = 0
        self.full = threading.Barrier(4)

    def up(self, stack, on_step):
        self.begun.append(stack)
        if self.full.wait(60) == 0:
            assert self.run.interrupt()
        self.run.interrupted.wait(60)
        return Changes(stack, (Step(stack, "create", "t", "n"),))

    def destroy(self, stack, on_step):
        self.begun.append(stack)
        if self.full.wait(60) == 0:
            assert self.run.interrupt()
            assert not self.run.interrupt()
        self.run.cancelled.wait(60)
        return Changes(stack, failures=("canceled",))

    def cancel(self):
        self.cancels += 1
        return False


@pytest.fixture
def run(world):
    engine = Counting()
    engine.run = replace(world.run(), engine=engine)
    return engine.run


ITEMS = [Item("dev", f"s{number}", "provision", "new") for number in range(40)]


def test_an_interruption_begins_nothing_new_and_lets_the_engine_finish(run, world):
    results = run.each(lambda item: result_of(item, run.provision(item), "provisioned"), ITEMS)

    assert [result.stack for result in results] == [item.stack for item in ITEMS]
    assert {it.stack for it in results if it.status == "done"} == set(run.engine.begun)
    assert len(run.engine.begun) == 4
    assert {it.ended for it in results if it.status == "interrupted"} == {"not begun"}
    assert exit_code(results) == 130
    assert [it.text for it in world.events if isinstance(it, Phase) and it.phase == "interrupted"] == [
        "nothing new is started; what is in progress ends first (Ctrl-C again cancels it)"
    ]


def test_after_an_interruption_a_further_wave_does_not_begin(run):
    run.each(lambda item: result_of(item, run.provision(item), "provisioned"), ITEMS)

    [result] = run.each(run.destroy, ITEMS[:1])
    assert (result.status, result.ended) == ("interrupted", "not begun")


def test_what_is_broken_off_on_a_second_word_is_no_failure(run):
    results = run.each(run.destroy, ITEMS)

    assert {it.ended for it in results if it.stack in run.engine.begun} == {
        "cancelled half-way (no resource changed, 1 failed in 0.0 s); the next run continues"
    }
    assert {it.status for it in results} == {"interrupted"}
    assert run.engine.cancels == 1


def test_there_is_nothing_to_wait_for_between_waves(run):
    assert not run.interrupt()
    assert run.engine.cancels == 0


def test_a_release_that_is_not_watched_to_its_end_is_no_success_and_runs_again(world):
    world.write_service("orders", compute={"cpu": 512, "memory_mib": 1024})
    run = world.run()
    run = replace(run, sleep=lambda seconds: run.interrupted.set())
    item = Item("dev", "orders", "provision", "changed")

    result = bring_up(run, item, world.catalog.service("orders", "dev"), "f")

    assert result.status == "interrupted"
    assert "release 2 goes on in ECS, unwatched; `slipway release dev orders --stop` stops it" in result.ended
    assert world.index("orders").applied is None
