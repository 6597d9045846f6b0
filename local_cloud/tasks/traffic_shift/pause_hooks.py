"""ContinueServiceDeployment: what holds a deployment at a stage lets go of it, or it goes back."""

from typing import Any

from local_cloud.tasks.shims.rollouts import Rollout, find_rollout, locked
from local_cloud.tasks.shims.stop_deployment import give_up, reconcile
from local_cloud.tasks.traffic_shift.facts import hook_id

_ROLLED_BACK = "A lifecycle hook was answered with ROLLBACK."


def install(ecs: Any) -> None:
    ecs._ACTION_MAP["ContinueServiceDeployment"] = lambda data: _continue(ecs, data)


def _continue(ecs: Any, data: dict[str, Any]) -> Any:
    arn, action = data.get("serviceDeploymentArn", ""), data.get("action") or "CONTINUE"
    service, rollout = find_rollout(ecs, arn)
    if service is None or rollout is None:
        return ecs.error_response_json("ServiceDeploymentNotFoundException", "Service deployment not found.", 400)
    with locked(ecs, service):
        if not _awaits(rollout, data.get("hookId", "")):
            message = "The hook does not exist, or does not await an action."
            return ecs.error_response_json("InvalidParameterException", message, 400)
        position = rollout["position"]
        rollout["position"] = position | {"hook": position["hook"] | {"status": "SUCCEEDED"}}
        if action == "ROLLBACK":
            give_up(ecs, service, rollout, _ROLLED_BACK, goes_back=True)
    if action == "ROLLBACK":
        reconcile(ecs, service)
    return ecs.json_response({"serviceDeploymentArn": arn})


def _awaits(rollout: Rollout, hook: str) -> bool:
    held = (rollout.get("position") or {}).get("hook")
    is_waiting = rollout["status"] == "IN_PROGRESS" and held is not None and held["status"] == "AWAITING_ACTION"
    return is_waiting and hook_id(rollout) == hook
