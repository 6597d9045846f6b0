"""Daemon services: one task on each EC2 instance that suits them. MiniStack knows numbers of tasks alone, so such a
service gets the number of its instances, which is followed as these come and go."""

from collections.abc import Mapping
from typing import Any

from local_cloud.instances.fleet import Fleet
from local_cloud.instances.placement import matches
from local_cloud.tasks.shims.settings import find

_NO_COUNT = (
    "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and "
    "try again."
)
_NO_STRATEGY = (
    "Specifying a capacity provider strategy is not supported when you create a service using the DAEMON scheduling "
    "strategy."
)
_NO_PLACEMENT = "The daemon scheduling strategy does not support placement strategies or distinctInstance constraints."


def install(ecs: Any, fleet: Fleet) -> None:
    actions = ecs._ACTION_MAP
    actions["CreateService"] = _made(ecs, actions["CreateService"])
    actions["UpdateService"] = _updated(ecs, fleet, actions["UpdateService"])
    actions["DeleteService"] = _deleted(ecs, actions["DeleteService"])


def is_daemon(service: Mapping[str, Any]) -> bool:
    return service.get("schedulingStrategy") == "DAEMON"


def follow(ecs: Any, fleet: Fleet, cluster: str) -> None:
    """As instances come and go."""
    for key, service in list(ecs._services.items()):
        if not key.startswith(f"{cluster}/") or service["status"] != "ACTIVE" or not is_daemon(service):
            continue
        count = _suitable(ecs, fleet, cluster, service)
        if count != service["desiredCount"]:
            service["desiredCount"] = count
            for deployment in service["deployments"]:
                deployment["desiredCount"] = count
            ecs._reconcile_service_tasks(cluster, key)


def _suitable(ecs: Any, fleet: Fleet, cluster: str, service: Mapping[str, Any]) -> int:
    definition = ecs._task_defs.get(ecs._resolve_td_key(service["taskDefinition"])) or {}
    said = [*(service.get("placementConstraints") or ()), *(definition.get("placementConstraints") or ())]
    expressions = [it["expression"] for it in said if it["type"] == "memberOf"]
    instances = [it for it in fleet.instances(cluster) if not fleet.is_managed(it.provider)]
    return sum(all(matches(it, one.attributes) for it in expressions) for one in instances)


def _made(ecs: Any, handler: Any) -> Any:
    def made(data: dict[str, Any]) -> Any:
        if data.get("schedulingStrategy") != "DAEMON":
            return handler(data)
        problem = _problem(data) or (_NO_STRATEGY if data.get("capacityProviderStrategy") else "")
        if problem:
            return _refusal(ecs, problem)
        return handler({**data, "desiredCount": 0, **_old_before_new(data)})

    return made


def _updated(ecs: Any, fleet: Fleet, handler: Any) -> Any:
    """The number is right from the start: a deployment that wants no task has succeeded as soon as it begins."""

    def updated(data: dict[str, Any]) -> Any:
        service = find(ecs, data) or {}
        if not is_daemon(service):
            return handler(data)
        if problem := _problem(data):
            return _refusal(ecs, problem)
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        told = _old_before_new(data) if "deploymentConfiguration" in data else {}
        count = _suitable(ecs, fleet, cluster, {**service, **data})
        return handler({**data, **told, "desiredCount": count})

    return updated


def _old_before_new(data: Mapping[str, Any]) -> dict[str, Any]:
    """On an instance there is never room for both."""
    said = data.get("deploymentConfiguration") or {}
    return {"deploymentConfiguration": {"minimumHealthyPercent": 0, **said, "maximumPercent": 100}}


def _problem(data: Mapping[str, Any]) -> str:
    if data.get("desiredCount") is not None:
        return _NO_COUNT
    is_chosen = any(it["type"] == "distinctInstance" for it in data.get("placementConstraints") or ())
    return _NO_PLACEMENT if data.get("placementStrategy") or is_chosen else ""


def _deleted(ecs: Any, handler: Any) -> Any:
    def deleted(data: dict[str, Any]) -> Any:
        return handler({**data, "force": True} if is_daemon(find(ecs, data) or {}) else data)

    return deleted


def _refusal(ecs: Any, message: str) -> Any:
    return ecs.error_response_json("InvalidParameterException", message, 400)
