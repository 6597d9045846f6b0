"""From a task definition to what each container gets: the part of ECS that runs beside the tasks.

The shapes are ECS's own: a container definition, a service's ``loadBalancers``, ELB's target group.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from local_cloud import log_router
from local_cloud.log_router import files
from local_cloud.log_router.configuration import NotKnown
from local_cloud.log_router.pipeline import Pipeline
from local_cloud.tasks.container import Wanted
from local_cloud.tasks.environment import CannotStart, ReadObject, ReadParameter, ReadSecret, from_files, from_secrets
from local_cloud.tasks.health import Check
from local_cloud.tasks.images import ImageTable, NoSuchImage
from local_cloud.tasks.members import FIRELENS, URL_OF_A_CHECK, judge, notes_of_target_group
from local_cloud.tasks.start_order import conditions
from local_cloud.tasks.volumes import Volumes


class TargetGroup(NamedTuple):
    port: int
    """The container's, at which it is registered"""
    group: Mapping[str, Any]
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class Sources:
    """How the things that a definition refers to are read."""

    read_object: ReadObject
    read_parameter: ReadParameter
    read_secret: ReadSecret
    log_group_exists: Callable[[str], bool]
    file_system_directory: Callable[[Mapping[str, Any]], str]
    """Of an ``efsVolumeConfiguration``. Raises CannotStart."""
    target_groups: Callable[[str, str], Sequence["TargetGroup"]]
    """By task ARN and container name, for tasks of a service behind load balancers."""


class Agent:
    def __init__(self, table: ImageTable, sources: Sources, volumes: Volumes):
        self._table = table
        self._sources = sources
        self._volumes = volumes

    def wanted(
        self,
        container: Mapping[str, Any],
        task_definition: Mapping[str, Any],
        task: str,
        image: str,
        env: Mapping[str, str],
        labels: Mapping[str, str],
    ) -> Wanted:
        """``container`` is one of the definition's, with what the run overrides. ``env`` is what the scheduler resolved
        already: plain values, secrets, overrides; all beat the files.

        Raises CannotStart, NoSuchImage.
        """
        found = self._table.find(image)
        judgement = judge(container, task_definition, found.image.takes_command)
        if judgement.refused:
            raise CannotStart(f"ResourceInitializationError: {'; '.join(judgement.refused)}")
        self._check_log_group(container)
        if container.get("firelensConfiguration"):
            self._check_log_router(env)
        ports = [mapping["containerPort"] for mapping in container.get("portMappings", [])]
        groups = self._sources.target_groups(task, container["name"])
        of_groups = [note for it in groups for note in notes_of_target_group(it.group, it.attributes)]
        return Wanted(
            name=container["name"],
            task=task,
            revision=f"{task_definition['family']}:{task_definition['revision']}",
            image=found,
            env=from_files(container.get("environmentFiles", []), self._sources.read_object) | dict(env),
            arguments=(*container.get("entryPoint", ()), *container.get("command", ())),
            working_directory=container.get("workingDirectory") or "/",
            stop_seconds=container.get("stopTimeout"),
            port=ports[0] if ports else None,
            essential=container.get("essential", True),
            awaited=conditions(container["name"], task_definition["containerDefinitions"]),
            checks=_checks(container, groups, ports),
            labels=labels,
            mounts=self._volumes.mounts(container, task, self._in_file_systems(container, task_definition)),
            notes=(*judgement.notes, *of_groups),
            log_router_port=log_router.PORT if _log_driver(container) == FIRELENS else None,
        )

    def secrets(self, definition: Mapping[str, Any]) -> dict[str, str]:
        """Raises CannotStart."""
        read_parameter, read_secret = self._sources.read_parameter, self._sources.read_secret
        return from_secrets(definition.get("secrets", []), read_parameter, read_secret)

    def _in_file_systems(self, container: Mapping[str, Any], task_definition: Mapping[str, Any]) -> dict[str, str]:
        mounted = {point["sourceVolume"] for point in container.get("mountPoints", ())}
        return {
            volume["name"]: self._sources.file_system_directory(configuration)
            for volume in task_definition.get("volumes", ())
            if (configuration := volume.get("efsVolumeConfiguration")) and volume["name"] in mounted
        }

    def _check_log_group(self, definition: Mapping[str, Any]) -> None:
        """MiniStack would run the task and drop what it writes."""
        options = (definition.get("logConfiguration") or {}).get("options") or {}
        is_made = str(options.get("awslogs-create-group", "")).lower() == "true"
        if _log_driver(definition) != "awslogs" or is_made:
            return
        if not self._sources.log_group_exists(options.get("awslogs-group", "")):
            raise CannotStart(
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
                "failed to create Cloudwatch log stream: ResourceNotFoundException: "
                "The specified log group does not exist. : exit status 1"
            )

    def _check_log_router(self, env: Mapping[str, str]) -> None:
        """Its process would end with the same words, in a log that nobody looks at first."""
        try:
            Pipeline(files.of_router(env, self._sources.read_object), {})
        except NotKnown as error:
            raise CannotStart(
                f"ResourceInitializationError: the log router of the local cloud refuses {error}"
            ) from error


def _checks(definition: Mapping[str, Any], groups: Sequence[TargetGroup], ports: Sequence[int]) -> tuple[Check, ...]:
    own = container_check(definition, ports[0] if ports else 80)
    found = [own, *(target_group_check(it.port, it.group) for it in groups)]
    return tuple(check for check in found if check)


def _log_driver(definition: Mapping[str, Any]) -> str:
    return str((definition.get("logConfiguration") or {}).get("logDriver", ""))


def container_check(definition: Mapping[str, Any], port: int) -> Check | None:
    """A ``healthCheck`` that asks a local URL; others are not run."""
    check = definition.get("healthCheck") or {}
    asked = URL_OF_A_CHECK.search(" ".join(check.get("command", [])))
    if not asked:
        return None
    return Check(
        port=int(asked[1] or port),
        path=asked[2] or "/",
        codes=frozenset(range(200, 400)),
        failure="Task failed container health checks",
        interval_seconds=min(5, check.get("interval", 30)),
        timeout_seconds=min(2, check.get("timeout", 5)),
        retries=check.get("retries", 3),
        grace_seconds=min(1, check.get("startPeriod", 0)),
        is_containers_own=True,
    )


def target_group_check(port: int, group: Mapping[str, Any]) -> Check | None:
    """What the load balancer would ask. MiniStack's calls every target healthy."""
    if group.get("HealthCheckProtocol", "HTTP") not in ("HTTP", "HTTPS") or group.get("ProtocolVersion") == "GRPC":
        return None
    asked_port = str(group.get("HealthCheckPort", "traffic-port"))
    return Check(
        port=int(asked_port) if asked_port.isdigit() else port,
        path=group.get("HealthCheckPath") or "/",
        codes=_codes((group.get("Matcher") or {}).get("HttpCode") or "200"),
        failure=f"Task failed ELB health checks in (target-group {group.get('TargetGroupArn', '')})",
        interval_seconds=min(5, float(group.get("HealthCheckIntervalSeconds") or 30)),
        retries=int(group.get("UnhealthyThresholdCount") or 2),
    )


def _codes(matcher: str) -> frozenset[int]:
    """``200``, ``200,204`` or ``200-399``, as ELB writes them."""
    codes: set[int] = set()
    for part in str(matcher).split(","):
        low, _, high = part.strip().partition("-")
        codes.update(range(int(low), int(high or low) + 1))
    return frozenset(codes)


__all__ = ["Agent", "CannotStart", "NoSuchImage", "Sources", "TargetGroup"]
