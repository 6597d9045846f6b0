from runtime.releases import live
from runtime.releases.ecs_service import live_revision
from tests.record_builders import DEFINITIONS, TEMPLATE, a_provisioned, a_release, an_outcome, limits, revision
from tests.runtime.examples import a_deployment, a_rollout, a_state

SUCCEEDED = an_outcome()
ROLLED_BACK = an_outcome("rolled-back")
NEWER = f"{DEFINITIONS}/dev_orders_definition:2"


def read(revision_number, releases, env=None, provisioned=None):
    return live.read(revision(revision_number), releases, env or {}, provisioned or a_provisioned())


def test_completed_primary_is_live():
    assert live_revision("dev", a_state(a_rollout(4)), []) == revision(4)


def test_primary_in_progress_is_only_the_target():
    state = a_state(a_rollout(5, "IN_PROGRESS"), a_rollout(4, is_primary=False))
    history = [a_deployment("IN_PROGRESS", 5), a_deployment("SUCCESSFUL", 4)]
    assert live_revision("dev", state, history) == revision(4)


def test_while_ecs_rolls_back_the_deployment_before_is_live():
    state = a_state(a_rollout(4, "IN_PROGRESS"))
    history = [a_deployment("ROLLBACK_IN_PROGRESS", 5, back_to=revision(4)), a_deployment("SUCCESSFUL", 4)]
    assert live_revision("dev", state, history) == revision(4)


def test_what_was_rolled_back_to_is_live():
    state = a_state(a_rollout(6, "IN_PROGRESS"))
    history = [
        a_deployment("IN_PROGRESS", 6),
        a_deployment("ROLLBACK_SUCCESSFUL", 5, back_to=revision(4)),
        a_deployment("SUCCESSFUL", 4),
    ]
    assert live_revision("dev", state, history) == revision(4)


def test_what_still_runs_is_live_when_ecs_forgot_its_deployment():
    state = a_state(a_rollout(5, "IN_PROGRESS"), a_rollout(4, is_primary=False))
    assert live_revision("dev", state, [a_deployment("IN_PROGRESS", 5)]) == revision(4)


def test_blanks_are_never_live():
    assert live_revision("dev", a_state(revision=TEMPLATE), [a_deployment("SUCCESSFUL", revision=TEMPLATE)]) is None


def test_revision_of_no_release_is_changed_outside():
    found = read(9, [a_release(1, outcome=SUCCEEDED)])
    assert (found.changed_outside, found.release) == (True, None)


def test_newest_release_without_an_outcome_is_arriving():
    found = read(1, [a_release(2), a_release(1, outcome=SUCCEEDED)])
    assert (found.in_progress.number, found.release.number, found.rolled_back) == (2, 1, None)


def test_env_newer_than_the_live_release_is_staged():
    found = read(1, [a_release(1, outcome=SUCCEEDED)], env={"app": 3})
    assert found.staged_env == {"app": 3}


def test_env_that_was_rolled_back_is_not_staged():
    failed = a_release(2, env={"app": 2}, outcome=ROLLED_BACK)
    found = read(1, [failed, a_release(1, outcome=SUCCEEDED)], env={"app": 2})
    assert (found.staged_env, found.rolled_back) == ({}, failed)


def test_env_saved_after_the_rolled_back_one_is_staged_again():
    failed = a_release(2, env={"app": 2}, outcome=ROLLED_BACK)
    assert read(1, [failed, a_release(1, outcome=SUCCEEDED)], env={"app": 3}).staged_env == {"app": 3}


def test_definition_of_no_release_is_staged():
    found = read(1, [a_release(1, outcome=SUCCEEDED)], provisioned=a_provisioned(definition=NEWER))
    assert found.staged_definition


def test_definition_that_was_rolled_back_is_not_staged():
    failed = a_release(2, definition=NEWER, outcome=ROLLED_BACK)
    found = read(1, [failed, a_release(1, outcome=SUCCEEDED)], provisioned=a_provisioned(definition=NEWER))
    assert not found.staged_definition


def test_definition_left_by_a_roll_back_is_not_staged():
    back = a_release(3, kind="roll-back", outcome=SUCCEEDED)
    new = a_release(2, definition=NEWER, outcome=SUCCEEDED)
    found = read(3, [back, new, a_release(1, outcome=SUCCEEDED)], provisioned=a_provisioned(definition=NEWER))
    assert not found.staged_definition


def test_bounds_that_come_back_to_what_they_were_are_staged():
    wider = a_release(2, tasks=limits(1, 9), outcome=SUCCEEDED)
    found = read(2, [wider, a_release(1, outcome=SUCCEEDED)], provisioned=a_provisioned(tasks=limits(1, 2)))
    assert found.staged_definition
