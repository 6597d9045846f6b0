import pytest

from runtime.aws.ecs_tasks import Container
from tests.runtime.examples import a_task


@pytest.mark.parametrize(
    ("codes", "first"),
    [
        ({"app": 1, "agent": 143}, "app"),
        ({"app": 143, "proxy": 1}, "proxy"),
        ({"agent": 0, "app": 0}, "app"),
        ({"app": 137, "agent": 143}, "app"),
    ],
)
def test_a_task_ended_for_the_container_that_ended_badly_by_itself(codes, first):
    task = a_task(containers=tuple(Container(name, "STOPPED", code, "", "") for name, code in codes.items()))
    assert task.ended_first
    assert (task.ended_first.name, task.exit_code) == (first, codes[first])


def test_a_task_that_runs_has_ended_nowhere():
    assert (a_task().ended_first, a_task().exit_code, a_task().beside) == (None, None, [])
