"""One batched look over a whole environment, for pages that must not ask AWS themselves.

A thousand services cost about 170 calls: services by ten, tasks by hundred, the alarms that ring, one listing each of
``provisioned/`` and ``heads/`` and what changed in them. Each family of calls keeps its own pace.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from runtime import definitions
from runtime.alarms import Alarm, Alarms
from runtime.clock import Clock
from runtime.deployments import SERVICES_AT_ONCE, Deployments, ServiceState, in_groups
from runtime.heads import Head, Heads
from runtime.pace import Pace
from runtime.provisioned import Provisioned, ProvisionedRecords
from runtime.records import Release
from runtime.tasks import Tasks
from service_catalog import naming

Status = Literal[
    "not released",
    "deploying",
    "rolling back",
    "healthy",
    "degraded",
    "rolled back",
    "stopped",
    "changed outside",
    "missing",
]


@dataclass(frozen=True)
class Row:
    name: str
    status: Status
    running: int
    desired: int
    image: str
    """Full reference of what is live; empty if nothing is, or if that is not known"""
    env_applied: Mapping[str, int]
    env_staged: Mapping[str, int]
    """Newest versions that no release has held, by env file"""
    definition_staged: bool
    last: Release | None
    """The newest release, with its outcome if it ended"""
    live: Release | None
    alarms: tuple[Alarm, ...]
    url: str | None
    tasks_by_revision: Mapping[str, int]
    """How many running tasks have which task definition: more than one entry is a mix"""


@dataclass(frozen=True)
class Snapshot:
    rows: tuple[Row, ...]
    """By name"""
    taken_at: datetime
    unsettled: tuple[str, ...] = field(default=())
    """Services for which ``releases.settle`` is due: it looks whether the newest release ended, and mends the head"""

    def row(self, name: str) -> Row | None:
        return next((row for row in self.rows if row.name == name), None)


class Snapshots:
    def __init__(
        self,
        environment: str,
        provisioned: ProvisionedRecords,
        heads: Heads,
        deployments: Deployments,
        tasks: Tasks,
        alarms: Alarms,
        clock: Clock,
    ):
        self._environment, self._provisioned, self._heads = environment, provisioned, heads
        self._deployments, self._tasks, self._alarms, self._now = deployments, tasks, alarms, clock.now
        self._doubted: set[tuple[str, str]] = set()
        # A quarter of what ECS gives the whole account and region, per family of calls.
        self._service_reads = Pace(25, 5, clock.monotonic, clock.sleep)
        self._cluster_reads = Pace(25, 5, clock.monotonic, clock.sleep)

    def take(self) -> Snapshot:
        """Everything that is provisioned. Raises what the gateways raise: keep the last one then, with its age."""
        provisioned, heads = self._provisioned.all(), self._heads.all()
        states = self._states(sorted(provisioned))
        running = self._running()
        ringing = self._alarms.ringing()
        rows = tuple(
            read_row(
                self._environment,
                it,
                heads.get(it.service, Head()),
                states.get(it.service),
                running.get(it.service, {}),
                [alarm for alarm in ringing if alarm.service == it.service],
            )
            for it in sorted(provisioned.values(), key=lambda it: it.service)
        )
        unsettled = tuple(row.name for row in rows if is_unsettled(row) or self._is_news(row, states.get(row.name)))
        return Snapshot(rows, self._now(), unsettled)

    def _is_news(self, row: Row, state: ServiceState | None) -> bool:
        """A revision that the head does not know, seen for the first time: its releaser may have died before telling.

        Once it was looked at it is what it seems, and asking again at each snapshot would only cost calls.
        """
        if row.status != "changed outside" or state is None or (row.name, state.revision) in self._doubted:
            return False
        self._doubted.add((row.name, state.revision))
        return True

    def _states(self, names: Sequence[str]) -> dict[str, ServiceState]:
        found: dict[str, ServiceState] = {}
        for some in in_groups(names, SERVICES_AT_ONCE):
            self._service_reads.wait()
            found |= self._deployments.some_services(some)
        return found

    def _running(self) -> dict[str, Counter[str]]:
        """Running tasks by service and revision."""
        found: dict[str, Counter[str]] = {}
        self._cluster_reads.wait()
        for arns in self._tasks.pages():
            self._cluster_reads.wait()
            for task in self._tasks.describe(arns):
                if task.status == "RUNNING":
                    found.setdefault(task.service, Counter())[task.revision] += 1
            self._cluster_reads.wait()
        return found


def read_row(
    environment: str,
    provisioned: Provisioned,
    head: Head,
    state: ServiceState | None,
    tasks_by_revision: Mapping[str, int],
    ringing: Sequence[Alarm],
) -> Row:
    live = live_release(head, state)
    released = [release for release in (head.last, head.live, head.tried) if release]
    env_applied = live.contents.env if live else {}
    return Row(
        name=provisioned.service,
        status=status(environment, head, state, live),
        running=state.running if state else 0,
        desired=state.desired if state else 0,
        image=live.contents.image if live else "",
        env_applied=env_applied,
        env_staged={file: newest for file, newest in head.env.items() if newest > head.held.get(file, 0)},
        definition_staged=not any(
            it.contents.definition == provisioned.definition and it.tasks == provisioned.tasks for it in released
        ),
        last=head.last,
        live=live,
        alarms=tuple(ringing),
        url=provisioned.url,
        tasks_by_revision=dict(tasks_by_revision),
    )


def is_unsettled(row: Row) -> bool:
    """Its newest release has no outcome: it is in progress, or ended while nobody looked."""
    return row.last is not None and row.last.outcome is None


def live_release(head: Head, state: ServiceState | None) -> Release | None:
    """The release whose revision runs. The head may be a moment behind, so both that it knows are asked."""
    known = {release.revision: release for release in (head.live, head.last) if release}
    rollouts = state.rollouts if state else ()
    complete = [rollout.revision for rollout in rollouts if rollout.state == "COMPLETED"]
    return next((known[revision] for revision in complete if revision in known), None)


def status(environment: str, head: Head, state: ServiceState | None, live: Release | None) -> Status:
    """One word for a list; what comes first matters most."""
    if state is None:
        return "missing"
    moving = _moving(environment, head, state)
    if moving:
        return moving
    if definitions.family(state.revision) == naming.definition_family(environment, state.name):
        return "not released"
    if live is None:
        return "changed outside" if _is_settled(state) else "degraded"
    if state.desired == 0:
        return "stopped"
    if state.running < state.desired:
        return "degraded"
    ended_badly = head.last and head.last.outcome and head.last.outcome.status in ("rolled-back", "stopped", "failed")
    return "rolled back" if ended_badly else "healthy"


def _moving(environment: str, head: Head, state: ServiceState) -> Status | None:
    primary = state.primary
    if primary is None or primary.state != "IN_PROGRESS":
        return None
    blanks = definitions.family(primary.revision) == naming.definition_family(environment, state.name)
    if blanks and not head.last:
        return None
    arriving = head.last and not head.last.outcome and primary.revision != head.last.revision
    return "rolling back" if arriving else "deploying"


def _is_settled(state: ServiceState) -> bool:
    return state.primary is not None and state.primary.state == "COMPLETED"
