"""Healthy tasks of a service stand in Cloud Map, in its registries and its endpoints; MiniStack lists none.

A task runs here once its program is ready, and ends when its checks fail, so the tasks that run are the healthy ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local_cloud.tasks.shims import service_connect
from local_cloud.tasks.shims.settings import find
from local_cloud.tasks.traffic_shift import service_tasks


def install(ecs: Any, cloud_map: Any) -> None:
    _refuse_what_no_registry_takes(ecs, cloud_map)
    _follow_the_tasks(ecs, cloud_map)


def _refuse_what_no_registry_takes(ecs: Any, cloud_map: Any) -> None:
    for action in ("CreateService", "UpdateService"):
        ecs._ACTION_MAP[action] = _refusing(ecs, cloud_map, ecs._ACTION_MAP[action])


def _refusing(ecs: Any, cloud_map: Any, handler: Any) -> Any:
    def checked(data: dict[str, Any]) -> Any:
        before = find(ecs, data) if "service" in data else None
        wanted = data.get("serviceRegistries")
        for registry in wanted or ():
            if reason := _reason(registry, _found(cloud_map, registry["registryArn"])):
                return ecs.error_response_json("InvalidParameterException", reason, 400)
        if before and wanted is not None and wanted != before.get("serviceRegistries"):
            data["forceNewDeployment"] = True
        return handler(data)

    return checked


def _reason(wanted: Mapping[str, Any], registry: Mapping[str, Any] | None) -> str:
    if registry is None:
        return 'The service registry could not be validated. Route 53 error: "ServiceNotFound."'
    has_port = bool(wanted.get("port") or wanted.get("containerPort"))
    if has_port and "SRV" not in _records(registry):
        return "A port was provided but is not required by the specified service registry"
    if not has_port and "SRV" in _records(registry):
        return "A port is required by the specified service registry"
    return ""


def _follow_the_tasks(ecs: Any, cloud_map: Any) -> None:
    sync_targets = ecs._sync_service_targets

    def synced(cluster_name: str, service: dict[str, Any]) -> None:
        sync_targets(cluster_name, service)
        with ecs.resource_lock("cloud-map-instances", service["serviceArn"]):
            service_connect.bring_about(ecs, cloud_map, service)
            tasks = service_tasks.running(ecs, service)
            for registry, port in _registries(cloud_map, service):
                _list(cloud_map, registry, _instances(ecs, service, tasks, cluster_name, port))
            asked = [task for task in tasks if service_tasks.takes_requests(service, task)]
            for endpoint in service.get("_endpoints", {}).values():
                instances = _instances(ecs, service, asked, cluster_name, endpoint["container_port"])
                _list(cloud_map, endpoint["registry"], instances)

    ecs._sync_service_targets = synced


def _registries(cloud_map: Any, service: Mapping[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Ids in Cloud Map, each with the port that is listed in it. DNS answers with all tasks, however requests are
    shifted; Service Connect shifts those that come by its endpoints."""
    for wanted in service.get("serviceRegistries") or ():
        if found := _found(cloud_map, wanted["registryArn"]):
            yield found["Id"], wanted.get("containerPort") or wanted.get("port")


def _instances(
    ecs: Any, service: Mapping[str, Any], tasks: Sequence[Mapping[str, Any]], cluster: str, port: int | None
) -> dict[str, dict[str, str]]:
    """Attributes by task."""
    found = {}
    for task in tasks:
        if address := ecs._task_ip(task):
            found[task["taskArn"].rpartition("/")[2]] = {
                "AWS_INSTANCE_IPV4": address,
                "AVAILABILITY_ZONE": task["availabilityZone"],
                "REGION": ecs.get_region(),
                "ECS_CLUSTER_NAME": cluster,
                "ECS_SERVICE_NAME": service["serviceName"],
                "ECS_TASK_DEFINITION_FAMILY": task["taskDefinitionArn"].rpartition("/")[2].partition(":")[0],
                **({"AWS_INSTANCE_PORT": str(port)} if port else {}),
            }
    return found


def _list(cloud_map: Any, registry: str, wanted: Mapping[str, dict[str, str]]) -> None:
    """Another service's instances stay: only what looks like ours is taken away."""
    known = cloud_map._instances.get(registry, {})
    for task in [it for it, instance in known.items() if "ECS_SERVICE_NAME" in instance["Attributes"]]:
        if task not in wanted:
            cloud_map._deregister_instance({"ServiceId": registry, "InstanceId": task})
    for task, attributes in wanted.items():
        if (known.get(task) or {}).get("Attributes") != attributes:
            cloud_map._register_instance({"ServiceId": registry, "InstanceId": task, "Attributes": attributes})


def _found(cloud_map: Any, arn: str) -> dict[str, Any] | None:
    return next((it for it in cloud_map._services.values() if it["Arn"] == arn), None)


def _records(registry: Mapping[str, Any]) -> set[str]:
    return {record["Type"] for record in (registry.get("DnsConfig") or {}).get("DnsRecords", ())}
