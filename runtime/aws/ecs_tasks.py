"""Tasks: what runs, what stopped, and why. ECS forgets a stopped task after about an hour."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from runtime.aws.batches import batched
from runtime.aws.clients import Clients
from service_catalog import naming
from service_catalog.messages import say

TASKS_AT_ONCE = 100
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f-]{36}")
_TOLD_TO_END = (137, 143)
"""What most programs end with that were told to, because another container of the task had ended"""


@dataclass(frozen=True)
class Container:
    name: str
    status: str
    exit_code: int | None
    reason: str
    image: str
    health: str = "UNKNOWN"
    digest: str = ""
    """Of the image, once it was pulled"""
    exec_agent: str = ""
    """Where the agent of ECS Exec is, in ECS's own word; empty where there is none"""
    exec_agent_reason: str = ""


@dataclass(frozen=True)
class Task:
    id: str
    service: str
    """Empty for a task of no service"""
    revision: str
    """ARN of its task definition: this, and nothing else, says which image and settings it has"""
    status: str
    health: str
    zone: str
    address: str
    created_at: datetime | None
    started_at: datetime | None
    stopped_at: datetime | None
    stop_code: str
    stopped_reason: str
    containers: tuple[Container, ...]
    group: str = ""
    """``service:<name>``, or ``run:<id>`` of a copy in a run"""
    run_copy: int | None = None
    """Which copy of a run it is"""
    container_instance: str = ""
    """ARN of the instance that it runs on, as ECS knows it; empty on Fargate"""
    instance: str = ""
    """The same, as EC2 knows it; only told of the tasks that run of one service"""
    pulled_at: datetime | None = None
    """When its images were there"""
    stopping_at: datetime | None = None
    """When it was told to stop"""
    exec_enabled: bool = False
    """Whether it was started with an agent of ECS Exec in each container"""
    capacity: str = ""
    """Its capacity provider; where it was started without one, its launch type, as ECS says it"""
    cpu: int = 0
    """CPU units of the whole task; 0 where ECS does not tell, as on instances it need not"""
    memory_mib: int = 0

    @property
    def app(self) -> Container | None:
        """The service's own container, beside its sidecars."""
        return next((container for container in self.containers if container.name == naming.CONTAINER), None)

    @property
    def beside(self) -> list[Container]:
        """Its sidecars."""
        return [container for container in self.containers if container.name != naming.CONTAINER]

    @property
    def ended_first(self) -> Container | None:
        """One that ended badly by itself, the service's own before its sidecars; if none did, whichever ended."""
        ended = [it for it in self.containers if it.exit_code is not None]
        ended.sort(key=lambda it: (it.exit_code == 0, it.exit_code in _TOLD_TO_END, it.name != naming.CONTAINER))
        return ended[0] if ended else None

    @property
    def exit_code(self) -> int | None:
        """0 if all containers ended well."""
        return self.ended_first.exit_code if self.ended_first else None


class Tasks:
    def __init__(self, aws: Clients, environment: str):
        self._aws, self._environment = aws, environment
        self._cluster = naming.cluster(environment)

    def running(self, service: str) -> list[Task]:
        """Newest first; those that start or stop just now are among them."""
        found = self._list(serviceName=naming.ecs_service(self._environment, service), desiredStatus="RUNNING")
        return self._with_instances(found)

    def stopped(self, service: str) -> list[Task]:
        """Of the last hour, the one that stopped last first."""
        found = self._list(serviceName=naming.ecs_service(self._environment, service), desiredStatus="STOPPED")
        return sorted(found, key=lambda task: _moment(task.stopped_at), reverse=True)

    def find(self, service: str, task_id: str) -> Task | None:
        """Whatever started it: one that runs, or stopped in the last hour. None for a task of another service, too."""
        if not _ID.fullmatch(task_id):
            return None  # ECS refuses to look for it
        family = naming.release_family(self._environment, service)
        found = [task for task in self.describe([task_id]) if _family(task.revision) == family]
        return self._with_instances(found)[0] if found else None

    def of_family(self, family: str) -> list[Task]:
        """Whatever started them: those that run, and those that stopped in the last hour."""
        return self._list(family=family, desiredStatus="RUNNING") + self._list(family=family, desiredStatus="STOPPED")

    def of_run(self, service: str, run: str) -> list[Task]:
        """Newest first; those that stopped longer than an hour ago are forgotten."""
        family, group = naming.release_family(self._environment, service), naming.run_group(run)
        return [task for task in self.of_family(family) if task.group == group]

    def pages(self) -> Iterator[list[str]]:
        """The ids of every running task of the environment, a hundred at a time."""
        arguments = {"cluster": self._cluster, "desiredStatus": "RUNNING", "maxResults": TASKS_AT_ONCE}
        for page in self._aws.pages("ecs", "list_tasks", say("listing tasks"), **arguments):
            yield page["taskArns"]

    def describe(self, arns: list[str]) -> list[Task]:
        """One call, so at most a hundred."""
        if not arns:
            return []
        answer = self._aws.call("ecs", "describe_tasks", say("reading tasks"), cluster=self._cluster, tasks=arns)
        return [read_task(said) for said in answer["tasks"]]

    def _with_instances(self, tasks: list[Task]) -> list[Task]:
        """Asks nothing where all tasks run on Fargate."""
        arns = sorted({task.container_instance for task in tasks if task.container_instance})
        known: dict[str, str] = {}
        for some in batched(arns, TASKS_AT_ONCE):
            doing = say("reading instances")
            answer = self._aws.call(
                "ecs", "describe_container_instances", doing, cluster=self._cluster, containerInstances=some
            )
            known |= {it["containerInstanceArn"]: it.get("ec2InstanceId", "") for it in answer["containerInstances"]}
        return [replace(task, instance=known.get(task.container_instance, "")) for task in tasks]

    def _list(self, **which: str) -> list[Task]:
        pages = self._aws.pages("ecs", "list_tasks", say("listing tasks"), cluster=self._cluster, **which)
        arns = [arn for page in pages for arn in page["taskArns"]]
        found = [task for some in batched(arns, TASKS_AT_ONCE) for task in self.describe(some)]
        return sorted(found, key=lambda task: _moment(task.created_at), reverse=True)


def read_task(said: Mapping[str, Any]) -> Task:
    """One entry of ``describe_tasks()["tasks"]``."""
    group = said.get("group", "")
    return Task(
        id=said["taskArn"].rpartition("/")[2],
        service=group.removeprefix("service:") if group.startswith("service:") else "",
        revision=said["taskDefinitionArn"],
        status=said["lastStatus"],
        health=said.get("healthStatus", "UNKNOWN"),
        zone=said.get("availabilityZone", ""),
        address=_address(said),
        created_at=said.get("createdAt"),
        started_at=said.get("startedAt"),
        stopped_at=said.get("stoppedAt") or said.get("stoppingAt"),
        stop_code=said.get("stopCode", ""),
        stopped_reason=said.get("stoppedReason", ""),
        containers=tuple(_read_container(it) for it in said.get("containers", [])),
        group=group,
        run_copy=_run_copy(said),
        container_instance=said.get("containerInstanceArn", ""),
        pulled_at=said.get("pullStoppedAt"),
        stopping_at=said.get("stoppingAt"),
        exec_enabled=said.get("enableExecuteCommand", False),
        capacity=said.get("capacityProviderName") or said.get("launchType", ""),
        cpu=int(said.get("cpu") or 0),
        memory_mib=int(said.get("memory") or 0),
    )


def _family(revision: str) -> str:
    return revision.rpartition("/")[2].rpartition(":")[0]


def _run_copy(said: Mapping[str, Any]) -> int | None:
    """The state machine tells each copy its number."""
    overrides = said.get("overrides", {}).get("containerOverrides", [])
    settings = {it["name"]: it["value"] for one in overrides for it in one.get("environment", [])}
    number = settings.get("RUN_COPY", "")
    return int(number) if number.isdigit() else None


def _read_container(said: Mapping[str, Any]) -> Container:
    agents = [it for it in said.get("managedAgents", []) if it.get("name") == "ExecuteCommandAgent"]
    agent = agents[0] if agents else {}
    return Container(
        name=said["name"],
        status=said.get("lastStatus", ""),
        exit_code=said.get("exitCode"),
        reason=said.get("reason", ""),
        image=said.get("image", ""),
        health=said.get("healthStatus", "UNKNOWN"),
        digest=said.get("imageDigest", ""),
        exec_agent=agent.get("lastStatus", ""),
        exec_agent_reason=agent.get("reason", ""),
    )


def _address(said: Mapping[str, Any]) -> str:
    details = [detail for it in said.get("attachments", []) for detail in it.get("details", [])]
    return next((it["value"] for it in details if it["name"] == "privateIPv4Address"), "")


def _moment(when: datetime | None) -> float:
    return when.timestamp() if when else 0.0
