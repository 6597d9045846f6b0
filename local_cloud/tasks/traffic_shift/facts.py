"""What ECS tells of a deployment that shifts traffic, or that heeds alarms: where it stands, what holds it."""

from collections.abc import Mapping
from typing import Any

from local_cloud.tasks.shims.rollouts import OPEN, Rollout, identity
from local_cloud.tasks.traffic_shift.target_groups import balancers, group_of


def of_deployment(rollout: Rollout, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Members of DescribeServiceDeployments; None for what there is not."""
    return {
        "lifecycleStage": _lifecycle_stage(rollout),
        "lifecycleHookDetails": _hooks(rollout),
        "alarms": _alarms(rollout, configuration),
    }


def resolved(rollout: Rollout) -> dict[str, Any] | None:
    """Which of its two target groups it stands in."""
    found = [
        {
            "targetGroupArn": group_of(it, rollout),
            "productionListenerRule": it["advancedConfiguration"]["productionListenerRule"],
        }
        for it in balancers(rollout)
        if it.get("advancedConfiguration")
    ]
    return {"loadBalancers": found} if found else None


def _lifecycle_stage(rollout: Rollout) -> str | None:
    """There is none for the moments before a step: the one before goes on."""
    position = rollout.get("position")
    if position is None:
        return None
    before_step = "PRODUCTION_TRAFFIC_SHIFT" if position["percent"] else "POST_TEST_TRAFFIC_SHIFT"
    return before_step if position["stage"] == "PRE_PRODUCTION_TRAFFIC_SHIFT" else str(position["stage"])


def hook_id(rollout: Rollout) -> str:
    return f"ecs-pause-{identity(rollout['deployment'])}-{rollout['position']['at']}"


def _hooks(rollout: Rollout) -> list[dict[str, Any]]:
    hook = (rollout.get("position") or {}).get("hook")
    if hook is None or rollout["status"] != "IN_PROGRESS":
        return []
    facts = {"hookId": hook_id(rollout), "targetType": "PAUSE", "status": hook["status"]}
    return [facts | {"expiresAt": hook["expires"], "timeoutAction": hook["otherwise"]}]


def _alarms(rollout: Rollout, configuration: Mapping[str, Any]) -> dict[str, Any] | None:
    wanted = configuration.get("alarms")
    if not wanted:
        return None
    if not wanted.get("enable"):
        return {"status": "DISABLED"}
    monitoring = "MONITORING" if rollout["status"] in OPEN else "MONITORING_COMPLETE"
    rang = rollout.get("rang", [])
    return {
        "status": "TRIGGERED" if rang else monitoring,
        "alarmNames": wanted["alarmNames"],
        "triggeredAlarmNames": rang,
    }


def shares(rollout: Rollout) -> tuple[dict[str, float], dict[str, float]]:
    """Of the requests, what the new and the old service revision get, in percent."""
    position = rollout.get("position")
    if position is None or rollout["status"] not in ("IN_PROGRESS", "SUCCESSFUL"):
        return {}, {}
    production, test = position["percent"], position["test_percent"]
    names = ("requestedProductionTrafficWeight", "requestedTestTrafficWeight")
    mine, others = (production, test), (100 - production, 100 - test)
    return dict(zip(names, mine, strict=True)), dict(zip(names, others, strict=True))
