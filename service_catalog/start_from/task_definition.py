"""Of a task definition of ECS, as ``aws ecs describe-task-definition`` prints it or as it is registered."""

import json
import re
from collections.abc import Mapping
from typing import Any

from service_catalog.messages import say
from service_catalog.problems import CatalogError, Problem
from service_catalog.start_from.start import Start, groups

_FILE = "task-definition.json"
_CONTAINER = {
    "command": "command",
    "entryPoint": "entry_point",
    "workingDirectory": "working_directory",
    "user": "user",
    "stopTimeout": "stop_seconds",
}
_MADE = {
    "logConfiguration": say("logConfiguration: Slipway makes a log group of its own"),
    "executionRoleArn": say("executionRoleArn: Slipway makes the role, with just what the entry needs"),
    "taskRoleArn": say("taskRoleArn: Slipway makes the role; list what the program may do below `permissions`"),
    "healthCheck": say("healthCheck: the load balancer asks `health.path`; a container's own is `health.command`"),
}
_OF_AWS = {
    *("taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities", "registeredAt"),
    *("registeredBy", "family", "networkMode", "requiresCompatibilities", "tags", "enableFaultInjection"),
}
"""What AWS adds, and what every entry has anyway"""
_SECRET = re.compile(
    r"arn:aws[^:]*:secretsmanager:[^:]*:[^:]*:secret:(?P<name>[^:]+?)(-[A-Za-z0-9]{6})?(:(?P<key>[^:]*).*)?"
)
_PARAMETER = re.compile(r"(?:arn:aws[^:]*:ssm:[^:]*:[^:]*:parameter(?=/))?(?P<name>[A-Za-z0-9_./-]+)")


def read(text: str) -> Start:
    """Raises CatalogError."""
    said = _parsed(text)
    containers = groups(said.get("containerDefinitions"))
    if not containers:
        message = say("holds no container")
        raise CatalogError([Problem(_FILE, "containerDefinitions", message, say("paste the whole definition"))])
    first = next((it for it in containers if it.get("essential", True)), containers[0])
    start = Start({"name": str(said.get("family") or first.get("name") or "")})
    _take_container(start, first)
    start.take_size(_units(said.get("cpu") or first.get("cpu")), _mib(said.get("memory") or first.get("memory")))
    platform = said.get("runtimePlatform")
    if isinstance(platform, dict) and platform.get("cpuArchitecture") == "ARM64":
        start.entry["compute"] = {**start.entry.get("compute", {}), "architecture": "arm64"}
    for other in (it for it in containers if it is not first):
        start.left_out.append(
            say("container %(name)s: list it below `sidecars`, if it is needed", name=other.get("name"))
        )
    _leave_out(start, said, {"containerDefinitions", "cpu", "memory", "runtimePlatform", *_OF_AWS})
    return start


def _parsed(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = say("is not JSON: %(reason)s", reason=str(error))
        raise CatalogError([Problem(_FILE, "", message)]) from error
    inner = said.get("taskDefinition", said) if isinstance(said, dict) else {}
    return inner if isinstance(inner, dict) else {}


def _take_container(start: Start, container: Mapping[str, Any]) -> None:
    start.take_image(str(container.get("image", "")))
    mappings = groups(container.get("portMappings"))
    start.take_ports(it["containerPort"] for it in mappings if isinstance(it.get("containerPort"), int))
    pairs = groups(container.get("environment"))
    start.take_variables({str(it.get("name")): str(it.get("value", "")) for it in pairs})
    for theirs, ours in _CONTAINER.items():
        if container.get(theirs):
            start.entry[ours] = container[theirs]
    if container.get("readonlyRootFilesystem"):
        start.entry["read_only_root"] = True
    if container.get("environmentFiles"):
        start.entry["env_files"] = ["app"]
        start.left_out.append(
            say("environmentFiles: what is in them is pasted into the env file `app`, once it is provisioned")
        )
    secrets = {str(it.get("name")): _secret(str(it.get("valueFrom"))) for it in groups(container.get("secrets"))}
    if secrets:
        start.entry["secrets"] = secrets
    taken = {*_CONTAINER, "name", "image", "portMappings", "environment", "secrets", "readonlyRootFilesystem"}
    _leave_out(start, container, taken | {"environmentFiles", "essential", "cpu", "memory"})


def _secret(place: str) -> dict[str, str]:
    if found := _SECRET.fullmatch(place):
        return {"secretsmanager": found["name"], **({"key": found["key"]} if found["key"] else {})}
    found = _PARAMETER.fullmatch(place)
    return {"ssm": found["name"] if found else place}


def _leave_out(start: Start, said: Mapping[str, Any], taken: set[str]) -> None:
    """Of what says something at all."""
    for field, value in said.items():
        if field in taken or value in (None, "", [], {}, 0, False):
            continue
        if field in _MADE:
            start.left_out.append(_MADE[field])
        else:
            start.leave_out(field)


def _units(said: Any) -> float | None:
    found = re.fullmatch(r"([0-9.]+) *(vcpu)?", str(said or "").lower())
    return float(found[1]) * (1024 if found[2] else 1) if found else None


def _mib(said: Any) -> int | None:
    found = re.fullmatch(r"([0-9.]+) *(gb)?", str(said or "").lower())
    return round(float(found[1]) * (1024 if found[2] else 1)) if found else None
