"""The tasks of an environment that run now, added up by service: of which revision, in which zone, on which capacity.

Of what the snapshot reads anyway, so this asks AWS nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from runtime.aws import task_definitions
from runtime.aws.ecs_tasks import Task
from service_catalog import naming

Capacity = Literal["fargate", "fargate-spot", "ec2", "managed-instances", "unknown"]
"""As the catalog calls it"""


@dataclass
class Used:
    """What tasks take of one kind of capacity."""

    tasks: int = 0
    cpu: int = 0
    """CPU units; 1024 are one vCPU"""
    memory_mib: int = 0

    def add(self, tasks: int, cpu: int, memory_mib: int) -> None:
        self.tasks, self.cpu, self.memory_mib = self.tasks + tasks, self.cpu + cpu, self.memory_mib + memory_mib

    @classmethod
    def sum(cls, parts: Iterable["Used"]) -> "Used":
        whole = cls()
        for part in parts:
            whole.add(part.tasks, part.cpu, part.memory_mib)
        return whole


@dataclass
class RunningTasks:
    """Of one service."""

    by_revision: Counter[str] = field(default_factory=Counter)
    """Those that its ECS service keeps; copies of runs come and go"""
    by_zone: Counter[str] = field(default_factory=Counter)
    """The same"""
    used: dict[Capacity, Used] = field(default_factory=dict)
    """Copies of runs among them"""


def capacity(environment: str, task: Task) -> Capacity:
    known: dict[str, Capacity] = {
        "FARGATE": "fargate",
        "FARGATE_SPOT": "fargate-spot",
        "EC2": "ec2",
        naming.ec2_capacity_provider(environment): "ec2",
        "MANAGED_INSTANCES": "managed-instances",
        naming.managed_capacity_provider(environment): "managed-instances",
    }
    return known.get(task.capacity, "unknown")


def service_of(environment: str, task: Task) -> str:
    """Whose release it runs; empty for a task that is none of Slipway's."""
    if task.service:
        return task.service
    family = task_definitions.family(task.revision)
    name = family.removeprefix(naming.release_family(environment, ""))
    return "" if name == family or "_" in name else name


def by_service(environment: str, tasks: Iterable[Task]) -> dict[str, RunningTasks]:
    """Of those that run. Under no name: tasks that are none of Slipway's."""
    found: dict[str, RunningTasks] = {}
    for task in tasks:
        if task.status != "RUNNING":
            continue
        its = found.setdefault(service_of(environment, task), RunningTasks())
        its.used.setdefault(capacity(environment, task), Used()).add(1, task.cpu, task.memory_mib)
        if task.service:
            its.by_revision[task.revision] += 1
            its.by_zone[task.zone] += 1
    return found
