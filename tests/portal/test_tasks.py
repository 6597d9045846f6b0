import pytest

from portal.text import states
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
