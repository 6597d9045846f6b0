"""StopServiceDeployment, which MiniStack does not know: give a rollout up, and go back if so asked."""

from typing import Any

from local_cloud.tasks.shims.deployments import tell
from local_cloud.tasks.shims.rollouts import Rollout, bring_up_to_date, find_rollout, locked


def install(ecs: Any) -> None:
    ecs._ACTION_MAP["StopServiceDeployment"] = lambda data: _stop(ecs, data)


def _stop(ecs: Any, data: dict[str, Any]) -> Any:
    arn, kind = data.get("serviceDeploymentArn", ""), data.get("stopType") or "ROLLBACK"
    service, rollout = find_rollout(ecs, arn)
    if service is None or rollout is None:
        return ecs.error_response_json("ServiceDeploymentNotFoundException", "Service deployment not found.", 400)
    with locked(ecs, service):
        bring_up_to_date(ecs, service)
        if rollout["status"] not in ("PENDING", "IN_PROGRESS"):
            return ecs.error_response_json("ConflictException", f"The deployment is {rollout['status']}.", 400)
        if kind == "ROLLBACK" and _rollback_target(service, rollout) is None:
            return ecs.error_response_json("InvalidParameterException", "There is no revision to roll back to.", 400)
        rollout["stopped"] = ecs._ts()
        give_up(ecs, service, rollout, "The service deployment was stopped by a user.", goes_back=kind == "ROLLBACK")
    reconcile(ecs, service)
    return ecs.json_response({"serviceDeploymentArn": arn})


def give_up(ecs: Any, service: dict[str, Any], rollout: Rollout, reason: str, *, goes_back: bool) -> None:
    """Whoever calls holds the service's lock, and reconciles when it has let go of it."""
    target = _rollback_target(service, rollout) if goes_back else None
    rollout["given_up"] = True
    _take_back(ecs, service, rollout, reason, target)
    bring_up_to_date(ecs, service)


def reconcile(ecs: Any, service: dict[str, Any]) -> None:
    """MiniStack's scheduler does what is to be done now."""
    cluster = ecs._cluster_name_from_arn(service["clusterArn"])
    key = f"{cluster}/{service['serviceName']}"
    ecs._reconcile_service_tasks(cluster, key)
    ecs._schedule_service_deployment_completion(cluster, key, ecs.get_account_id(), ecs.get_region())


def _rollback_target(service: dict[str, Any], rollout: Rollout) -> dict[str, Any] | None:
    others = (dep for dep in service["deployments"] if dep["id"] != rollout["deployment"])
    return next((dep for dep in others if dep["rolloutState"] == "COMPLETED"), None)


def _take_back(ecs: Any, service: dict[str, Any], rollout: Rollout, reason: str, target: dict[str, Any] | None) -> None:
    """What MiniStack's own circuit breaker does to its deployments, by hand."""
    given_up = next(dep for dep in service["deployments"] if dep["id"] == rollout["deployment"])
    given_up.update(rolloutState="FAILED", rolloutStateReason=reason, desiredCount=0, updatedAt=ecs._iso())
    if target is None:
        return
    given_up["status"] = "ACTIVE"
    target.update(
        status="PRIMARY",
        desiredCount=service["desiredCount"],
        rolloutState="IN_PROGRESS",
        rolloutStateReason="ECS deployment rollback in progress.",
        updatedAt=ecs._iso(),
    )
    service["taskDefinition"] = target["taskDefinition"]
    tell(ecs, service, f"(deployment {given_up['id']}) deployment stopped: rolling back to {target['id']}.")
