import pytest

from runtime.aws.ecs_services import Breaker
from runtime.releases import progress
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.provisioning import ENVIRONMENT, a_service
from tests.record_builders import NOON
from tests.runtime.examples import a_deployment


def test_release_that_ecs_does_not_show_yet_is_waited_for():
    assert progress.read([]) == progress.Progress("waiting")


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("PENDING", "starting"),
        ("IN_PROGRESS", "starting"),
        ("STOP_REQUESTED", "starting"),
        ("ROLLBACK_REQUESTED", "rolling back"),
        ("ROLLBACK_IN_PROGRESS", "rolling back"),
        ("SUCCESSFUL", "ended"),
        ("ROLLBACK_SUCCESSFUL", "ended"),
        ("ROLLBACK_FAILED", "ended"),
        ("STOPPED", "ended"),
    ],
)
def test_every_status_of_ecs_is_a_phase(status, phase):
    assert progress.read([a_deployment(status)]).phase == phase


def test_progress_shows_tasks_and_breaker():
    deployment = a_deployment("IN_PROGRESS", breaker=Breaker("MONITORING", 1, 3))
    expected = progress.Progress("starting", 1, 2, Breaker("MONITORING", 1, 3))
    assert progress.read([deployment]) == expected


def test_progress_knows_how_many_tasks_of_before_still_stand():
    assert progress.read([a_deployment("ROLLBACK_IN_PROGRESS", running=0, wanted=0, old_running=2)]).old_running == 2


def test_while_a_release_rolls_back_what_ran_before_is_counted():
    world = FakeEnvironment(FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, NOON), ENVIRONMENT)
    world.push("orders", "1.0.0", "1.1.0")
    world.provision(a_service("orders", tasks={"min": 2}))
    world.release("orders", "1.0.0")
    world.begin("orders", "1.1.0")
    world.aws.ecs.service("orders").begin_to_go_back()

    seen = world.gateways.releases.progress("orders", 2)

    assert (seen.phase, seen.old_running) == ("rolling back", 2)


def test_deployment_that_replaced_a_stopped_one_decides():
    stopped, again = a_deployment("STOPPED", arn="first"), a_deployment("IN_PROGRESS", arn="second")
    assert progress.deciding([stopped, again]) is again


def test_deployment_that_takes_over_decides_while_the_one_before_is_still_being_stopped():
    before, again = a_deployment("STOP_REQUESTED", arn="first"), a_deployment("IN_PROGRESS", arn="second")
    assert progress.deciding([before, again]) is again
    assert not progress.is_rolling_back(before)  # nobody rolls it back: it is waited for


def test_later_change_of_the_service_does_not_undo_a_success():
    done, later = a_deployment("SUCCESSFUL"), a_deployment("ROLLBACK_SUCCESSFUL")
    assert progress.deciding([done, later]) is done


def test_deployment_stopped_for_good_decides():
    stopped = a_deployment("STOPPED")
    assert progress.deciding([stopped]) is stopped
