"""One ECS service, its deployments and its tasks: everything that moves in the fake, and moves when it is told to."""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

CIRCUIT_BREAKER = "Service deployment rolled back because the circuit breaker threshold was exceeded."
BY_REQUEST = "Service deployment rolled back because of a user request."
TASKS_FAILED = "ECS deployment circuit breaker: tasks failed to start."
_RAN = timedelta(seconds=34)
"""How long a failing task runs, if its deployment has begun so long ago"""


@dataclass
class Task:
    id: str
    definition: str
    created_at: datetime
    group: str
    deployment: str = ""
    """Of the service that keeps it running, if one does"""
    overrides: dict[str, Any] = field(default_factory=dict)
    status: str = "RUNNING"
    health: str = "HEALTHY"
    stopped_at: datetime | None = None
    stop_code: str = ""
    reason: str = ""
    exit_code: int | None = None
    container_reason: str = ""
    exec_agent: str | None = None
    """Where the agent of ECS Exec is; None where the task has none"""

    @property
    def runs(self) -> bool:
        return self.status != "STOPPED"

    def stop(self, now: datetime, code: str, reason: str, exit_code: int | None = None) -> None:
        self.status, self.health = "STOPPED", "UNKNOWN"
        self.stopped_at, self.stop_code, self.reason, self.exit_code = now, code, reason, exit_code


@dataclass
class Deployment:
    """A change from one revision of the service to another; its id is that of the new revision too."""

    id: str
    definition: str
    source: "Deployment | None"
    created_at: datetime
    status: str = "IN_PROGRESS"
    finished_at: datetime | None = None
    reason: str = ""
    failures: int = 0
    breaker: str = "MONITORING"
    back_to: "Deployment | None" = None
    waits_until: datetime | None = None
    """For somebody to continue it"""
    percent: float | None = None
    """Of the requests, what its canary gets"""

    @property
    def goes_back(self) -> bool:
        return self.status == "ROLLBACK_IN_PROGRESS"

    def end(self, status: str, now: datetime, reason: str = "") -> None:
        self.status, self.finished_at, self.reason = status, now, reason or self.reason
        if self.breaker == "MONITORING":
            self.breaker = "MONITORING_COMPLETE"


@dataclass
class Service:
    """``stands`` is what came through last, ``under_way`` what is to take its place."""

    cluster: str
    name: str
    definition: str
    desired: int
    created_at: datetime
    clock: Callable[[], datetime]
    settings: dict[str, Any] = field(default_factory=dict)
    is_gone: bool = False
    deployments: list[Deployment] = field(default_factory=list)
    """Oldest first"""
    under_way: Deployment | None = None
    tasks: list[Task] = field(default_factory=list)
    events: list[tuple[datetime, str]] = field(default_factory=list)
    """Oldest first"""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self.stands = self._deployment(None)
        self.stands.end("SUCCESSFUL", self.clock())
        self._fill(self.stands, self.desired)

    # --- what ECS is told ---

    def begin(self, definition: str) -> None:
        """As an update of the service does. One that was under way is given up."""
        if self.under_way:
            self._stop_tasks(self.under_way)
            self.under_way.end("STOPPED", self.clock(), "A newer service deployment was started.")
        self.definition = definition
        self.under_way = self._deployment(self.stands)
        if not self.desired:
            self.roll_out()

    def scale(self, count: int) -> None:
        self.desired = count
        if self.under_way is None:
            self._fill(self.stands, count)
        elif not count:
            self.go_back() if self.under_way.goes_back else self.roll_out()

    def delete(self) -> None:
        self.is_gone = True
        for task in self.tasks:
            self._stop(task)

    # --- what happens then, when the test says so ---

    def start(self, count: int, health: str = "HEALTHY", status: str = "RUNNING") -> list[Task]:
        """So many tasks of what is under way, else of what stands, run beside those that run."""
        deployment = self.under_way or self.stands
        tasks = [self._task(deployment, health=health, status=status) for _ in range(count)]
        self.tasks += tasks
        return tasks

    def roll_out(self) -> None:
        """What is under way comes through."""
        arrived = self._moving()
        self._fill(arrived, self.desired)
        self._stop_tasks(self.stands)
        self.stands, self.under_way = arrived, None
        arrived.end("SUCCESSFUL", self.clock())
        self.happens("has reached a steady state.")

    def wait(self, until: datetime) -> None:
        """What is under way waits for somebody to continue it; it shifts requests, as only such a deployment waits."""
        self._moving().waits_until = until

    def shift(self, percent: float) -> None:
        """What is under way is a canary, and gets so many of the requests."""
        self._moving().percent = percent

    def begin_to_go_back(self, reason: str = "") -> None:
        """The circuit breaker gives up, or what somebody asked for begins."""
        failed = self._moving()
        asked_for = failed.status == "ROLLBACK_REQUESTED"
        failed.status, failed.back_to = "ROLLBACK_IN_PROGRESS", failed.source
        failed.reason = reason or (BY_REQUEST if asked_for else CIRCUIT_BREAKER)
        if not asked_for:
            failed.breaker = "TRIGGERED"
        self.definition = self.stands.definition

    def go_back(self, reason: str = "") -> None:
        """What is under way does not come through, and what stood before stands again."""
        failed = self._moving()
        if not failed.goes_back:
            self.begin_to_go_back(reason)
        self._stop_tasks(failed)
        self._fill(self.stands, self.desired)
        failed.end("ROLLBACK_SUCCESSFUL", self.clock())
        self.under_way = None

    def fail(
        self,
        exit_code: int | None = 1,
        code: str = "EssentialContainerExited",
        reason: str = "Essential container in task exited",
        container_reason: str = "",
    ) -> Task:
        """A task of what is under way, else of what stands, ends by itself."""
        deployment = self.under_way or self.stands
        task = self._task(deployment, created_at=max(deployment.created_at, self.clock() - _RAN))
        task.container_reason = container_reason
        task.stop(self.clock(), code, reason, exit_code)
        self.tasks.append(task)
        deployment.failures += 1
        return task

    def lose_task(self) -> None:
        """One stops, and none comes in its place."""
        self.of(self.stands)[0].stop(self.clock(), "UserInitiated", "Task stopped by user")

    def happens(self, message: str) -> None:
        self.events.append((self.clock(), f"(service {self.name}) {message}"))

    def is_put_back(self, definition: str) -> None:
        """Somebody had another revision rolled out outside, and it came through."""
        self.begin(definition)
        if self.under_way:
            self.roll_out()

    # --- tasks ---

    def running(self, deployment: Deployment) -> list[Task]:
        return [task for task in self.tasks if task.deployment == deployment.id and task.status == "RUNNING"]

    def of(self, deployment: Deployment) -> list[Task]:
        return [task for task in self.tasks if task.deployment == deployment.id and task.runs]

    def _moving(self) -> Deployment:
        assert self.under_way, f"nothing rolls out of {self.name}"
        return self.under_way

    def _deployment(self, source: Deployment | None) -> Deployment:
        made = Deployment(
            identity(self.cluster, self.name, "deployment", self.created_at.isoformat(), len(self.deployments)),
            self.definition,
            source,
            self.clock(),
        )
        self.deployments.append(made)
        return made

    def _fill(self, deployment: Deployment, count: int) -> None:
        running = self.of(deployment)
        for task in running:
            task.status, task.health = "RUNNING", "HEALTHY"
        self.tasks += [self._task(deployment) for _ in range(count - len(running))]
        for task in running[count:]:
            self._stop(task)

    def _task(self, deployment: Deployment, created_at: datetime | None = None, **said: Any) -> Task:
        task = identity(self.cluster, self.name, "task", self.created_at.isoformat(), next(self._numbers))
        begun = created_at or self.clock()
        return Task(task, deployment.definition, begun, f"service:{self.name}", deployment.id, **said)

    def _stop_tasks(self, deployment: Deployment) -> None:
        for task in self.of(deployment):
            self._stop(task)

    def _stop(self, task: Task) -> None:
        if task.runs:
            task.stop(self.clock(), "ServiceSchedulerInitiated", "Scaling activity initiated by the service scheduler")


def identity(*parts: object) -> str:
    """As long as ECS's, and the same in every run of a test."""
    return hashlib.md5("/".join(map(str, parts)).encode()).hexdigest()
