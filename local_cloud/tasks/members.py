"""Which members of a task definition the local cloud honours: any other is refused, or said in the task's log, but
never ignored. What ECS adds tomorrow stands in no table here, so it is refused. What a target group asks for and
requests here are not is said in the log of its tasks.
"""

import getpass
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Definition = Mapping[str, Any]
FIRELENS = "awsfirelens"
"""The log driver that hands lines to the task's log router."""

CONTAINER = (
    "command dependsOn entryPoint environment environmentFiles essential firelensConfiguration healthCheck image "
    "linuxParameters "
    "logConfiguration mountPoints name portMappings secrets stopTimeout user workingDirectory"
)
TASK = (
    "compatibilities containerDefinitions cpu deregisteredAt executionRoleArn family memory networkMode registeredAt "
    "registeredBy requiresCompatibilities revision runtimePlatform status taskDefinitionArn taskRoleArn volumes"
)
NOTED = {
    "cpu": "is no limit: a process may use what this machine has",
    "dockerLabels": "are seen by nobody",
    "ephemeralStorage": "sets no size: programs share the disk of this machine",
    "memory": "is no limit: a process may use what this machine has",
    "memoryReservation": "reserves nothing",
    "placementConstraints": "leave no choice: everything runs on this machine",
    "readonlyRootFilesystem": "protects nothing: a process may write where its user may",
    "repositoryCredentials": "are not needed: no registry is asked",
    "resourceRequirements": "give no GPU: a process sees what this machine has",
    "startTimeout": "is not used: a start is held for a few seconds",
    "ulimits": "are not set: the limits of this machine apply",
}
"""What runs is none the worse without them."""

_EFS = "efsVolumeConfiguration"
_OF_EFS = ["fileSystemId", "rootDirectory", "transitEncryption", "authorizationConfig"]

URL_OF_A_CHECK = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\$\{?HOST\}?)(?::(\d+))?(/[^\s\"'|;&]*)?")
"""A container's health check is run by asking this URL. No command of a definition is run, nor any shell."""


@dataclass(frozen=True)
class Judgement:
    refused: tuple[str, ...]
    """What the task cannot start for: ``container app sets mountPoints, …``."""
    notes: tuple[str, ...]


def judge(container: Definition, task_definition: Definition, takes_command: bool) -> Judgement:
    """``takes_command``: whether the container's image does."""
    owner = f"container {container['name']}"
    refused, notes = _outside("the task definition", task_definition, TASK)
    more_refused, more_notes = _outside(owner, container, CONTAINER)
    refused, notes = [*refused, *more_refused], [*notes, *more_notes]
    for member, beyond in _LIMITS.items():
        if container.get(member) and (reason := beyond(container, task_definition)):
            refused.append(f"{owner} sets {member}, {reason}")
    if others := _volumes_beyond(task_definition):
        refused.append(f"the task definition sets volumes, whose {', '.join(others)} the local cloud does not have")
    refused += _unprotected(task_definition)
    for member in () if takes_command else ("entryPoint", "command"):
        if container.get(member):
            refused.append(f"{owner} sets {member}, {_TAKES_NO_COMMAND}")
    if (check := container.get("healthCheck")) and not URL_OF_A_CHECK.search(" ".join(check.get("command", []))):
        notes.append("healthCheck is not run: only one that asks a URL of its own container is")
    if container.get("linuxParameters", {}).get("capabilities"):
        notes.append("capabilities are those that the user of this machine has")
    return Judgement(tuple(refused), tuple(notes))


def notes_of_target_group(group: Definition, attributes: Mapping[str, str]) -> Iterator[str]:
    """What of it reaches no program here."""
    version = group.get("ProtocolVersion", "HTTP1")
    if version != "HTTP1":
        checks = ", and its health checks are not asked" if version == "GRPC" else ""
        yield f"the target group's {version} is not spoken: requests come by HTTP/1.1{checks}"
    if group.get("Protocol") == "HTTPS":
        yield "the target group's HTTPS is not spoken: requests come without TLS"
    if int(attributes.get("slow_start.duration_seconds") or 0):
        yield "the target group's slow start is none: a new task gets its full share of requests at once"


_TAKES_NO_COMMAND = "which its image here does not take: it is a sample program (see local_cloud/samples/table.py)"


def _outside(owner: str, given: Definition, honoured: str) -> tuple[list[str], list[str]]:
    """What is refused, and what is noted, of the members that are not honoured. An empty one says nothing."""
    members = sorted(member for member, value in given.items() if value and member not in honoured.split())
    refused = [f"{owner} sets {it}, which the local cloud does not have" for it in members if it not in NOTED]
    return refused, [f"{it} {NOTED[it]}" for it in members if it in NOTED]


def _volumes_beyond(task_definition: Definition) -> list[str]:
    """Directories of this machine are nobody's to mount; those of a task, and of file systems, are made for it."""
    said = [(name, value) for volume in task_definition.get("volumes", ()) for name, value in volume.items()]
    in_file_systems = [value for name, value in said if name == _EFS and value]
    others = {name for name, value in said if value and name not in ("name", _EFS)}
    others |= {f"{_EFS}.{member}" for it in in_file_systems for member in it if member not in _OF_EFS}
    return sorted(others)


def _unprotected(task_definition: Definition) -> Iterator[str]:
    """What ECS refuses as it registers a definition."""
    for volume in task_definition.get("volumes", ()):
        told = volume.get(_EFS) or {}
        through = told.get("authorizationConfig") or {}
        owner = f"the task definition sets {_EFS} of {volume['name']}"
        if through and told.get("transitEncryption") != "ENABLED":
            yield f"{owner}, whose authorizationConfig needs transitEncryption: ENABLED"
        if through.get("accessPointId") and told.get("rootDirectory", "/") != "/":
            yield f"{owner}, whose access point says where it begins: rootDirectory must be / or left out"


def _mount_points(container: Definition, task_definition: Definition) -> str:
    known = {volume["name"] for volume in task_definition.get("volumes", ())}
    unknown = [name for it in container["mountPoints"] if (name := it.get("sourceVolume", "")) not in known]
    return f"and the task has no volume {', '.join(unknown)}" if unknown else ""


def _depends(container: Definition, task_definition: Definition) -> str:
    names = [one["name"] for one in task_definition.get("containerDefinitions", ())]
    unknown = [it["containerName"] for it in container["dependsOn"] if it["containerName"] not in names]
    return f"and the task has no container {', '.join(unknown)}" if unknown else ""


def _linux_parameters(container: Definition, _: Definition) -> str:
    """``initProcessEnabled`` is what happens here anyway: all that a program leaves behind is ended with it."""
    others = sorted(set(container["linuxParameters"]) - {"initProcessEnabled", "capabilities"})
    return f"whose {', '.join(others)} the local cloud does not have" if others else ""


def _firelens(container: Definition, _: Definition) -> str:
    """The rest is what the log router itself is told."""
    configuration = container["firelensConfiguration"]
    if configuration.get("type") != "fluentbit":
        return f"whose type {configuration.get('type')} the local cloud does not have; it has fluentbit"
    others = {**(configuration.get("options") or {})}
    if others.pop("enable-ecs-log-metadata", "true") != "false":
        return (
            "and adds ECS's metadata to each line, which the local cloud does not; say enable-ecs-log-metadata: false"
        )
    return f"whose options {', '.join(sorted(others))} the local cloud does not have" if others else ""


def _log_configuration(container: Definition, task_definition: Definition) -> str:
    configuration = container["logConfiguration"]
    driver = configuration.get("logDriver")
    if driver == FIRELENS:
        return _handed_to_a_router(configuration, task_definition)
    if driver != "awslogs":
        return f"whose driver {driver} the local cloud does not have; it has awslogs and {FIRELENS}"
    return "whose secretOptions the local cloud does not have" if configuration.get("secretOptions") else ""


def _handed_to_a_router(configuration: Definition, task_definition: Definition) -> str:
    if options := sorted(configuration.get("options") or {}):
        return (
            f"whose options {', '.join(options)} the local cloud does not have: what happens to lines its router says"
        )
    routers = [it for it in task_definition.get("containerDefinitions", ()) if it.get("firelensConfiguration")]
    return (
        "" if len(routers) == 1 else f"whose driver needs one container with firelensConfiguration, not {len(routers)}"
    )


def _user(container: Definition, _: Definition) -> str:
    own = {getpass.getuser(), str(os.getuid())}
    user = str(container["user"]).partition(":")[0]
    return "" if user in own else f"and programs of the local cloud run as {getpass.getuser()}"


def _working_directory(container: Definition, _: Definition) -> str:
    directory = container["workingDirectory"]
    return "" if os.path.isdir(directory) else f"and this machine has no directory {directory}"


_LIMITS: Mapping[str, Callable[[Definition, Definition], str]] = {
    "dependsOn": _depends,
    "firelensConfiguration": _firelens,
    "linuxParameters": _linux_parameters,
    "logConfiguration": _log_configuration,
    "mountPoints": _mount_points,
    "user": _user,
    "workingDirectory": _working_directory,
}
"""Members that are honoured in part: what of a value goes beyond that."""
