"""Where a release that is given up goes back to decides whether its service may keep tasks."""

import pytest

from runtime.releases.ecs_service import runs_only_placeholders
from tests.record_builders import TEMPLATE, a_release, revision
from tests.runtime.examples import a_deployment, a_rollout, a_state

OUTSIDE = revision(99)


@pytest.mark.parametrize(
    ("said", "base", "expected"),
    [
        (a_deployment("ROLLBACK_IN_PROGRESS", back_to=TEMPLATE), None, True),
        (a_deployment("ROLLBACK_IN_PROGRESS", 2, back_to=revision(1)), 1, False),
        (a_deployment("ROLLBACK_IN_PROGRESS", back_to=OUTSIDE), None, False),
        (a_deployment("ROLLBACK_REQUESTED"), None, False),  # not said yet: what ran may be somebody else's
        (a_deployment("STOPPED"), None, True),  # nothing to go back to
    ],
)
def test_tasks_are_taken_away_only_when_there_is_nothing_to_run(said, base, expected):
    number = 2 if base else 1
    state = a_state(a_rollout(number))
    assert runs_only_placeholders("dev", a_release(number, base=base), said, state) is expected


def test_what_ecs_runs_instead_tells_where_it_went():
    state = a_state(a_rollout(99))
    assert not runs_only_placeholders("dev", a_release(1), a_deployment("ROLLBACK_IN_PROGRESS"), state)
