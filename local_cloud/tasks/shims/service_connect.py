"""Service Connect: MiniStack drops it. A deployment keeps its configuration, so that a roll back brings back the
earlier one; each of a service's endpoints is a service of Cloud Map, and what ECS refuses is refused.

An endpoint stands in ``service["_endpoints"]`` by its discovery name.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local_cloud.tasks.shims.settings import find

Endpoint = dict[str, Any]
"""``registry`` (id in Cloud Map), ``namespace``, ``alias``, ``port``, ``container_port``, ``protocol``, ``since``"""
_MEMBER = "serviceConnectConfiguration"


def install(ecs: Any, cloud_map: Any) -> None:
    for action in ("CreateService", "UpdateService"):
        ecs._ACTION_MAP[action] = _connecting(ecs, cloud_map, ecs._ACTION_MAP[action])


def _connecting(ecs: Any, cloud_map: Any, handler: Any) -> Any:
    def connected(data: dict[str, Any]) -> Any:
        before = find(ecs, data) if "service" in data else None  # one of the same name that was deleted does not count
        known = of(ecs, before) if before else {}
        wanted = data.get(_MEMBER, known)
        definition = _definition(ecs, data.get("taskDefinition") or (before or {}).get("taskDefinition"))
        for code, reason in _refusals(ecs, cloud_map, wanted, definition, before):
            return ecs.error_response_json(code, reason, 400)
        if before:
            data["forceNewDeployment"] = data.get("forceNewDeployment") or wanted != known
            before["_next"] = wanted  # its new deployment is at work before the handler is back
        answer = handler(data)
        if service := find(ecs, data):
            if answer[0] == 200:
                ecs._primary_deployment(service)[_MEMBER] = wanted
            service.pop("_next", None)
            # Of a new service, tasks may run by now that nobody could list under its endpoints.
            ecs._sync_service_targets(ecs._cluster_name_from_arn(service["clusterArn"]), service)
        return answer

    return connected


def of(ecs: Any, service: Mapping[str, Any]) -> dict[str, Any]:
    """As the newest deployment has it; empty for a service without."""
    configuration: dict[str, Any] = (ecs._primary_deployment(service) or {}).get(_MEMBER) or service.get("_next") or {}
    return configuration if configuration.get("enabled") else {}


def bring_about(ecs: Any, cloud_map: Any, service: dict[str, Any]) -> None:
    """Makes the endpoints that its configuration has, and takes the others away. For one at a time."""
    configuration = of(ecs, service) if service["status"] == "ACTIVE" else {}
    wanted = {_discovery_name(it): it for it in configuration.get("services") or ()}
    endpoints = service.setdefault("_endpoints", {})
    for name in endpoints.keys() - wanted.keys():
        cloud_map._delete_service({"Id": endpoints.pop(name)["registry"]})
    namespace = _namespace(cloud_map, configuration.get("namespace", ""))
    mappings = _mappings(_definition(ecs, service["taskDefinition"]))
    for name, said in wanted.items():
        if namespace and said["portName"] in mappings and name not in endpoints:
            mapping = mappings[said["portName"]]
            alias, port = _alias(said, mapping, namespace["Name"])
            asked = {"Name": name, "NamespaceId": namespace["Id"], "Type": "HTTP"}
            made = ecs.json.loads(cloud_map._create_service(asked)[2])["Service"]
            endpoints[name] = {
                "registry": made["Id"],
                "namespace": namespace["Id"],
                "alias": alias,
                "port": port,
                "container_port": mapping["containerPort"],
                "protocol": mapping.get("appProtocol"),
                "since": time.time(),
            }


def in_namespace(ecs: Any, cloud_map: Any, reference: str) -> Iterator[Endpoint]:
    """Those of all services."""
    namespace = _namespace(cloud_map, reference)
    for service in list(ecs._services.values()):
        for endpoint in service.get("_endpoints", {}).values():
            if namespace and endpoint["namespace"] == namespace["Id"]:
                yield endpoint


def _refusals(
    ecs: Any, cloud_map: Any, wanted: Mapping[str, Any], definition: Mapping[str, Any], service: dict[str, Any] | None
) -> Iterator[tuple[str, str]]:
    if not wanted.get("enabled"):
        return
    namespace = _namespace(cloud_map, wanted.get("namespace", ""))
    if namespace is None:
        yield "NamespaceNotFoundException", "The specified namespace wasn't found."
        return
    own, mappings = (service or {}).get("_endpoints", {}), _mappings(definition)
    theirs = [it for it in in_namespace(ecs, cloud_map, namespace["Arn"]) if it not in own.values()]
    for said in wanted.get("services") or ():
        reason = _reason(said, mappings, namespace, own, theirs, cloud_map._services.values())
        if reason:
            yield "InvalidParameterException", reason


def _reason(
    said: Mapping[str, Any],
    mappings: Mapping[str, Mapping[str, Any]],
    namespace: Mapping[str, Any],
    own: Mapping[str, Endpoint],
    theirs: Iterable[Endpoint],
    registries: Iterable[Mapping[str, Any]],
) -> str:
    name, mapping = _discovery_name(said), mappings.get(said["portName"])
    if mapping is None:
        return f"The port name {said['portName']} does not exist in the port mappings of the task definition."
    if len(said.get("clientAliases") or ()) > 1:
        return "A service of a Service Connect configuration takes one client alias at most."
    if name in own and own[name]["protocol"] != mapping.get("appProtocol"):
        return (
            "The following config cannot be changed for a SC service. "
            f"Previous config: applicationProtocol={own[name]['protocol']}, "
            f"current config: applicationProtocol={mapping.get('appProtocol')}"
        )
    alias = _alias(said, mapping, namespace["Name"])
    if alias in [(it["alias"], it["port"]) for it in theirs]:
        return f"The client alias {alias[0]}:{alias[1]} is used by another service in this namespace."
    if name not in own and (namespace["Id"], name) in [(it["NamespaceId"], it["Name"]) for it in registries]:
        return f"The discovery name {name} is used in the namespace {namespace['Name']} already."
    return ""


def _alias(said: Mapping[str, Any], mapping: Mapping[str, Any], namespace: str) -> tuple[str, int]:
    given: Mapping[str, Any] = next(iter(said.get("clientAliases") or ()), {})
    return given.get("dnsName") or f"{_discovery_name(said)}.{namespace}", given.get("port") or mapping["containerPort"]


def _discovery_name(said: Mapping[str, Any]) -> str:
    return str(said.get("discoveryName") or said["portName"])


def _namespace(cloud_map: Any, reference: str) -> dict[str, Any] | None:
    """By its ARN or its name."""
    return next((it for it in cloud_map._namespaces.values() if reference in (it["Arn"], it["Name"])), None)


def _definition(ecs: Any, reference: str | None) -> dict[str, Any]:
    return ecs._task_defs.get(ecs._resolve_td_key(reference or "")) or {}


def _mappings(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Named ports of all its containers."""
    return {
        mapping["name"]: mapping
        for container in definition.get("containerDefinitions", ())
        for mapping in container.get("portMappings", ())
        if mapping.get("name")
    }
