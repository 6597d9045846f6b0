"""How a release replaces what runs, as arguments of the ECS service.

What is left out of an update stays as it was, so a service that went back to ``rolling`` says that, too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from service_catalog.model import DEFAULT_BAKE_MINUTES, Canary, Deployment, Linear

_STRATEGIES = {"blue-green": "BLUE_GREEN", "canary": "CANARY", "linear": "LINEAR"}
_STAGES = {
    "before-requests": "POST_SCALE_UP",
    "each-step": "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "after-requests": "POST_PRODUCTION_TRAFFIC_SHIFT",
}
_TESTED = "POST_TEST_TRAFFIC_SHIFT"
"""Once testers reach the new tasks"""
_OTHERWISE = {"roll-back": "ROLLBACK", "continue": "CONTINUE"}
_STOP_THEN_START = (0, 100)
_BESIDE = (100, 200)
"""What ECS keeps to where nobody says otherwise"""


def arguments(deployment: Deployment, may_balance_zones: bool = True) -> dict[str, Any]:
    minimum, maximum = _percents(deployment)
    return {
        "deployment_circuit_breaker": {"enable": True, "rollback": True},
        "deployment_minimum_healthy_percent": minimum,
        "deployment_maximum_percent": maximum,
        # Moving tasks between zones starts the new one first, for which there must be room.
        "availability_zone_rebalancing": "ENABLED" if may_balance_zones and maximum > 100 else "DISABLED",
        "deployment_configuration": _configuration(deployment),
    }


def of_daemon() -> dict[str, Any]:
    """On each instance the old task ends before the new one starts, and ECS takes no other wish."""
    return {
        "deployment_circuit_breaker": {"enable": True, "rollback": True},
        "deployment_minimum_healthy_percent": 0,
        "availability_zone_rebalancing": "DISABLED",
        "deployment_configuration": {"strategy": "ROLLING", "bake_time_in_minutes": "0"},
    }


def heeding(fields: Sequence[str], alarms: Mapping[str, str]) -> dict[str, Any]:
    """``fields``: of the entry's ``alarms``, those that roll back; ``alarms``: who asked for each of the alarms, by its
    name.

    ECS wants a name also to be told to heed none, so a service without any alarm says nothing.
    """
    named = sorted(name for name, field in alarms.items() if field in fields)
    is_on = bool(named)
    names = named or sorted(alarms)
    return {"alarms": {"alarm_names": names, "enable": is_on, "rollback": is_on}} if names else {}


def _percents(deployment: Deployment) -> tuple[int, int]:
    if deployment.strategy == "recreate":
        return _STOP_THEN_START
    if deployment.shifts_traffic:
        return _BESIDE
    return deployment.minimum_healthy_percent, deployment.maximum_percent


def _configuration(deployment: Deployment) -> dict[str, Any]:
    if not deployment.shifts_traffic:
        return {"strategy": "ROLLING", "bake_time_in_minutes": "0"}
    bake_minutes = DEFAULT_BAKE_MINUTES if deployment.bake_minutes is None else deployment.bake_minutes
    return {
        "strategy": _STRATEGIES[deployment.strategy],
        "bake_time_in_minutes": str(bake_minutes),
        **_steps(deployment),
        **_pause(deployment),
    }


def _pause(deployment: Deployment) -> dict[str, Any]:
    approval = deployment.approval
    if approval is None:
        return {}
    is_tested = deployment.test_listener and approval.stage == "before-requests"
    stage = _TESTED if is_tested else _STAGES[approval.stage]
    timeout = {"timeout_in_minutes": str(approval.timeout_minutes), "action": _OTHERWISE[approval.otherwise]}
    return {
        "lifecycle_hooks": [
            {
                "target_type": "PAUSE",
                "lifecycle_stages": [stage],
                "timeout_configuration": timeout,
            }
        ]
    }


def _steps(deployment: Deployment) -> dict[str, Any]:
    if deployment.strategy == "canary":
        canary = deployment.canary or Canary()
        minutes = str(canary.bake_minutes)
        return {
            "canary_configuration": {"canary_percent": canary.percent, "canary_bake_time_in_minutes": minutes},
        }
    if deployment.strategy == "linear":
        linear = deployment.linear or Linear()
        minutes = str(linear.step_bake_minutes)
        return {"linear_configuration": {"step_percent": linear.step_percent, "step_bake_time_in_minutes": minutes}}
    return {}
