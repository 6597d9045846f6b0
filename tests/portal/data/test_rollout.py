"""What the panel of a release on its way says, from plain facts."""

from dataclasses import replace

import pytest

from portal.data import rollout
from portal.data.service_facts import ServiceFacts
from runtime.aws.ecs_services import Breaker
from runtime.aws.traffic_shifts import Pause, TrafficShift
from runtime.releases.live import Live
from runtime.releases.progress import Progress
from service_catalog.records.releases import Contents
from tests.record_builders import NOON, a_release, limits, revision
from tests.runtime.examples import a_task

OLD = Contents("repo/orders-api:1.0.0", {"app": 1}, "definition:1")
NEW = Contents("repo/orders-api:2.0.0", {"app": 2, "flags": 1}, "definition:1")


BEFORE = a_release(1, tasks=limits(2, 4), **vars(OLD))
RELEASE = a_release(2, tasks=limits(2, 4), **vars(NEW))


def task(number, id, **said):
    return a_task(revision=revision(number), id=id, **said)


def a_view(*running, progress=None, stopped=(), before=BEFORE):
    live = Live(release=before, revision=before.revision if before else None, in_progress=RELEASE)
    return ServiceFacts(live=live, running=list(running), stopped=list(stopped), progress=progress)


def starting(wanted=2, **said):
    return Progress("starting", wanted=wanted, **said)


def shown(view: ServiceFacts) -> rollout.Rollout:
    found = rollout.of(view)
    assert found
    return found


def places(view):
    return [(step.title, step.place) for step in shown(view).steps]


def test_nothing_in_progress_has_no_rollout():
    assert rollout.of(ServiceFacts()) is None


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        ((), ["done", "now", "next", "next"]),
        ((task(2, "a", health="UNKNOWN", status="PENDING"),), ["done", "now", "now", "next"]),
        ((task(2, "a"), task(2, "b", health="UNHEALTHY")), ["done", "now", "now", "next"]),
        ((task(2, "a"), task(2, "b"), task(1, "c")), ["done", "done", "done", "now"]),
    ],
)
def test_steps_follow_what_the_new_tasks_do(running, expected):
    assert [place for _title, place in places(a_view(*running, progress=starting()))] == expected


def test_tasks_are_counted_by_their_own_revision():
    it = shown(a_view(task(1, "a"), task(2, "b"), task(2, "c", health="UNHEALTHY"), progress=starting()))

    assert (it.started, it.healthy, it.old, it.wanted) == (2, 1, 1, 2)


@pytest.mark.parametrize(("progress", "wanted"), [(None, 2), (starting(0), 2), (starting(3), 3)])
def test_wanted_tasks_are_ecs_s_own_number_else_the_release_s_minimum(progress, wanted):
    assert shown(a_view(progress=progress)).wanted == wanted


def test_failed_tasks_are_what_the_breaker_counted_else_those_that_are_seen():
    failed = task(2, "a", status="STOPPED", stop_code="EssentialContainerExited")

    assert shown(a_view(stopped=[failed], progress=starting())).failed == 1
    assert shown(a_view(stopped=[failed], progress=starting(breaker=Breaker("MONITORING", 3, 5)))).failed == 3


@pytest.mark.parametrize(
    ("view", "left"),
    [
        (a_view(progress=starting(breaker=Breaker("MONITORING", 1, 3))), 2),
        (a_view(progress=starting(breaker=Breaker("MONITORING", 3, 3))), None),
        (a_view(progress=starting(breaker=Breaker("MONITORING", 0, 0))), None),
        (a_view(progress=starting()), None),
        (a_view(before=None, progress=starting(breaker=Breaker("MONITORING", 1, 3))), None),
        (a_view(progress=Progress("rolling back", breaker=Breaker("TRIGGERED", 1, 3))), None),
    ],
)
def test_failures_left_are_told_only_where_ecs_would_go_back(view, left):
    assert shown(view).failures_left == left


@pytest.mark.parametrize(
    ("before", "target"), [(BEFORE, "to 1.0.0 + env v1"), (None, "There is nothing to roll back to")]
)
def test_release_that_goes_back_says_where_to(before, target):
    view = a_view(progress=Progress("rolling back", breaker=Breaker("TRIGGERED", 3, 3)), before=before)

    steps = shown(view).steps

    assert [(step.title, step.shown.word, step.text) for step in steps[1:]] == [
        ("Start new tasks", "Given up", "3 failed"),
        ("Rolling back", "Now", target),
    ]


@pytest.mark.parametrize(
    ("step", "percent", "expected"),
    [
        ("starting", 0, ["done", "now", "now", "next", "next", "next"]),
        ("checking", 0, ["done", "done", "done", "now", "next", "next"]),
        ("shifting", 10, ["done", "done", "done", "now", "next", "next"]),
        ("baking", 100, ["done", "done", "done", "done", "now", "next"]),
        ("cleaning up", 100, ["done", "done", "done", "done", "done", "now"]),
    ],
)
def test_requests_are_shifted_between_healthy_and_drained(step, percent, expected):
    shift = TrafficShift("canary", step, percent, NOON)
    view = a_view(task(2, "a", health="UNKNOWN", status="PENDING"), progress=starting(shift=shift))
    assert [place for _title, place in places(view)] == expected


def test_the_share_of_the_requests_is_told_with_its_end():
    view = a_view(progress=starting(shift=TrafficShift("canary", "shifting", 2.5, NOON)))
    [step] = [step for step in shown(view).steps if step.title == "Shift requests"]
    assert (step.text, step.until) == ("2.5 % go to the new tasks", NOON)


def test_what_is_to_come_is_shown_before_ecs_tells_of_it():
    release = RELEASE.model_copy(update={"entry": {"deployment": {"strategy": "linear"}}})
    view = replace(a_view(), live=Live(in_progress=release))
    assert ("Shift requests", "next") in places(view)


def test_bars_never_pass_their_end():
    view = a_view(task(2, "a"), task(2, "b"), task(2, "c"), progress=starting(2))

    assert [(step.bar.done, step.bar.of) for step in shown(view).steps if step.bar] == [(2, 2), (2, 2)]


def test_release_of_no_limits_wants_no_count():
    view = replace(a_view(), live=Live(in_progress=RELEASE.model_copy(update={"tasks": None})))

    assert shown(view).wanted == 0


@pytest.mark.parametrize(
    ("stage", "step", "waits", "expected"),
    [
        ("before-requests", "starting", False, ["next", "next", "next"]),
        ("before-requests", "checking", True, ["now", "next", "next"]),
        ("before-requests", "shifting", False, ["done", "now", "next"]),
        ("each-step", "checking", True, ["now", "next", "next"]),
        ("each-step", "shifting", False, ["next", "now", "next"]),
        ("each-step", "shifting", True, ["now", "next", "next"]),
        ("each-step", "baking", False, ["done", "done", "now"]),
        ("after-requests", "baking", True, ["done", "now", "next"]),
        ("after-requests", "cleaning up", False, ["done", "done", "done"]),
    ],
)
def test_approval_is_a_step_between_those_that_it_holds(stage, step, waits, expected):
    shift = TrafficShift("blue-green", step, 0, pause=Pause("h1", NOON) if waits else None)
    view = a_view(task(2, "a"), task(2, "b"), progress=starting(shift=shift))
    release = RELEASE.model_copy(update={"entry": {"deployment": {"approval": {"stage": stage}}}})
    steps = shown(replace(view, live=replace(view.live, in_progress=release))).steps[3:-1]
    titles = ["Approval", "Shift requests", "Bake"]
    if stage == "after-requests":
        titles = ["Shift requests", "Approval", "Bake"]
    assert [it.title for it in steps] == titles
    assert [it.place for it in steps] == expected
    approval = next(it for it in steps if it.title == "Approval")
    assert approval.text == ("It was continued" if approval.place == "done" else "Somebody has to continue it")


def test_a_daemons_tasks_are_replaced_where_the_instances_say_how_many():
    daemon = a_release(2, tasks=None, **vars(NEW))
    live = Live(release=BEFORE, revision=BEFORE.revision, in_progress=daemon)
    view = ServiceFacts(live=live, running=[task(2, "a"), task(1, "b")], progress=starting(wanted=2))

    assert places(view) == [
        ("Register", "done"),
        ("Start new tasks", "now"),
        ("Get healthy", "now"),
        ("Drain old tasks", "next"),
    ]
