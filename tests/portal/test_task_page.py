"""The page of one task: what became of it and when, and the way into its containers."""

import pytest

from service_catalog.catalog import Catalog
from tests.fake_aws.environment import FakeEnvironment
from tests.portal.conftest import ORDERS
from tests.portal.reading import plain, text_of

TASKS = "/local/services/orders-api/tasks"


@pytest.fixture
def dev(catalog: Catalog, aws):
    """orders-api in dev, which is no local cloud; its entry asks for ECS Exec."""
    text = ORDERS.replace("environments: { local: {} }", "exec: true\nenvironments: { local: {}, dev: {} }")
    (catalog.directory / "services" / "orders-api.yaml").write_text(text)
    catalog.update_lock()
    made = FakeEnvironment(aws, catalog.environment("dev"))
    made.push("orders-api", "2.13.4")
    made.provision(catalog.service("orders-api", "dev"))
    made.save("orders-api", "A=1\n")
    made.release("orders-api", "2.13.4", env=1)
    return made


def test_a_task_that_runs_says_when_it_started_and_leads_to_its_log(client, running):
    task = running.tasks("orders-api")[0]
    page = plain(text_of(client, f"{TASKS}/{task}"))

    assert f"Task {task[:8]} Healthy" in page
    assert "Asked for" in page
    assert "Started" in page
    assert "Told to stop" not in page
    assert "1 2.13.4 + env v1" in page


def test_a_task_that_failed_says_what_and_when_and_the_code_in_words(client, running):
    running.fails(
        "orders-api", exit_code=137, container_reason="OutOfMemoryError: Container killed due to memory usage"
    )
    [task] = running.gateways.tasks.stopped("orders-api")

    page = plain(text_of(client, f"{TASKS}/{task.id}"))
    assert "A container without which it does not go on has ended: Essential container in task exited" in page
    assert "exit code 137: killed, it wanted more memory than it has" in page
    assert "Stopped 05:32:08" in page


@pytest.mark.parametrize("task", ["nosuch", "0" * 32])
def test_a_task_that_ecs_does_not_know_is_told_as_that(client, running, task):
    answer = client.get(f"{TASKS}/{task}")
    assert answer.status_code == 404
    assert f"orders-api has no task {task}." in plain(answer.text)


def test_a_task_of_another_service_is_none_of_this_one(client, running, orders):
    running.push("basket", "1.0.0")
    image = orders.image.model_copy(update={"repository": "basket"})
    running.provision(orders.model_copy(update={"name": "basket", "image": image}))
    running.save("basket", "A=1\n")
    running.release("basket", "1.0.0", env=1)

    assert client.get(f"{TASKS}/{running.tasks('basket')[0]}").status_code == 404


def test_restarts_of_the_last_hour_are_counted_on_the_page_of_tasks(client, running):
    running.fails("orders-api")
    assert "1 restart in the last hour: ECS started another task" in plain(text_of(client, TASKS))


def test_the_local_cloud_says_that_it_has_no_exec_and_shows_the_command(client, running):
    page = plain(text_of(client, f"{TASKS}/{running.tasks('orders-api')[0]}"))
    assert "The local cloud has no ECS Exec" in page
    assert "aws ecs execute-command --region ap-northeast-1 --cluster slipway-local" in page


def test_the_command_is_offered_once_nothing_is_in_its_way(client, dev):
    task = dev.tasks("orders-api")[0]
    address = f"/dev/services/orders-api/tasks/{task}"

    page = plain(text_of(client, address))
    assert "the task was started before that" in page
    assert "aws ecs execute-command" not in page

    dev.runs_exec_agents("orders-api")
    dev.aws.passes(seconds=5)
    page = plain(text_of(client, address))
    assert "the agent in the container runs" in page
    assert (
        f"aws ecs execute-command --region ap-northeast-1 --cluster slipway-dev --task {task} --container app"
        " --interactive --command /bin/sh"
    ) in page
    assert "Session Manager plugin" in page
    assert "/slipway/dev/_exec" in page


def test_an_entry_without_exec_says_what_to_write(client, dev, catalog):
    text = ORDERS.replace("local: {} }", "local: {}, dev: {} }")
    (catalog.directory / "services" / "orders-api.yaml").write_text(text)
    dev.provision(catalog.service("orders-api", "dev"))
    dev.aws.passes(seconds=5)

    page = plain(text_of(client, f"/dev/services/orders-api/tasks/{dev.tasks('orders-api')[0]}"))
    assert "the entry does not say exec: true" in page
    assert "aws ecs execute-command" not in page
