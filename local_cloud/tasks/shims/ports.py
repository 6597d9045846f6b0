"""ECS refuses a service whose load balancer names a container or a port that the revision lacks; MiniStack takes it,
and nothing ever gets healthy."""

from collections.abc import Mapping
from typing import Any

from local_cloud.tasks.shims.settings import find


def install(ecs: Any) -> None:
    for action, known in (("CreateService", _nothing), ("UpdateService", find)):
        ecs._ACTION_MAP[action] = _refusing(ecs, ecs._ACTION_MAP[action], known)


def _nothing(ecs: Any, data: dict[str, Any]) -> None:
    """A service of this name that was deleted does not count."""


def _refusing(ecs: Any, handler: Any, known: Any) -> Any:
    def checked(data: dict[str, Any]) -> Any:
        wanted = {**(known(ecs, data) or {}), **data}
        definition = ecs._task_defs.get(ecs._resolve_td_key(wanted.get("taskDefinition") or ""))
        for attached in (*(wanted.get("loadBalancers") or ()), *(wanted.get("serviceRegistries") or ())):
            if definition and (reason := _lacking(definition, attached)):
                return ecs.error_response_json("InvalidParameterException", reason, 400)
        return handler(data)

    return checked


def _lacking(definition: Mapping[str, Any], attached: Mapping[str, Any]) -> str:
    """In ECS's own words; empty when the definition has it all."""
    name, port = attached.get("containerName"), attached.get("containerPort")
    if not name:
        return ""
    container = next((one for one in definition["containerDefinitions"] if one["name"] == name), None)
    if container is None:
        return f"The container {name} does not exist in the task definition."
    if port and port not in [mapping["containerPort"] for mapping in container.get("portMappings", ())]:
        return f"The container {name} did not have a container port {port} defined."
    return ""
