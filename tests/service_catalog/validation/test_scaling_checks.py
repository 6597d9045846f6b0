import pytest

from service_catalog.validation.service_checks import service_faults, service_warnings
from tests.builders import a_service

UP, DOWN = {"above": 80, "add": 2}, {"below": 30, "remove": 1}


def faults(scaling, **changes):
    found = service_faults(a_service(scaling=scaling, **changes))
    return [f"{'.'.join(map(str, it.path))}: {it.message}" for it in found]


def warnings(scaling):
    return [it.message for it in service_warnings(a_service(scaling=scaling))]


def test_steps_up_and_down_are_fine():
    scaling = {"steps": [UP, {"above": 90, "add": 4}, DOWN, {"measure": "memory_percent", "above": 30, "add": 1}]}
    assert (faults(scaling), warnings(scaling)) == ([], [])


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([{"above": 80}], "0: must say above with add, or below with remove"),
        ([{"above": 80, "remove": 1}], "0: must say above with add, or below with remove"),
        ([UP | DOWN], "0: must say above with add, or below with remove"),
        ([UP, {"above": 80, "add": 1}], "1.above: is the line of number 1 already"),
        ([UP, {"below": 80, "remove": 1}], "1.below: must be less than 80, where tasks start again"),
    ],
)
def test_steps_that_aws_would_refuse_or_that_undo_each_other_are_told(steps, expected):
    assert any(it.startswith(f"scaling.steps.{expected}") for it in faults({"steps": steps}))


def test_what_is_held_is_not_moved_by_steps_too():
    assert faults({"cpu_percent": 60, "steps": [UP, DOWN]}) == [
        "scaling.steps.0: moves what scaling.cpu_percent holds already",
        "scaling.steps.1: moves what scaling.cpu_percent holds already",
    ]
    assert faults({"memory_percent": 60, "steps": [UP, DOWN]}) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [(UP, "only start tasks: nothing stops them again"), (DOWN, "only stop tasks: nothing starts more")],
)
def test_steps_of_one_direction_are_hardly_meant_unless_something_else_scales(step, said):
    assert warnings({"steps": [step]}) == [said]
    assert warnings({"memory_percent": 60, "steps": [step]}) == []


def test_requests_are_counted_at_a_load_balancer():
    assert faults({"requests_per_task": 600}) == []
    assert faults({"requests_per_task": 600}, exposure=None) == [
        "scaling.requests_per_task: needs `exposure` by an Application Load Balancer, which counts the requests"
    ]
