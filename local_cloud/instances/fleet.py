"""The instances of ECS clusters, read off MiniStack's own records each time. ECS brings more when a task finds no room,
and ends an instance that has long been empty.

Runs inside of MiniStack's process, in the account and region of whoever asks.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_cloud.instances import sizes
from local_cloud.instances.placement import Needs, Room
from local_cloud.instances.pools import GroupPool, ManagedPool, Pool

ACTIVE = ("PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING")
DYNAMIC_PORTS = range(32768, 61000)

Task = dict[str, Any]


@dataclass(frozen=True)
class Instance:
    id: str
    """EC2's"""
    cluster: str
    provider: str
    type: str
    zone: str
    registered: str

    @property
    def size(self) -> sizes.Size:
        return sizes.of(self.type)

    @property
    def attributes(self) -> dict[str, str]:
        return {
            "ecs.availability-zone": self.zone,
            "ecs.cpu-architecture": self.size.architecture,
            "ecs.instance-type": self.type,
            "ecs.os-type": "linux",
        }

    def arn(self, ecs: Any) -> str:
        own = uuid.uuid5(uuid.NAMESPACE_OID, f"{self.cluster}/{self.id}").hex
        return f"arn:aws:ecs:{ecs.get_region()}:{ecs.get_account_id()}:container-instance/{self.cluster}/{own}"


class Fleet:
    """``idle_seconds``: how long an instance has to be empty before ECS ends it; a quarter of an hour in AWS."""

    def __init__(
        self, ecs: Any, groups: Any, ec2: Any, idle_seconds: float, clock: Callable[[], float] = time.monotonic
    ):
        self._ecs, self._groups, self._ec2 = ecs, groups, ec2
        self._idle_seconds, self._clock = idle_seconds, clock
        self._empty_since: dict[str, dict[str, float]] = {}
        """By capacity provider and instance"""

    # --- what there is ---

    def instances(self, cluster: str) -> list[Instance]:
        return [instance for name in self.providers(cluster) for instance in self._of_provider(cluster, name)]

    def providers(self, cluster: str) -> list[str]:
        """Those that consist of instances."""
        offered = (self._ecs._clusters.get(cluster) or {}).get("capacityProviders") or ()
        return [name for name in offered if name in self._ecs._capacity_providers]

    def _of_provider(self, cluster: str, name: str) -> Iterator[Instance]:
        for one in self._pool(name).members:
            kind, zone = one.get("InstanceType", "m7i.large"), one["AvailabilityZone"]
            yield Instance(one["InstanceId"], cluster, name, kind, zone, one.get("_launched", self._ecs._iso()))

    def _pool(self, provider: str) -> Pool:
        record = self._ecs._capacity_providers[provider]
        if self.is_managed(provider):
            return ManagedPool(record, self._ec2, self._ecs._iso())
        return GroupPool(record, self._groups)

    def is_managed(self, provider: str) -> bool:
        """By ECS itself, as Managed Instances."""
        return "managedInstancesProvider" in self._ecs._capacity_providers[provider]

    def is_busy(self, id: str) -> bool:
        """Of EC2's id."""
        known = (it for cluster in self._ecs._clusters for it in self.instances(cluster) if it.id == id)
        return any(self.tasks_on(it) for it in known)

    def tasks_on(self, instance: Instance) -> list[Task]:
        arn = instance.arn(self._ecs)
        return [
            task
            for task in list(self._ecs._tasks.values())
            if task.get("containerInstanceArn") == arn and task["lastStatus"] in ACTIVE
        ]

    def room(self, instance: Instance) -> Room:
        size, tasks = instance.size, self.tasks_on(instance)
        taken = [self.needs(task) for task in tasks]
        return Room(
            instance=instance.id,
            zone=instance.zone,
            cpu=size.cpu - sum(it.cpu for it in taken),
            memory_mib=size.memory_mib - sum(it.memory_mib for it in taken),
            gpus=size.gpus - sum(it.gpus for it in taken),
            interfaces=size.interfaces - sum(it.interfaces for it in taken),
            host_ports=frozenset(port for it in taken for port in it.host_ports),
            groups=tuple(task.get("group", "") for task in tasks),
            attributes=instance.attributes,
        )

    def needs(self, task: Mapping[str, Any]) -> Needs:
        """Of a task, or of one that a definition would make."""
        definition = self._ecs._task_defs[self._ecs._resolve_td_key(task["taskDefinitionArn"])]
        containers = definition["containerDefinitions"]
        is_bridge = definition.get("networkMode") == "bridge"
        return Needs(
            cpu=_number(task.get("cpu")) or sum(_number(it.get("cpu")) for it in containers),
            memory_mib=_number(task.get("memory")) or sum(map(_memory, containers)),
            gpus=sum(_gpus(it) for it in containers),
            interfaces=1 if definition.get("networkMode") == "awsvpc" else 0,
            host_ports=tuple(_fixed_ports(containers)) if is_bridge else (),
            architecture=str((definition.get("runtimePlatform") or {}).get("cpuArchitecture", "")).lower(),
        )

    # --- managed scaling ---

    def grow(self, provider: str, needs: Needs) -> bool:
        """One instance more for a task; whether that was possible."""
        return self._pool(provider).grow(needs)

    def shrink(self, cluster: str) -> None:
        """Ends what has long been empty."""
        for provider in self.providers(cluster):
            now = self._clock()
            empty = [it for it in self._of_provider(cluster, provider) if not any(map(self._keeps, self.tasks_on(it)))]
            before = self._empty_since.get(provider, {})
            since = self._empty_since[provider] = {it.id: before.get(it.id, now) for it in empty}
            if idle := {it.id for it in empty if now - since[it.id] >= self._idle_seconds}:
                self._pool(provider).shrink(len(empty), idle)

    def _keeps(self, task: Task) -> bool:
        """Daemons run wherever an instance is, and keep none."""
        _, _, name = task.get("group", "").partition("service:")
        service = self._ecs._services.get(f"{task['clusterArn'].rpartition('/')[2]}/{name}") or {}
        return service.get("schedulingStrategy") != "DAEMON"

    # --- ports ---

    def bindings(self, instance: Instance, container: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Where an instance passes requests on to a container without a network of its own."""
        taken = {bound["hostPort"] for task in self.tasks_on(instance) for bound in bound_ports(task)}
        free = (port for port in DYNAMIC_PORTS if port not in taken)
        return [
            {
                "bindIP": "0.0.0.0",
                "containerPort": mapping["containerPort"],
                "hostPort": mapping.get("hostPort") or next(free),
                "protocol": mapping.get("protocol", "tcp"),
            }
            for mapping in container.get("portMappings", ())
        ]


def bound_ports(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [bound for container in task["containers"] for bound in container.get("networkBindings", ())]


def placed_by(tasks: Iterator[Task]) -> Counter[str]:
    """How many run on each capacity provider."""
    return Counter(task.get("capacityProviderName") or "" for task in tasks)


def _number(said: Any) -> int:
    return int(said) if str(said or "").isdigit() else 0


def _memory(container: Mapping[str, Any]) -> int:
    return _number(container.get("memoryReservation")) or _number(container.get("memory"))


def _gpus(container: Mapping[str, Any]) -> int:
    wanted = container.get("resourceRequirements") or ()
    return sum(int(it["value"]) for it in wanted if it["type"] == "GPU")


def _fixed_ports(containers: list[Mapping[str, Any]]) -> Iterator[int]:
    for container in containers:
        yield from (it["hostPort"] for it in container.get("portMappings", ()) if it.get("hostPort"))
