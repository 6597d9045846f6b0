from typing import Any

import pytest

from local_cloud.tasks.traffic_shift.stages import begun, moved, plan_of

CANARY = {
    "strategy": "CANARY",
    "bakeTimeInMinutes": 5,
    "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 3},
}


def pause(*stages: str, action: str = "ROLLBACK") -> list[dict[str, Any]]:
    timeout = {"timeoutInMinutes": 30, "action": action}
    return [{"targetType": "PAUSE", "lifecycleStages": list(stages), "timeoutConfiguration": timeout}]


def walk(configuration: dict[str, Any], until: float, is_up: bool = True) -> list[tuple[str, float, float]]:
    """Stage, percent and second at which each is reached, with a look every second."""
    plan = plan_of(configuration, minute_seconds=60)
    position = begun(plan, 0)
    seen = [(position["stage"], position["percent"], 0.0)]
    for now in range(int(until) + 1):
        while (move := moved(position, plan, now, is_up)) and not move.ending:
            position = move.position
            seen.append((position["stage"], position["percent"], now))
        if move and move.ending:
            return [*seen, (move.ending, position["percent"], now)]
    return seen


@pytest.mark.parametrize(
    ("configuration", "percents"),
    [
        ({"strategy": "BLUE_GREEN"}, [100]),
        (CANARY, [10, 100]),
        ({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 100.0}}, [100]),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 40.0}}, [40, 80, 100]),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0}}, [50, 100]),
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 33.3}}, [33.3, 66.6, 99.9, 100]),
    ],
)
def test_each_strategy_reaches_all_requests_by_its_own_steps(configuration, percents):
    plan = plan_of(configuration, minute_seconds=60)
    assert [it.percent for it in plan.stages if it.name == "PRODUCTION_TRAFFIC_SHIFT"] == percents


def test_a_canary_bakes_twice_and_then_cleans_up():
    assert walk(CANARY, until=600)[-5:] == [
        ("PRODUCTION_TRAFFIC_SHIFT", 100, 180),
        ("POST_PRODUCTION_TRAFFIC_SHIFT", 100, 180),
        ("BAKE_TIME", 100, 180),
        ("CLEAN_UP", 100, 480),
        ("complete", 100, 480),
    ]


def test_linear_steps_wait_in_between_but_not_after_the_last():
    linear = {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 1}}
    reached = [(percent, now) for stage, percent, now in walk(linear, 100) if stage == "PRODUCTION_TRAFFIC_SHIFT"]
    assert reached == [(50, 0), (100, 60)]
    assert walk(linear, 100)[-1] == ("complete", 100, 60)


def test_no_request_is_shifted_before_the_new_tasks_are_up():
    assert walk(CANARY, until=10_000, is_up=False)[-1] == ("SCALE_UP", 0, 0)


def test_a_pause_before_a_step_holds_before_each_step():
    plan = plan_of(CANARY | {"lifecycleHooks": pause("PRE_PRODUCTION_TRAFFIC_SHIFT")}, minute_seconds=60)
    held = [number for number, stage in enumerate(plan.stages) if stage.name in plan.holds]
    assert [plan.stages[number].percent for number in held] == [0, 10]


@pytest.mark.parametrize(("action", "ending"), [("ROLLBACK", ("roll back", 1800)), ("CONTINUE", ("complete", 1800))])
def test_what_nobody_answers_goes_on_as_the_hook_says(action, ending):
    hooks = pause("POST_PRODUCTION_TRAFFIC_SHIFT", action=action)
    stage, _, now = walk({"strategy": "BLUE_GREEN", "lifecycleHooks": hooks}, until=3600)[-1]
    assert (stage, now) == ending
