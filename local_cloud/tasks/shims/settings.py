"""What a service keeps of its settings: MiniStack drops some on update, and fills in no defaults."""

from typing import Any

_DEFAULTS: dict[str, Any] = {
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
}
_KEPT_UNLESS_SAID = ("alarms", "lifecycleHooks")
"""To take them away ECS wants to be told of none"""
_DROPPED_ON_UPDATE = ("serviceRegistries", "propagateTags", "enableECSManagedTags")


def install(ecs: Any) -> None:
    for action in ("CreateService", "UpdateService"):
        ecs._ACTION_MAP[action] = _keeping(ecs, ecs._ACTION_MAP[action])
    _hide_tags_unless_asked_for(ecs)
    _start_without_waiting_for_emulation(ecs)


def _keeping(ecs: Any, handler: Any) -> Any:
    def kept(data: dict[str, Any]) -> Any:
        service = find(ecs, data)
        if "deploymentConfiguration" in data:
            data["deploymentConfiguration"] = _DEFAULTS | _kept(service) | data["deploymentConfiguration"]
        if service:
            service.update({name: data[name] for name in _DROPPED_ON_UPDATE if name in data})
        return handler(data)

    return kept


def _kept(service: dict[str, Any] | None) -> dict[str, Any]:
    """Nothing of a service that was deleted."""
    before = (service or {}).get("deploymentConfiguration") or {}
    is_there = service is not None and service.get("status") == "ACTIVE"
    return {name: before[name] for name in _KEPT_UNLESS_SAID if name in before} if is_there else {}


def find(ecs: Any, data: dict[str, Any]) -> dict[str, Any] | None:
    """The service that a call is about; None when there is none yet."""
    found: dict[str, Any] | None = ecs._services.get(key_of(ecs, data))
    return found


def key_of(ecs: Any, data: dict[str, Any]) -> str:
    """``cluster/service``, by which MiniStack keeps the service that a call is about."""
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    name, _ = ecs._resolve_service_ref(data.get("service") or data.get("serviceName") or "") or ("", None)
    return f"{cluster}/{name}"


def _hide_tags_unless_asked_for(ecs: Any) -> None:
    """AWS shows a service's tags only when they are included; code that forgets to ask must fail here too."""
    describe_services = ecs._ACTION_MAP["DescribeServices"]

    def describe(data: dict[str, Any]) -> Any:
        status, headers, body = describe_services(data)
        if status != 200 or "TAGS" in data.get("include", []):
            return status, headers, body
        answer = ecs.json.loads(body)
        for service in answer["services"]:
            service.pop("tags", None)
        return ecs.json_response(answer)

    ecs._ACTION_MAP["DescribeServices"] = describe


def _start_without_waiting_for_emulation(ecs: Any) -> None:
    """Given a platform, MiniStack waits to see whether the machine can run it. Samples run on any."""
    build = ecs._build_run_kwargs

    def built(*arguments: Any) -> dict[str, Any]:
        return {name: value for name, value in build(*arguments).items() if name != "platform"}

    ecs._build_run_kwargs = built
