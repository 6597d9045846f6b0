"""Capacity providers of Managed Instances, which MiniStack does not know: each belongs to one cluster from its start to
its end, without anybody putting it there."""

from collections.abc import Callable, Mapping
from typing import Any

Data = dict[str, Any]

_NO_CLUSTER = "The cluster provided is invalid."
_BOTH = "Specify either an Auto Scaling group provider or a Managed Instances provider."
_OF_ITS_CLUSTER = (
    "Cannot associate Managed Instances capacity provider to clusters using this API. Managed Instances capacity "
    "providers are already associated with the cluster that they were created for."
)
_IN_USE = "The specified capacity provider is in use and cannot be removed."
_NETWORKS = ("awsvpc", "host", None)
_PLACED_BY_ECS = "Placement strategies are not supported with Managed Instances capacity providers."


def install(ecs: Any) -> None:
    for action, wrap in {
        "CreateCapacityProvider": _made,
        "UpdateCapacityProvider": _updated,
        "DeleteCapacityProvider": _deleted,
        "PutClusterCapacityProviders": _put,
        "RegisterTaskDefinition": _registered,
        "CreateService": _placed,
        "UpdateService": _placed,
        "RunTask": _placed,
    }.items():
        ecs._ACTION_MAP[action] = wrap(ecs, ecs._ACTION_MAP[action])


def is_managed(ecs: Any, provider: str) -> bool:
    return "managedInstancesProvider" in (ecs._capacity_providers.get(provider) or {})


def _made(ecs: Any, handler: Any) -> Callable[[Data], Any]:
    def made(data: Data) -> Any:
        wanted = data.get("managedInstancesProvider")
        if not wanted:
            return handler(data)
        cluster = ecs._clusters.get(ecs._resolve_cluster_name(data.get("cluster") or "-"))
        if cluster is None or cluster["status"] != "ACTIVE":
            return _refusal(ecs, _NO_CLUSTER)
        if data.get("autoScalingGroupProvider"):
            return _refusal(ecs, _BOTH)
        answer = handler(data)
        if answer[0] != 200:
            return answer
        provider = ecs._capacity_providers[data["name"]]
        del provider["autoScalingGroupProvider"]
        provider |= {"managedInstancesProvider": wanted, "cluster": cluster["clusterName"]}
        cluster["capacityProviders"] = [*cluster.get("capacityProviders", ()), data["name"]]
        return ecs.json_response({"capacityProvider": ecs._sanitize(provider)})

    return made


def _updated(ecs: Any, handler: Any) -> Callable[[Data], Any]:
    def updated(data: Data) -> Any:
        name = ecs._resolve_capacity_provider_name(data.get("name", ""))
        if is_managed(ecs, name):
            provider = ecs._capacity_providers[name]
            wanted = data.get("managedInstancesProvider") or {}
            provider["managedInstancesProvider"] = _over(provider["managedInstancesProvider"], wanted)
        return handler(data)

    return updated


def _over(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> Data:
    """What an update says nothing of stays."""
    template = before["instanceLaunchTemplate"] | (wanted.get("instanceLaunchTemplate") or {})
    return {**before, **wanted, "instanceLaunchTemplate": template}


def _deleted(ecs: Any, handler: Any) -> Callable[[Data], Any]:
    def deleted(data: Data) -> Any:
        name = ecs._resolve_capacity_provider_name(data.get("capacityProvider", ""))
        if not is_managed(ecs, name):
            return handler(data)
        if name in _used(ecs):
            return _refusal(ecs, _IN_USE)
        for cluster in ecs._clusters.values():
            cluster["capacityProviders"] = [it for it in cluster.get("capacityProviders", ()) if it != name]
        return handler(data)

    return deleted


def _used(ecs: Any) -> set[str]:
    """By services; a name is unique in its account and region."""
    active = (it for it in ecs._services.values() if it["status"] == "ACTIVE")
    return {it["capacityProvider"] for service in active for it in service.get("capacityProviderStrategy") or ()}


def _put(ecs: Any, handler: Any) -> Callable[[Data], Any]:
    def put(data: Data) -> Any:
        wanted = data.get("capacityProviders") or []
        if any(is_managed(ecs, ecs._resolve_capacity_provider_name(it)) for it in wanted):
            return _refusal(ecs, _OF_ITS_CLUSTER)
        cluster = ecs._clusters.get(ecs._resolve_cluster_name(data.get("cluster", "default"))) or {}
        staying = [it for it in cluster.get("capacityProviders", ()) if is_managed(ecs, it)]
        return handler({**data, "capacityProviders": [*wanted, *staying]})

    return put


def _registered(ecs: Any, handler: Any) -> Callable[[Data], Any]:
    def registered(data: Data) -> Any:
        mode = data.get("networkMode")
        if "MANAGED_INSTANCES" in (data.get("requiresCompatibilities") or ()) and mode not in _NETWORKS:
            return ecs.error_response_json(
                "ClientException", f"Networking mode '{mode}' is not supported for MANAGED_INSTANCES.", 400
            )
        return handler(data)

    return registered


def _placed(ecs: Any, handler: Any) -> Callable[[Data], Any]:
    def placed(data: Data) -> Any:
        strategy = data.get("capacityProviderStrategy") or ()
        if data.get("placementStrategy") and any(is_managed(ecs, it["capacityProvider"]) for it in strategy):
            return _refusal(ecs, _PLACED_BY_ECS)
        return handler(data)

    return placed


def _refusal(ecs: Any, message: str) -> Any:
    return ecs.error_response_json("InvalidParameterException", message, 400)
