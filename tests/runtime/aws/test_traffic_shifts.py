from datetime import timedelta
from typing import Any

import pytest

from runtime.aws.traffic_shifts import Pause, TrafficShift, in_alternate, read_shift
from tests.record_builders import NOON

CANARY = {
    "strategy": "CANARY",
    "bakeTimeInMinutes": 5,
    "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 20},
}


def told(stage: str, percent: float | None = None, configuration: dict[str, Any] = CANARY, **more: Any) -> Any:
    weight = {} if percent is None else {"requestedProductionTrafficWeight": percent}
    return {
        "status": "IN_PROGRESS",
        "lifecycleStage": stage,
        "updatedAt": NOON,
        "targetServiceRevision": weight,
        "deploymentConfiguration": configuration,
    } | more


def test_what_shifts_no_requests_has_no_shift():
    assert read_shift(told("SCALE_UP", configuration={"strategy": "ROLLING"})) is None
    assert read_shift(told("SCALE_UP", configuration={})) is None


def test_what_is_over_or_goes_back_has_none_either():
    assert read_shift(told("CLEAN_UP", 100, status="SUCCESSFUL")) is None
    assert read_shift(told("PRODUCTION_TRAFFIC_SHIFT", 10, status="ROLLBACK_IN_PROGRESS")) is None


@pytest.mark.parametrize(
    ("stage", "percent", "step", "minutes"),
    [
        ("RECONCILE_SERVICE", None, "starting", None),
        ("SCALE_UP", None, "starting", None),
        ("POST_SCALE_UP", 0, "checking", None),
        ("PRODUCTION_TRAFFIC_SHIFT", 10, "shifting", 20),
        ("PRODUCTION_TRAFFIC_SHIFT", 100, "shifting", None),
        ("BAKE_TIME", 100, "baking", 5),
        ("CLEAN_UP", 100, "cleaning up", None),
        ("A_STAGE_OF_TOMORROW", 10, "starting", None),
    ],
)
def test_each_stage_is_a_step_with_its_share_and_its_end(stage, percent, step, minutes):
    until = NOON + timedelta(minutes=minutes) if minutes else None
    assert read_shift(told(stage, percent)) == TrafficShift("canary", step, percent or 0, until)


def test_steps_of_a_linear_one_last_as_long_as_it_says():
    linear = {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 25.0, "stepBakeTimeInMinutes": 3}}
    found = read_shift(told("PRODUCTION_TRAFFIC_SHIFT", 50, linear))
    assert found == TrafficShift("linear", "shifting", 50, NOON + timedelta(minutes=3))


def test_a_revision_stands_in_the_alternate_target_group_or_not():
    asked = [{"targetGroupArn": "blue", "advancedConfiguration": {"alternateTargetGroupArn": "green"}}]

    def stands_in(group: str) -> bool:
        resolved = {"loadBalancers": [{"targetGroupArn": group}]}
        return in_alternate({"loadBalancers": asked, "resolvedConfiguration": resolved})

    assert (stands_in("blue"), stands_in("green")) == (False, True)
    assert not in_alternate({"loadBalancers": [{"targetGroupArn": "blue"}]})


def test_what_waits_for_somebody_says_until_when_and_what_comes_then():
    hook = {"hookId": "h1", "targetType": "PAUSE", "expiresAt": NOON, "timeoutAction": "CONTINUE"}
    waiting = read_shift(told("POST_SCALE_UP", 0, lifecycleHookDetails=[hook | {"status": "AWAITING_ACTION"}]))
    answered = read_shift(told("POST_SCALE_UP", 0, lifecycleHookDetails=[hook | {"status": "SUCCEEDED"}]))
    assert waiting
    assert waiting.pause == Pause("h1", NOON, goes_on=True)
    assert answered
    assert answered.pause is None


def test_what_waits_for_somebody_before_its_next_step_does_not_go_on_by_the_clock():
    hook = {"hookId": "h1", "targetType": "PAUSE", "status": "AWAITING_ACTION"}
    found = read_shift(told("PRODUCTION_TRAFFIC_SHIFT", 10, lifecycleHookDetails=[hook]))
    assert found == TrafficShift("canary", "shifting", 10, pause=Pause("h1"))
