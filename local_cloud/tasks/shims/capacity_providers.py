"""Capacity providers keep what they are told, and ECS refuses what they cannot do; MiniStack takes everything."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local_cloud.tasks.shims.managed_instances import is_managed
from local_cloud.tasks.shims.settings import find

Data = dict[str, Any]
Problem = Callable[[Any, Data], str]

_FARGATE = ("FARGATE", "FARGATE_SPOT")
_UNKNOWN = "The specified capacity provider was not found. Specify a valid name or ARN and try again."
_UNPROTECTED = (
    "The managed termination protection setting for the capacity provider is invalid. To enable managed termination "
    "protection for a capacity provider, the Auto Scaling group must have instance protection from scale in enabled."
)
_IN_USE = "The specified capacity provider is in use and cannot be removed."
_NETWORK = "Network Configuration is not valid for the given networkMode of this task definition."


def install(ecs: Any, groups: Any) -> None:
    actions = ecs._ACTION_MAP
    actions["CreateCapacityProvider"] = _keeping(ecs, actions["CreateCapacityProvider"])
    for action, problem in {
        "CreateCapacityProvider": lambda ecs, data: _unprotected(groups, data),
        "PutClusterCapacityProviders": _put,
        "CreateService": _unsuitable,
        "UpdateService": lambda ecs, data: _unsuitable(ecs, {**(find(ecs, data) or {}), **data}),
        "RunTask": _unsuitable,
    }.items():
        actions[action] = _refusing(ecs, actions[action], problem)


def _refusing(ecs: Any, handler: Any, problem: Problem) -> Any:
    def checked(data: Data) -> Any:
        found = problem(ecs, data)
        return ecs.error_response_json("InvalidParameterException", found, 400) if found else handler(data)

    return checked


def _keeping(ecs: Any, handler: Any) -> Any:
    def kept(data: Data) -> Any:
        answer = handler(data)
        if answer[0] != 200:
            return answer
        provider = ecs._capacity_providers[data["name"]]
        if wanted := data.get("autoScalingGroupProvider"):
            provider["autoScalingGroupProvider"] |= wanted
        return ecs.json_response({"capacityProvider": provider})

    return kept


def _unprotected(groups: Any, data: Data) -> str:
    said = data.get("autoScalingGroupProvider") or {}
    if said.get("managedTerminationProtection") != "ENABLED":
        return ""
    arn = said.get("autoScalingGroupArn")
    group = next((it for it in groups._asgs.values() if it["AutoScalingGroupARN"] == arn), None)
    return _UNPROTECTED if group and not group["NewInstancesProtectedFromScaleIn"] else ""


def _put(ecs: Any, data: Data) -> str:
    wanted = [ecs._resolve_capacity_provider_name(it) for it in data.get("capacityProviders", [])]
    if any(name not in _FARGATE and name not in ecs._capacity_providers for name in wanted):
        return _UNKNOWN
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    used = {
        it["capacityProvider"]
        for key, service in ecs._services.items()
        if key.startswith(f"{cluster}/") and service["status"] == "ACTIVE"
        for it in service.get("capacityProviderStrategy") or ()
    }
    before = set((ecs._clusters.get(cluster) or {}).get("capacityProviders") or ())
    return _IN_USE if used & before - set(wanted) else ""


def _unsuitable(ecs: Any, data: Data) -> str:
    """Where a task definition shall run that was not made for it, or capacity is named that the cluster has not."""
    cluster = ecs._clusters.get(ecs._resolve_cluster_name(data.get("cluster") or data.get("clusterArn") or "default"))
    strategy = [it["capacityProvider"] for it in data.get("capacityProviderStrategy") or ()]
    offered = (cluster or {}).get("capacityProviders") or ()
    if any(name not in _FARGATE and name not in offered for name in strategy):
        return _UNKNOWN
    definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition") or ""))
    if definition is None:
        return ""
    return next(_mismatches(ecs, definition, strategy, data), "")


def _compatibility(ecs: Any, provider: str) -> str:
    """What a definition must be made for to run on it."""
    if provider in _FARGATE:
        return "FARGATE"
    return "MANAGED_INSTANCES" if is_managed(ecs, provider) else "EC2"


def _mismatches(ecs: Any, definition: Mapping[str, Any], strategy: list[str], data: Data) -> Iterator[str]:
    wanted = definition.get("requiresCompatibilities") or ()
    for capacity in sorted({_compatibility(ecs, name) for name in strategy} or {data.get("launchType") or ""}):
        if wanted and capacity and capacity not in wanted:
            yield f"Task definition does not support launch_type {capacity}."
    on_fargate = any(name in _FARGATE for name in strategy) or data.get("launchType") == "FARGATE"
    if on_fargate and (data.get("placementStrategy") or data.get("placementConstraints")):
        yield "Placement strategies and constraints are not supported with FARGATE launch type."
    has_network = bool((data.get("networkConfiguration") or {}).get("awsvpcConfiguration"))
    if has_network and definition.get("networkMode") != "awsvpc":
        yield _NETWORK
