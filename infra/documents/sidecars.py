"""Container definitions of sidecars, as ECS spells them, and what the program gets for having them beside it."""

from collections.abc import Mapping
from typing import Any

from infra.documents import mounts
from infra.documents.containers import health_check, logs_to
from infra.documents.policies import Statement, allow
from service_catalog import naming, sidecars
from service_catalog.arns import placeholder_reference, secret_arn, value_from
from service_catalog.model import Environment, Image, Service, Sidecar


def container(sidecar: Sidecar, service: str, environment: Environment) -> dict[str, Any]:
    """``sidecar`` with what its preset says. Its lines go into the service's log group, in streams of their own."""
    image = sidecar.image or Image(repository="missing")
    preset = sidecars.preset_of(sidecar)
    handed_over = {name: secret for name, secret in sorted(sidecar.secrets.items()) if not secret.retired}
    return {
        "name": sidecar.name,
        "image": placeholder_reference(image, environment),
        "essential": sidecar.essential,
        "entryPoint": list(sidecar.entry_point or ()),
        "command": list(sidecar.command or ()),
        "cpu": sidecar.cpu,
        "memory": sidecar.memory_mib,
        "portMappings": [_port(it, "tcp") for it in sidecar.ports]
        + [_port(it, "udp") for it in (preset.udp_ports if preset else ())],
        "environment": [{"name": name, "value": value} for name, value in sorted(sidecar.environment.items())],
        "secrets": [{"name": name, "valueFrom": value_from(it, environment)} for name, it in handed_over.items()],
        "mountPoints": [mounts.mount_point(it.volume, it.path, read_only=it.read_only) for it in sidecar.mounts],
        "dependsOn": depends_on(sidecar.depends_on),
        "healthCheck": health_check(sidecar.health) if sidecar.health else None,
        "repositoryCredentials": _credentials(image, environment),
        **logs_to(naming.log_group(environment.name, service), environment.region),
    }


def depends_on(awaited: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"containerName": name, "condition": condition.upper()} for name, condition in sorted(awaited.items())]


def variables_of_program(service: Service, environment: Environment) -> list[dict[str, str]]:
    names = {"service": service.name, "environment": environment.name}
    return [{"name": name, "value": value.format(**names)} for _, name, value in sidecars.set_for_program(service)]


def rights(service: Service, environment: Environment) -> list[Statement]:
    """All containers of a task use AWS with its one role."""
    presets = [preset for it in service.sidecars if (preset := sidecars.preset_of(it))]
    return [allow(right.actions, _resources(right, environment)) for preset in presets for right in preset.rights]


def _resources(right: sidecars.Right, environment: Environment) -> list[str]:
    if not right.log_group:
        return ["*"]
    group = environment.arn("logs", f"log-group:{right.log_group}")
    return [group, f"{group}:*"]


def _port(number: int, protocol: str) -> dict[str, Any]:
    return {"containerPort": number, "hostPort": number, "protocol": protocol}


def _credentials(image: Image, environment: Environment) -> dict[str, str] | None:
    return {"credentialsParameter": secret_arn(image.credentials, environment)} if image.credentials else None
