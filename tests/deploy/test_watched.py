"""What `up` releases or changes is watched to its end, and what ECS rolled back is no success."""

import pytest

from deploy.progress import Phase
from deploy.results import exit_code
from service_catalog.records.service_index import FailedProvisioning
from tests.deploy.conftest import BIGGER, run_up, statuses
from tests.deploy.world import WHEN, World


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, orders={})


@pytest.fixture
def live(world):
    """``orders`` is up, and release 1 of image 1.0 is live."""
    run_up(world)
    world.dev.release("orders", "1.0")
    return world


def test_a_changed_definition_is_released_with_the_image_and_env_that_are_live(live):
    live.write_service("orders", **BIGGER)

    [_, orders] = run_up(live)

    assert live.released("orders") == ["changed definition"]
    assert (orders.status, orders.ended) == ("done", "release 2 is live")


def test_a_release_that_is_rolled_back_is_a_failure_and_not_marked_as_applied(live):
    live.write_service("orders", **BIGGER)
    live.ending = "rolled-back"

    results = run_up(live)

    assert statuses(results)["dev.orders"] == "rolled-back"
    outcome = live.history("orders")[1].outcome
    assert results[1].ended == f"release 2 was rolled back: {outcome.reason}"
    assert results[1].details == ("release 1 is live", *outcome.evidence)
    assert "it crashed" in outcome.evidence[-1]
    assert exit_code(results) == 1
    assert live.index("orders").applied is None


@pytest.fixture
def rolled_back(live):
    live.write_service("orders", **BIGGER)
    live.ending = "rolled-back"
    run_up(live)
    live.ending = "succeeded"
    return live


def test_what_was_rolled_back_is_not_tried_again(rolled_back):
    results = run_up(rolled_back)

    assert rolled_back.released("orders") == ["changed definition"]
    assert statuses(results)["dev.orders"] == "held-back"
    assert exit_code(results) == 1


def test_what_was_rolled_back_is_tried_again_when_asked_for(rolled_back):
    results = run_up(rolled_back, retry=True)

    assert statuses(results)["dev.orders"] == "done"


def test_what_was_rolled_back_is_tried_again_once_it_changed(rolled_back):
    rolled_back.write_service("orders", compute={"cpu": 1024, "memory_mib": 2048})

    assert statuses(run_up(rolled_back))["dev.orders"] == "done"


def test_what_somebody_rolled_back_by_hand_is_not_released_again(live):
    live.write_service("orders", **BIGGER)
    run_up(live)
    live.dev.release("orders", to=1)

    live.export(vpc="vpc-2")
    [_, orders] = run_up(live)

    assert live.released("orders") == ["changed definition"]
    assert orders.ended == (
        "provisioned; the definition was in release 2 (rolled back since), so it is not tried again until it changes, "
        "or by `slipway up dev orders --retry`"
    )


def test_changed_bounds_are_released_although_the_definition_is_the_same(live):
    live.write_service("orders", tasks={"min": 1, "max": 3})

    run_up(live)

    assert live.released("orders") == ["changed definition"]


def test_going_back_to_an_earlier_definition_is_a_change_as_any_other(rolled_back):
    rolled_back.write_service("orders")

    results = run_up(rolled_back)

    assert rolled_back.released("orders") == ["changed definition"] * 2
    assert statuses(results)["dev.orders"] == "done"


def test_a_change_of_the_service_itself_is_watched_to_its_end(live):
    live.engine.service_step["dev.orders"] = "update"
    live.write_service("orders", description="more room")
    live.ending = "rolled-back"

    [_, orders] = run_up(live)

    assert orders.status == "rolled-back"
    assert orders.ended.startswith("ECS rolled the changed service back: Service deployment rolled back because the ")
    assert "exit code 1" in orders.details[0]
    assert live.index("orders").failed_provisioning == FailedProvisioning(
        when=WHEN, who="ada", sentence=orders.ended, details=orders.details, is_rollback=True
    )
    assert live.index("orders").applied is None


def test_a_failed_provisioning_is_forgotten_once_one_comes_through(live):
    live.engine.failing["dev.orders"] = "no more addresses"
    live.write_service("orders", description="more room")
    run_up(live)
    assert live.index("orders").failed_provisioning.sentence == "no more addresses"

    live.engine.failing.clear()
    run_up(live)

    assert live.index("orders").failed_provisioning is None


def test_a_change_that_ecs_rolled_back_is_not_called_good_because_nothing_rolled_again(live):
    live.engine.service_step["dev.orders"] = "update"
    live.write_service("orders", description="more room")
    live.ending = "rolled-back"
    run_up(live)
    live.ending = "succeeded"
    live.engine.service_step.clear()

    [_, orders] = run_up(live)

    assert "refresh dev.orders" in live.did
    assert orders.status == "held-back"
    assert orders.ended.endswith("correct the catalog, or `slipway up dev orders --retry` tries it again")
    assert live.index("orders").failed_provisioning
    [_, orders] = run_up(live, retry=True)
    assert (orders.status, live.index("orders").failed_provisioning) == ("done", None)


def test_a_stack_that_somebody_else_runs_is_no_failed_provisioning(live):
    live.engine.refusing["dev.orders"] = "dev.orders is being run by process 7"
    live.write_service("orders", description="more room")

    run_up(live)

    assert live.index("orders").failed_provisioning is None


def test_a_rollout_that_ecs_does_not_list_is_not_called_good(live):
    live.engine.service_step["dev.orders"] = "update"
    live.write_service("orders", description="more room")
    live.lists_late = 1000

    [_, orders] = run_up(live)

    assert (orders.status, live.index("orders").applied) == ("failed", None)


def test_a_rollout_that_ecs_lists_some_moments_later_is_waited_for(live):
    live.engine.service_step["dev.orders"] = "update"
    live.write_service("orders", description="more room")
    live.lists_late = 5

    [_, orders] = run_up(live)

    assert (orders.status, orders.ended) == ("done", "provisioned; what ran keeps running")


def test_a_changed_service_tells_how_its_requests_are_shifted(live):
    live.engine.service_step["dev.orders"] = "update"
    live.engine.meanwhile["dev.orders"] = lambda: live.aws.ecs.service("orders").shift(5)
    live.write_service("orders", alarms={"cpu_percent": 80})

    [_, orders] = run_up(live)

    assert orders.status == "done"
    told = [(it.phase, str(it.text)) for it in live.events if isinstance(it, Phase)]
    assert ("releasing", "canary: 5 % of the requests go to release 1") in told
