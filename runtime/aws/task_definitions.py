"""From the definition with placeholders to what a release runs, and what differs between two definitions, in words.

Dicts here are task definitions as ECS spells them: ``DescribeTaskDefinition`` gives, ``RegisterTaskDefinition`` takes,
and they do not speak quite the same shape.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from runtime.aws.clients import Clients
from runtime.aws.errors import GatewayError
from service_catalog import image_references, naming
from service_catalog.messages import Message, say

log = logging.getLogger(__name__)

Definition = dict[str, Any]

_VERSION = re.compile(r"(?P<file>[^/]+)/v(?P<number>\d{6,})\.env")
_INPUT_MEMBERS = (
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "volumes",
    "placementConstraints",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "ephemeralStorage",
    "runtimePlatform",
    "enableFaultInjection",
)


class DefinitionChange(NamedTuple):
    what: str
    """``cpu``, ``port``, ``secret STRIPE_KEY`` …"""
    old: str
    """Empty for what is new"""
    new: str
    """Empty for what is gone"""

    @property
    def sentence(self) -> Message:
        if not self.old:
            is_shown = self.new != _SET
            return (
                say("%(what)s: %(new)s added", **self._asdict()) if is_shown else say("%(what)s added", what=self.what)
            )
        if not self.new:
            return say("%(what)s removed", what=self.what)
        if self.old == self.new:
            return say("%(what)s changed", what=self.what)
        return say("%(what)s %(old)s → %(new)s", **self._asdict())

    def __str__(self) -> str:
        return self.sentence


class TaskDefinitions:
    def __init__(self, aws: Clients):
        self._aws = aws
        self.describe = lru_cache(maxsize=512)(self._describe)
        """A revision by its ARN, which never changes. Raises Invalid when ECS has no such revision."""

    def register(self, document: Definition, tags: Mapping[str, str], doing: str) -> str:
        """The ARN of the new revision."""
        as_tags = [{"key": key, "value": value} for key, value in tags.items()]
        answer = self._aws.call("ecs", "register_task_definition", doing, **document, tags=as_tags)
        arn: str = answer["taskDefinition"]["taskDefinitionArn"]
        return arn

    def deregister(self, revision: str) -> None:
        """A revision that stays behind does no harm."""
        doing = say("deregistering %(revision)s", revision=revision)
        try:
            self._aws.call("ecs", "deregister_task_definition", doing, taskDefinition=revision)
        except GatewayError as error:
            log.warning("revision left behind revision=%s error=%s", revision, error.code)

    def _describe(self, arn: str) -> Definition:
        doing = say("reading definition %(revision)s", revision=arn.rpartition("/")[2])
        found: Definition = self._aws.call("ecs", "describe_task_definition", doing, taskDefinition=arn)[
            "taskDefinition"
        ]
        return found


def revision_input(definition: Definition, family: str) -> Definition:
    """What ``RegisterTaskDefinition`` takes, of what ``DescribeTaskDefinition`` gave."""
    kept = {member: definition[member] for member in _INPUT_MEMBERS if definition.get(member) not in (None, [], {})}
    return {"family": family, **kept}


def filled(definition: Definition, service: str, image: str, env: Mapping[str, int]) -> Definition:
    """The definition with placeholders filled. An env file that has no version yet is left out: it says nothing."""
    containers = [_filled_container(it, service, image, env) for it in definition["containerDefinitions"]]
    constraints = [
        it for it in definition.get("placementConstraints", ()) if it.get("expression") != naming.NEVER_PLACED
    ]
    placed = {"placementConstraints": constraints} if "placementConstraints" in definition else {}
    return definition | {"containerDefinitions": containers} | placed


def _filled_container(container: Definition, service: str, image: str, env: Mapping[str, int]) -> Definition:
    filled_one = dict(container)
    if image_references.is_placeholder(container["image"]):
        filled_one["image"] = image
    files = [_filled_file(entry, service, env) for entry in container.get("environmentFiles", [])]
    if files:
        filled_one["environmentFiles"] = [entry for entry in files if entry]
    return filled_one


def _filled_file(entry: Mapping[str, str], service: str, env: Mapping[str, int]) -> dict[str, str] | None:
    bucket, _, key = entry["value"].partition("/")
    file = _placeholder_file(service, key)
    if file is None:
        return dict(entry)
    if file not in env:
        return None
    return {"type": entry["type"], "value": f"{bucket}/{naming.env_version_key(service, file, env[file])}"}


def env_files(definition: Definition, service: str) -> list[str]:
    """The env files whose versions a definition leaves blank."""
    keys = (key for container in definition["containerDefinitions"] for key in env_object_keys(container))
    return [file for file in (_placeholder_file(service, key) for key in keys) if file]


def env_object_keys(container: Definition) -> list[str]:
    """Keys in the bucket, of one container."""
    return [entry["value"].partition("/")[2] for entry in container.get("environmentFiles", [])]


def _placeholder_file(service: str, key: str) -> str | None:
    """``env/<service>/<file>/unreleased.env`` → ``<file>``."""
    file = key.removeprefix(naming.env_prefix(service)).partition("/")[0]
    return file if key == naming.unreleased_env_key(service, file) else None


def env_versions(definition: Definition, service: str) -> dict[str, int]:
    """Which versions of the service's env files a filled definition names."""
    keys = (key for container in definition["containerDefinitions"] for key in env_object_keys(container))
    matches = (_VERSION.fullmatch(key.removeprefix(naming.env_prefix(service))) for key in keys)
    return {match["file"]: int(match["number"]) for match in matches if match}


def app_container(definition: Definition) -> Definition:
    return next(it for it in definition["containerDefinitions"] if it["name"] == naming.CONTAINER)


def named_keys(definition: Definition) -> set[str]:
    """Of the app: what its environment and its secrets set, over which no env file wins."""
    apps = [it for it in definition["containerDefinitions"] if it["name"] == naming.CONTAINER]
    return {it["name"] for app in apps for it in [*app.get("environment", []), *app.get("secrets", [])]}


def family(arn: str) -> str:
    """``arn:aws:ecs:…:task-definition/dev_orders-api:7`` → ``dev_orders-api``."""
    return arn.rpartition("/")[2].rpartition(":")[0]


def secret_sources(definition: Definition) -> list[str]:
    """Where the task's secrets are kept, each once."""
    return list(dict.fromkeys(source for _, source in secrets(definition)))


def secrets(definition: Definition) -> list[tuple[Message, str]]:
    """Every secret that ECS reads as a task starts: what people call it, and where its value is kept."""
    return [found for container in definition["containerDefinitions"] for found in _secrets_of(container)]


class MountedFileSystem(NamedTuple):
    volume: str
    file_system_id: str
    access_point_id: str
    is_written: bool


def file_systems(definition: Definition) -> list[MountedFileSystem]:
    """Every directory in EFS that ECS mounts as a task starts."""
    points = [point for container in definition["containerDefinitions"] for point in container.get("mountPoints", ())]
    written = {point["sourceVolume"] for point in points if not point.get("readOnly")}
    return [
        MountedFileSystem(
            volume["name"],
            told["fileSystemId"],
            told.get("authorizationConfig", {}).get("accessPointId", ""),
            volume["name"] in written,
        )
        for volume in definition.get("volumes", ())
        if (told := volume.get("efsVolumeConfiguration"))
    ]


def _secrets_of(container: Definition) -> Iterator[tuple[Message, str]]:
    name = container["name"]
    options = container.get("logConfiguration", {}).get("secretOptions", [])
    for entry in [*container.get("secrets", []), *options]:
        if name == naming.CONTAINER:
            yield say("secret %(name)s", name=entry["name"]), entry["valueFrom"]
        else:
            yield say("secret %(name)s of %(container)s", name=entry["name"], container=name), entry["valueFrom"]
    if credentials := container.get("repositoryCredentials"):
        yield say("registry credentials of %(container)s", container=name), credentials["credentialsParameter"]


def ports(definition: Definition) -> list[int]:
    """Where the service's own container listens."""
    return [mapping["containerPort"] for mapping in app_container(definition).get("portMappings", [])]


def made_for(definition: Definition) -> str:
    """The capacity and the network that it can run with, in ECS's words."""
    return " ".join([*definition.get("requiresCompatibilities", ()), definition.get("networkMode", "")])


# --- what differs -----------------------------------------------------------------------------------------------------

_SET = "set"


def differences(old: Definition, new: Definition) -> list[DefinitionChange]:
    """All but image and env versions, which releases set. Values of ``environment`` are not shown."""
    before, after = _facts(old), _facts(new)
    names = list(dict.fromkeys([*before, *after]))
    changed = [name for name in names if before.get(name) != after.get(name)]
    return [DefinitionChange(name, _shown(before.get(name)), _shown(after.get(name))) for name in changed]


def _facts(definition: Definition) -> dict[str, Any]:
    """A definition as flat facts, by the words that people use for them."""
    members = [member for member in _INPUT_MEMBERS if member != "containerDefinitions"]
    facts: dict[str, Any] = {_TASK_WORDS.get(member, member): definition.get(member) for member in members}
    for container in definition["containerDefinitions"]:
        prefix = "" if container["name"] == naming.CONTAINER else f"sidecar {container['name']}: "
        facts |= {f"{prefix}{name}" if prefix else name: value for name, value in _container_facts(container)}
    return {name: value for name, value in facts.items() if value}


def _container_facts(container: Definition) -> Iterator[tuple[str, Any]]:
    if container["name"] != naming.CONTAINER:
        yield "image", container["image"]
    yield "port", ", ".join(str(mapping["containerPort"]) for mapping in container.get("portMappings", []))
    for key in env_object_keys(container):
        yield say("env file %(file)s", file=key.split("/")[-2] if "/" in key else key), _SET
    for entry in sorted(container.get("environment", []), key=lambda it: it["name"]):
        yield say("variable %(name)s", name=entry["name"]), _Hidden(entry["value"])
    for entry in sorted(container.get("secrets", []), key=lambda it: it["name"]):
        yield say("secret %(name)s", name=entry["name"]), entry["valueFrom"]
    for member in sorted(container.keys() - _TOLD_APART):
        yield _CONTAINER_WORDS.get(member, member), container[member]


_TOLD_APART = {"name", "image", "portMappings", "environmentFiles", "environment", "secrets"}


@dataclass(frozen=True)
class _Hidden:
    value: str


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int) and value is not True:
        return str(value)
    # Structures say that they changed; their text would not fit a line, and a variable's value is nobody's business.
    return _SET


_TASK_WORDS = {
    "runtimePlatform": "architecture",
    "executionRoleArn": "execution role",
    "taskRoleArn": "task role",
    "ephemeralStorage": "ephemeral storage",
}
_CONTAINER_WORDS = {
    "cpu": "container cpu",
    "entryPoint": "entry point",
    "healthCheck": "health check",
    "logConfiguration": "logs",
    "memory": "container memory",
    "mountPoints": "mount points",
    "readonlyRootFilesystem": "read-only root",
    "repositoryCredentials": "registry credentials",
    "stopTimeout": "stop timeout",
    "workingDirectory": "working directory",
}
"""What a member has no word for goes by its own name."""
