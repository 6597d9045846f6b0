"""Where a deployment stands that shifts requests from the old tasks to the new ones, as ECS tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

Strategy = Literal["blue-green", "canary", "linear"]
Step = Literal["starting", "checking", "shifting", "baking", "cleaning up"]
"""checking: the new tasks are up, and no request but those of testers goes to them"""

_STRATEGIES: Mapping[str, Strategy] = {"BLUE_GREEN": "blue-green", "CANARY": "canary", "LINEAR": "linear"}
_STEPS: Mapping[str, Step] = {
    "POST_SCALE_UP": "checking",
    "TEST_TRAFFIC_SHIFT": "checking",
    "POST_TEST_TRAFFIC_SHIFT": "checking",
    "PRE_PRODUCTION_TRAFFIC_SHIFT": "shifting",
    "PRODUCTION_TRAFFIC_SHIFT": "shifting",
    "POST_PRODUCTION_TRAFFIC_SHIFT": "baking",
    "BAKE_TIME": "baking",
    "CLEAN_UP": "cleaning up",
}


@dataclass(frozen=True)
class Pause:
    """It waits for somebody."""

    hook: str
    """By which ECS knows what waits"""
    until: datetime | None = None
    goes_on: bool = False
    """What happens then: it goes on, or back"""


@dataclass(frozen=True)
class TrafficShift:
    strategy: Strategy
    step: Step
    percent: float = 0
    """Of the requests, what goes to the new tasks"""
    until: datetime | None = None
    """When it goes on by itself, as far as ECS tells since when it stands there"""
    pause: Pause | None = None
    is_tested: bool = False
    """Requests of testers go to the new tasks"""


def read_shift(said: Mapping[str, Any]) -> TrafficShift | None:
    """Of one entry of ``describe_service_deployments()["serviceDeployments"]``; None of one that shifts nothing."""
    configuration = said.get("deploymentConfiguration", {})
    strategy = _STRATEGIES.get(configuration.get("strategy", ""))
    if strategy is None or said["status"] != "IN_PROGRESS":
        return None
    percent = said["targetServiceRevision"].get("requestedProductionTrafficWeight", 0.0)
    stage = said.get("lifecycleStage", "")
    pause = _pause(said)
    until = None if pause else _until(said, configuration, stage, percent)
    is_tested = said["targetServiceRevision"].get("requestedTestTrafficWeight", 0) > 0
    return TrafficShift(strategy, _STEPS.get(stage, "starting"), percent, until, pause, is_tested)


def _pause(said: Mapping[str, Any]) -> Pause | None:
    hooks = (it for it in said.get("lifecycleHookDetails", ()) if it.get("targetType") == "PAUSE")
    waiting = next((it for it in hooks if it.get("status") == "AWAITING_ACTION"), None)
    if waiting is None:
        return None
    return Pause(waiting["hookId"], waiting.get("expiresAt"), waiting.get("timeoutAction") == "CONTINUE")


def in_alternate(said: Mapping[str, Any]) -> bool:
    """Of one entry of ``describe_service_revisions()["serviceRevisions"]``."""
    stands_in = {it["targetGroupArn"] for it in said.get("resolvedConfiguration", {}).get("loadBalancers", [])}
    advanced = (it.get("advancedConfiguration", {}) for it in said.get("loadBalancers", []))
    return any(it.get("alternateTargetGroupArn") in stands_in for it in advanced)


def _until(said: Mapping[str, Any], configuration: Mapping[str, Any], stage: str, percent: float) -> datetime | None:
    since, minutes = said.get("updatedAt"), _bake_minutes(configuration, stage, percent)
    return since + timedelta(minutes=minutes) if since and minutes else None


def _bake_minutes(configuration: Mapping[str, Any], stage: str, percent: float) -> int:
    if stage == "BAKE_TIME":
        return int(configuration.get("bakeTimeInMinutes", 0))
    if stage != "PRODUCTION_TRAFFIC_SHIFT" or percent >= 100:
        return 0
    canary, linear = configuration.get("canaryConfiguration", {}), configuration.get("linearConfiguration", {})
    return int(canary.get("canaryBakeTimeInMinutes") or linear.get("stepBakeTimeInMinutes") or 0)
