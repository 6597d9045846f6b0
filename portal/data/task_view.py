"""One task: what became of it and when, and whether one can get into its containers."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.context import portal
from portal.data import service_view
from portal.data.aged import Aged
from portal.data.service_facts import ServiceFacts
from runtime.aws.ecs_tasks import Container, Task
from runtime.exec_preflight import ExecAsked, Finding, preflight
from service_catalog import naming
from service_catalog.model import Environment
from service_catalog.problems import CatalogError


@dataclass(frozen=True)
class WayIn:
    """Into one container, by ECS Exec."""

    container: Container
    command: str
    findings: Sequence[Finding]
    """What it takes, as far as one can see; none on the local cloud, where there is no such thing"""

    @property
    def is_open(self) -> bool:
        return all(it.passed for it in self.findings)


@dataclass(frozen=True)
class TaskView:
    reading: Aged[Task | None]
    task: Task
    ways_in: Sequence[WayIn]


def of(environment: str, service: str, task_id: str, facts: ServiceFacts) -> TaskView | None:
    """None for a task that ECS does not know, or of another service."""
    gateway = portal().gateways(environment).tasks
    now, fresh = portal().settings.now, service_view.FRESH_SECONDS
    reading = portal().tasks.get((environment, service, task_id), lambda: gateway.find(service, task_id), now, fresh)
    if reading.value is None:
        return None
    ways = [
        _way_in(environment, reading.value, it, _asked(environment, service, facts))
        for it in reading.value.containers
        if it.name != naming.LOG_ROUTER
    ]
    return TaskView(reading, reading.value, ways)


def _way_in(environment: str, task: Task, container: Container, asked: ExecAsked) -> WayIn:
    where = portal().catalog.environment(environment)
    found = [] if environment == naming.LOCAL else preflight(asked, task, container)
    return WayIn(container, command(where, task, container), found)


def command(where: Environment, task: Task, container: Container) -> str:
    """What opens a shell in it."""
    return (
        f"aws ecs execute-command --region {where.region} --cluster {naming.cluster(where.name)} --task {task.id}"
        f" --container {container.name} --interactive --command /bin/sh"
    )


def _asked(environment: str, service: str, facts: ServiceFacts) -> ExecAsked:
    provisioned = facts.provisioned_entry
    try:
        in_catalog = portal().catalog.service(service, environment).exec
    except CatalogError:
        in_catalog = False
    return ExecAsked(in_catalog, provisioned is not None and provisioned.exec)
