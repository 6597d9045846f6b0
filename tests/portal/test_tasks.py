import pytest

from portal.text import states
from portal.text.tasks import container_words
from runtime.aws.ecs_tasks import Container
from service_catalog.model import Compute
from tests.fake_aws.ecs import INSTANCE
from tests.portal.reading import plain, text_of
from tests.runtime.examples import a_task

STOPPED = {"status": "STOPPED", "health": "UNKNOWN"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, states.HEALTHY),
        ({"health": "UNKNOWN"}, states.RUNNING),
        ({"health": "UNHEALTHY"}, states.FAILING),
        ({"status": "PENDING", "health": "UNKNOWN"}, states.STARTING),
        (STOPPED | {"stop_code": "EssentialContainerExited"}, states.FAILED),
        (STOPPED | {"stop_code": "TaskFailedToStart"}, states.FAILED),
        (STOPPED | {"stop_code": "UserInitiated"}, states.ENDED),
        (STOPPED | {"stop_code": "ServiceSchedulerInitiated"}, states.ENDED),
        (STOPPED | {"stop_code": "SpotInterruption"}, states.ENDED),
        (STOPPED | {"stop_code": "TerminationNotice"}, states.ENDED),
        (
            STOPPED | {"stop_code": "ServiceSchedulerInitiated", "stopped_reason": "Task failed ELB health checks"},
            states.FAILED,
        ),
    ],
)
def test_a_task_failed_only_if_its_own_program_did(said, expected):
    assert states.task_state(a_task(**said)) == expected


def test_tasks_page_shows_what_runs_and_what_stopped_with_its_reason(client, running):
    running.fails("orders-api")

    page = plain(text_of(client, "/local/services/orders-api/tasks"))

    assert "Tasks that run" in page
    assert "Essential container in task exited, exit code 1" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"status": "RUNNING"}, "runs"),
        ({"status": "RUNNING", "health": "UNHEALTHY"}, "is unhealthy"),
        ({"status": "STOPPED", "exit_code": 3}, "exit code 3"),
        ({"status": "STOPPED"}, "has ended"),
    ],
)
def test_a_sidecar_says_how_it_is(app, said, words):
    facts = {"name": "agent", "status": "RUNNING", "exit_code": None, "reason": "", "image": "agent:1"}
    with app.test_request_context("/"):
        assert container_words(Container(**facts | said)) == words


def test_a_task_on_ec2_says_on_which_instance(client, local, orders):
    local.provision(orders.model_copy(update={"compute": Compute(capacity="ec2")}))
    local.save("orders-api", "A=1\n", message="To begin with")
    local.release("orders-api", "2.13.4", env=1)

    assert f"ap-northeast-1a {INSTANCE}" in plain(text_of(client, "/local/services/orders-api/tasks"))


def test_a_task_on_fargate_asks_for_no_instance(client, running):
    text_of(client, "/local/services/orders-api/tasks")
    assert not any("describe_container_instances" in str(asked) for asked in running.aws.asked)
