from runtime import running_tasks
from runtime.running_tasks import Used
from tests.runtime.examples import a_task

DEFINITION = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/dev_nightly:3"


def test_tasks_are_added_up_by_service_zone_and_capacity():
    size = {"cpu": 256, "memory_mib": 512, "revision": "r2"}
    found = running_tasks.by_service(
        "dev",
        [
            a_task(zone="1a", capacity="FARGATE", **size),
            a_task(zone="1c", capacity="FARGATE", **size),
            a_task(zone="1c", capacity="FARGATE_SPOT", **size),
            a_task(zone="1c", capacity="FARGATE", status="PENDING", **size),
        ],
    )

    assert found["orders"].by_revision == {"r2": 3}
    assert found["orders"].by_zone == {"1a": 1, "1c": 2}
    assert found["orders"].used == {"fargate": Used(2, 512, 1024), "fargate-spot": Used(1, 256, 512)}


def test_copies_of_runs_count_as_use_of_their_service_and_as_none_of_its_own_tasks():
    copy = a_task(service="", revision=DEFINITION, capacity="slipway-dev-managed", cpu=1024, memory_mib=2048)

    found = running_tasks.by_service("dev", [copy])

    assert found["nightly"].used == {"managed-instances": Used(1, 1024, 2048)}
    assert found["nightly"].by_revision == {}


def test_tasks_that_are_none_of_slipways_have_no_name():
    theirs = [a_task(service="", revision=f"arn:task-definition/{it}:1") for it in ("batch", "dev_orders_definition")]

    assert list(running_tasks.by_service("dev", theirs)) == [""]
