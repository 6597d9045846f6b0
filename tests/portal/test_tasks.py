import pytest

from portal import look
from tests.portal.reading import plain, text_of
from tests.portal.twins import a_failed_task, a_task, revision

STOPPED = {"status": "STOPPED", "health": "UNKNOWN"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, look.HEALTHY),
        ({"health": "UNKNOWN"}, look.RUNNING),
        ({"health": "UNHEALTHY"}, look.FAILING),
        ({"status": "PENDING", "health": "UNKNOWN"}, look.STARTING),
        (STOPPED | {"stop_code": "EssentialContainerExited"}, look.FAILED),
        (STOPPED | {"stop_code": "TaskFailedToStart"}, look.FAILED),
        (STOPPED | {"stop_code": "UserInitiated"}, look.ENDED),
        (STOPPED | {"stop_code": "ServiceSchedulerInitiated"}, look.ENDED),
        (STOPPED | {"stop_code": "SpotInterruption"}, look.ENDED),
        (STOPPED | {"stop_code": "TerminationNotice"}, look.ENDED),
        (
            STOPPED | {"stop_code": "ServiceSchedulerInitiated", "stopped_reason": "Task failed ELB health checks"},
            look.FAILED,
        ),
    ],
)
def test_a_task_failed_only_if_its_own_program_did(said, expected):
    assert look.task_state(a_task("orders-api", revision("orders-api", 1), "ab12", **said)) == expected


def test_tasks_page_shows_what_runs_and_what_stopped_with_its_reason(client, running):
    running.services["orders-api"].stopped = [a_failed_task("orders-api", revision("orders-api", 1))]

    page = plain(text_of(client, "/local/services/orders-api/tasks"))

    assert "Tasks that run" in page
    assert "Essential container in task exited, exit code 1" in page
