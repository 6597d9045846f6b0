"""Container definitions, as ECS spells them, in the form in which ECS gives them back.

Nothing is null or empty and lists are in a fixed order: the JSON is compared as text, and any difference is a new
definition that somebody would be asked to release.
"""

from collections.abc import Sequence
from typing import Any

from infra.service_parts import ServiceParts, merged
from service_catalog import naming
from service_catalog.arns import placeholder_reference
from service_catalog.model import Environment, Health, Service, SidecarHealth

_START_PERIOD_MAX = 300


def of_task(service: Service, environment: Environment, parts: ServiceParts) -> list[dict[str, Any]]:
    """containerDefinitions: the service's own program, then what its features put beside it."""
    app = merged(_without_empty(_app(service, environment, parts)), *parts.container_members)
    return [app, *map(_without_empty, parts.containers)]


def _app(service: Service, environment: Environment, parts: ServiceParts) -> dict[str, Any]:
    """With placeholders for what a release decides."""
    settings = [{"name": name, "value": value} for name, value in service.environment.items()]
    own = [_port_mapping(it, parts) for it in (service.port,) if it]
    return {
        "name": naming.CONTAINER,
        "image": placeholder_reference(service.image, environment),
        "essential": True,
        "entryPoint": list(service.entry_point or ()),
        "command": list(service.command or ()),
        "workingDirectory": service.working_directory,
        "user": service.user,
        "stopTimeout": service.stop_seconds,
        "ulimits": _ulimits(service),
        "linuxParameters": _linux(service),
        "readonlyRootFilesystem": service.read_only_root or None,
        "portMappings": [*own, *parts.port_mappings],
        "environment": _by_name([*settings, *parts.environment]),
        # ECS lets the first file win, so this order is the catalog's.
        "environmentFiles": list(parts.environment_files),
        "secrets": _by_name(parts.secrets),
        "mountPoints": list(parts.mount_points),
        "healthCheck": health_check(service.health),
    }


def _port_mapping(port: int, parts: ServiceParts) -> dict[str, Any]:
    """Mapped and named whether or not anything leads to it: a service that gets exposed or discovered later keeps the
    revision that runs, of which ECS then asks for the port or its name."""
    usual = {"protocol": "tcp", "appProtocol": "http"}
    mapping = {"name": naming.PORT_NAME, "containerPort": port, "hostPort": port}
    return _without_empty(mapping | usual | merged(*parts.port_members))


def _ulimits(service: Service) -> list[dict[str, Any]]:
    limits = sorted(service.ulimits.items())
    return [{"name": name, "softLimit": it.soft, "hardLimit": it.hard} for name, it in limits]


def _linux(service: Service) -> dict[str, Any]:
    capabilities = {"add": list(service.capabilities.add), "drop": list(service.capabilities.drop)}
    found = {"initProcessEnabled": service.init_process or None, "capabilities": _without_empty(capabilities)}
    return _without_empty(found)


def health_check(health: Health | SidecarHealth) -> dict[str, Any] | None:
    if health.command is None:
        return None
    return {
        "command": list(health.command),
        "interval": health.interval_seconds,
        "timeout": timeout_seconds(health),
        "retries": 2,
        "startPeriod": min(health.grace_seconds, _START_PERIOD_MAX),
    }


def timeout_seconds(health: Health | SidecarHealth) -> int:
    """A check must have answered before the next one starts."""
    return min(5, health.interval_seconds - 1)


def logs_to(log_group: str, region: str) -> dict[str, Any]:
    """The member that sends what the container prints to one log group."""
    options = {
        "awslogs-group": log_group,
        "awslogs-region": region,
        "awslogs-stream-prefix": naming.LOG_STREAM_PREFIX,
    }
    return {"logConfiguration": {"logDriver": "awslogs", "options": options}}


def _without_empty(container: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in container.items() if value not in (None, [], {})}


def _by_name(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: str(entry["name"]))
