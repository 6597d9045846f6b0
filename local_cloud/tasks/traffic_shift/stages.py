"""Through which stages a deployment goes, and when it goes on. Pure; times are in seconds.

Where it stands is a plain dict, kept with the deployment: which stage, since when, and the hook that holds it there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

SHIFTING = ("BLUE_GREEN", "CANARY", "LINEAR")
_DAY_MINUTES = 1440

Position = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    name: str
    percent: float = 0
    """Of the requests, on the new tasks"""
    is_tested: bool = False
    """Whether requests to the test listener reach the new tasks"""
    seconds: float = 0


@dataclass(frozen=True)
class Hold:
    """A hook that pauses a deployment until somebody says how it goes on."""

    seconds: float
    otherwise: str
    """CONTINUE or ROLLBACK"""


@dataclass(frozen=True)
class Plan:
    stages: Sequence[Stage]
    holds: Mapping[str, Hold]
    """By the stage at which they hold"""


@dataclass(frozen=True)
class Move:
    position: Position
    ending: Literal["", "complete", "roll back"] = ""


def shifts_traffic(configuration: Mapping[str, Any]) -> bool:
    return configuration.get("strategy") in SHIFTING


def plan_of(configuration: Mapping[str, Any], minute_seconds: float) -> Plan:
    holds = {
        stage: _hold(hook.get("timeoutConfiguration") or {}, minute_seconds)
        for hook in configuration.get("lifecycleHooks") or ()
        for stage in hook["lifecycleStages"]
    }
    return Plan(_stages(configuration, minute_seconds), holds)


def _hold(timeout: Mapping[str, Any], minute_seconds: float) -> Hold:
    return Hold(timeout.get("timeoutInMinutes", _DAY_MINUTES) * minute_seconds, timeout.get("action", "ROLLBACK"))


def _stages(configuration: Mapping[str, Any], minute_seconds: float) -> list[Stage]:
    found = [Stage(name) for name in ("RECONCILE_SERVICE", "PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP")]
    found += [Stage(name, is_tested=True) for name in ("TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT")]
    percents, minutes_between = _steps(configuration)
    reached = 0.0
    for percent in percents:
        seconds = minutes_between * minute_seconds if percent < 100 else 0
        found.append(Stage("PRE_PRODUCTION_TRAFFIC_SHIFT", reached, True))
        found.append(Stage("PRODUCTION_TRAFFIC_SHIFT", percent, True, seconds))
        reached = percent
    found.append(Stage("POST_PRODUCTION_TRAFFIC_SHIFT", 100, True))
    found.append(Stage("BAKE_TIME", 100, True, configuration.get("bakeTimeInMinutes", 0) * minute_seconds))
    return [*found, Stage("CLEAN_UP", 100, True)]


def _steps(configuration: Mapping[str, Any]) -> tuple[list[float], int]:
    """Which percents are reached, and the minutes between them."""
    if configuration["strategy"] == "CANARY":
        canary = configuration.get("canaryConfiguration") or {}
        return _to_all([canary.get("canaryPercent", 5.0)]), canary.get("canaryBakeTimeInMinutes", 10)
    if configuration["strategy"] == "LINEAR":
        linear = configuration.get("linearConfiguration") or {}
        step = linear.get("stepPercent", 10.0)
        reached = [round(step * number, 1) for number in range(1, int(100 / step) + 1)]
        return _to_all(reached), linear.get("stepBakeTimeInMinutes", 6)
    return [100], 0


def _to_all(percents: list[float]) -> list[float]:
    return [*(it for it in percents if it < 100), 100]


def begun(plan: Plan, now: float) -> Position:
    return _at(plan, 0, now)


def moved(position: Position, plan: Plan, now: float, is_up: bool) -> Move | None:
    """One move on; None while it stays. ``is_up``: all the new tasks are there and well."""
    stage, hook = plan.stages[position["at"]], position["hook"]
    if hook is None and (hold := plan.holds.get(stage.name)):
        opened = {"status": "AWAITING_ACTION", "expires": now + hold.seconds, "otherwise": hold.otherwise}
        return Move(position | {"hook": opened})
    if hook and hook["status"] == "AWAITING_ACTION":
        if now < hook["expires"]:
            return None
        timed_out = position | {"hook": hook | {"status": "TIMED_OUT"}}
        return Move(timed_out, "roll back" if hook["otherwise"] == "ROLLBACK" else "")
    if (stage.name == "SCALE_UP" and not is_up) or now - position["since"] < stage.seconds:
        return None
    if stage.name == "CLEAN_UP":
        return Move(position, "complete")
    return Move(_at(plan, position["at"] + 1, now))


def _at(plan: Plan, place: int, now: float) -> Position:
    stage = plan.stages[place]
    shown = {"stage": stage.name, "percent": stage.percent, "test_percent": 100 if stage.is_tested else 0}
    return {"at": place, "since": now, "hook": None, **shown}
