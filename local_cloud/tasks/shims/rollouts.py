"""A record of each change of what a service runs: what MiniStack's service deployments would be, if it had any.

They stand in ``service["_rollouts"]``, oldest first (MiniStack never sends underscore names, and persists them). After
every event of its scheduler the newest is brought up to date; what has a final status keeps it, whatever happens to
MiniStack's own deployment afterwards.
"""

import threading
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from local_cloud.tasks.shims.settings import key_of
from local_cloud.tasks.traffic_shift.target_groups import next_turn

Rollout = dict[str, Any]

OPEN = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
KEPT = 100

_changing: dict[str, threading.RLock] = {}
"""By ``cluster/service``: MiniStack inserts a deployment before it sets the count, the load balancers and the
configuration that come with it, so whoever looks in between would record those of before."""


def _change(service_key: str) -> threading.RLock:
    return _changing.setdefault(service_key, threading.RLock())


def install(ecs: Any, changed: Callable[[], None]) -> None:
    for action in ("CreateService", "UpdateService"):
        ecs._ACTION_MAP[action] = _recording(ecs, ecs._ACTION_MAP[action])
    ecs._record_service_task_failure = _following_failures(ecs, changed)
    ecs._complete_service_deployment = _following_completion(ecs, changed)


def _recording(ecs: Any, handler: Any) -> Any:
    def recorded(data: dict[str, Any]) -> Any:
        key = key_of(ecs, data)
        with _change(key):
            answer = handler(data)
            if answer[0] == 200:
                follow(ecs, key)
        return answer

    return recorded


def _following_failures(ecs: Any, changed: Callable[[], None]) -> Any:
    record_failure = ecs._record_service_task_failure

    def recorded(task: dict[str, Any], digest_resolution_failed: bool = False) -> None:
        record_failure(task, digest_resolution_failed)
        cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
        follow(ecs, f"{cluster}/{task.get('group', '').partition(':')[2]}")
        changed()

    return recorded


def _following_completion(ecs: Any, changed: Callable[[], None]) -> Any:
    complete_deployment = ecs._complete_service_deployment

    def completed(cluster_name: str, service_key: str, expected_deployment_id: str | None = None) -> None:
        complete_deployment(cluster_name, service_key, expected_deployment_id)
        follow(ecs, service_key)
        changed()

    return completed


def follow(ecs: Any, service_key: str) -> None:
    if service := ecs._services.get(service_key):
        with _change(service_key), locked(ecs, service):
            _record_new(ecs, service)
            bring_up_to_date(ecs, service)


def _record_new(ecs: Any, service: dict[str, Any]) -> None:
    """A record for each deployment that has none yet. What was open before it has been overtaken."""
    rollouts = service.setdefault("_rollouts", [])
    known = {rollout["deployment"] for rollout in rollouts}
    for deployment in reversed(service["deployments"]):
        if deployment["id"] not in known:
            for rollout in rollouts:
                if rollout["status"] in OPEN:
                    _finish(ecs, rollout, "STOPPED", "A newer service deployment was started.")
            rollouts.append(_new(ecs, service, deployment))
    del rollouts[:-KEPT]


def _new(ecs: Any, service: dict[str, Any], deployment: dict[str, Any]) -> Rollout:
    live = next((dep for dep in service["deployments"] if dep["rolloutState"] == "COMPLETED"), None)
    source = live["id"] if live and live is not deployment else None
    return {
        "deployment": deployment["id"],
        "created": ecs._ts(),
        "status": "IN_PROGRESS",
        "reason": None,
        "finished": None,
        "stopped": None,
        "rollback": None,
        "source": source,
        "turn": next_turn(service, source),
        "configuration": deepcopy(service.get("deploymentConfiguration") or {}),
        "breaker": "MONITORING",
        "failures": 0,
        "revision": {
            name: service.get(name)
            for name in (
                "taskDefinition",
                "launchType",
                "capacityProviderStrategy",
                "platformVersion",
                "networkConfiguration",
                "loadBalancers",
            )
        }
        | {"taskDefinition": deployment["taskDefinition"]},
    }


def configuration_of(rollout: Rollout) -> dict[str, Any]:
    """By which it was begun; empty in what was kept before this was."""
    return rollout.get("configuration") or {}


def bring_up_to_date(ecs: Any, service: dict[str, Any]) -> None:
    rollouts = service.get("_rollouts") or []
    if not rollouts or rollouts[-1]["status"] not in OPEN:
        return
    rollout, primary = rollouts[-1], ecs._primary_deployment(service)
    rollout["failures"] = live_deployment(service, rollout["deployment"]).get("failedTasks", rollout["failures"])
    if primary["id"] == rollout["deployment"]:
        if primary["rolloutState"] == "COMPLETED":
            _finish(ecs, rollout, "SUCCESSFUL", None)
        elif primary["rolloutState"] == "FAILED":  # there is nothing to go back to, or it is not wanted
            _trigger(rollout)
            _finish(ecs, rollout, "STOPPED", primary["rolloutStateReason"])
        return
    _follow_rollback(ecs, service, rollout, primary)


def _follow_rollback(ecs: Any, service: dict[str, Any], rollout: Rollout, primary: dict[str, Any]) -> None:
    failed = next((dep for dep in service["deployments"] if dep["id"] == rollout["deployment"]), None)
    if rollout["rollback"] is None:
        _trigger(rollout)
        reason = failed["rolloutStateReason"] if failed else None
        rollout["rollback"] = {"to": primary["id"], "started": ecs._ts(), "reason": reason}
        rollout["status"], rollout["reason"] = "ROLLBACK_IN_PROGRESS", reason
    if primary["rolloutState"] == "COMPLETED":
        _finish(ecs, rollout, "ROLLBACK_SUCCESSFUL", rollout["rollback"]["reason"])
    elif primary["rolloutState"] == "FAILED":
        _finish(ecs, rollout, "ROLLBACK_FAILED", primary["rolloutStateReason"])


def _trigger(rollout: Rollout) -> None:
    """Unless a person, an alarm or a hook gave it up."""
    if not rollout.get("given_up"):
        rollout["breaker"] = "TRIGGERED"


def _finish(ecs: Any, rollout: Rollout, status: str, reason: str | None) -> None:
    rollout["status"], rollout["reason"], rollout["finished"] = status, reason, ecs._ts()
    if rollout["breaker"] == "MONITORING":
        rollout["breaker"] = "MONITORING_COMPLETE"


def locked(ecs: Any, service: dict[str, Any]) -> Any:
    cluster = ecs._cluster_name_from_arn(service["clusterArn"])
    return ecs.resource_lock("ecs-service", f"{cluster}/{service['serviceName']}")


def find_rollout(ecs: Any, arn: str) -> tuple[dict[str, Any] | None, Rollout | None]:
    """Of a service deployment's ARN or a service revision's: both end in cluster/service/id."""
    *_, cluster, name, wanted = ["", "", *arn.split("/")]
    service = ecs._services.get(f"{cluster}/{name}")
    rollouts = service.get("_rollouts", []) if service else []
    return service, next((one for one in rollouts if identity(one["deployment"]) == wanted), None)


def live_deployment(service: dict[str, Any], deployment: str) -> dict[str, Any]:
    """MiniStack's own deployment; empty when it has forgotten it."""
    return next((dep for dep in service["deployments"] if dep["id"] == deployment), {})


def identity(deployment: str) -> str:
    return deployment.rpartition("/")[2]
