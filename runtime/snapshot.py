"""One batched look over a whole environment, for pages that must not ask AWS themselves.

A thousand services cost about 190 calls: services by ten, tasks by hundred, log groups by fifty, the alarms that ring,
one listing each of ``provisioned/`` and ``heads/`` and what changed in them. All jobs and tasks together take one
listing of ``live/`` and one of the paused schedules. A deployment that may wait for somebody takes two more. Each
family of calls keeps its own pace.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from runtime import connections, running_tasks, stack_fingerprints
from runtime.aws.alarms import Alarms
from runtime.aws.clock import Clock
from runtime.aws.ecs_services import ServiceState
from runtime.aws.ecs_tasks import Task, Tasks
from runtime.aws.logs import Logs
from runtime.aws.rate_limit import RateLimit
from runtime.aws.schedules import Schedules
from runtime.bucket.provisioned import ProvisionedRecords
from runtime.bucket.records import Unreadable
from runtime.bucket.service_index import ServiceIndex
from runtime.releases.carriers import Carriers, CarrierState
from runtime.running_tasks import RunningTasks
from runtime.service_state import Summary, status, summary
from runtime.stack_fingerprints import ENVIRONMENT_ENTRY, StackFingerprints
from service_catalog.messages import Message
from service_catalog.records.provisioned import Provisioned, ProvisionedEnvironment
from service_catalog.records.service_index import IndexEntry


@dataclass(frozen=True)
class Snapshot:
    rows: tuple[Summary, ...]
    """By name"""
    taken_at: datetime
    unsettled: tuple[str, ...] = field(default=())
    """Services for which ``releases.settle`` is due: it looks whether the newest release ended, or can be read at all,
    and mends the index"""
    unreadable: Mapping[str, Unreadable] = field(default_factory=dict)
    """Services of which a record cannot be read; they have no row"""
    stacks: Mapping[str, StackFingerprints] = field(default_factory=dict)
    """By service that Pulumi provisioned"""
    environment: ProvisionedEnvironment | None = None
    """None before the environment's first run, and while its record cannot be read"""
    environment_stack: StackFingerprints = field(default_factory=StackFingerprints)
    running: Mapping[str, RunningTasks] = field(default_factory=dict)
    """By service; under no name those tasks of the cluster that are none of Slipway's"""
    unconnected: Mapping[str, Message] = field(default_factory=dict)
    """By service that may not reach one that it connects to yet, why"""

    def row(self, name: str) -> Summary | None:
        return next((row for row in self.rows if row.name == name), None)


class Snapshots:
    def __init__(
        self,
        environment: str,
        provisioned: ProvisionedRecords,
        service_index: ServiceIndex,
        carriers: Carriers,
        tasks: Tasks,
        alarms: Alarms,
        logs: Logs,
        schedules: Schedules,
        clock: Clock,
    ):
        self._environment, self._provisioned, self._index = environment, provisioned, service_index
        self._carriers, self._tasks, self._alarms, self._logs = carriers, tasks, alarms, logs
        self._schedules = schedules
        self._now = clock.now
        self._doubted: set[tuple[str, str]] = set()
        # A quarter of what ECS gives the whole account and region, per family of calls.
        self._service_reads = RateLimit(25, 5, clock.monotonic, clock.sleep)
        self._cluster_reads = RateLimit(25, 5, clock.monotonic, clock.sleep)
        self._log_reads = RateLimit(5, 2.5, clock.monotonic, clock.sleep)  # CloudWatch Logs gives 10 a second

    def take(self) -> Snapshot:
        """Everything that is provisioned. Raises what the gateways raise: keep the last one then, with its age."""
        records, index = self._provisioned.all(), self._index.all()
        environment = self._provisioned.environment_listed()
        known = {*records.readable, *records.unreadable}
        unreadable = {name: it for name, it in index.unreadable.items() if name in known} | dict(records.unreadable)
        provisioned = {name: it for name, it in records.readable.items() if name not in unreadable}
        states = self._carriers.states(provisioned.values(), self._service_reads.wait)
        running = running_tasks.by_service(self._environment, self._running())
        ringing, with_group = self._alarms.ringing(), self._logs.services_with_group(before_each=self._log_reads.wait)
        paused = self._schedules.paused() if any(it.schedule for it in provisioned.values()) else set()
        now = self._now()
        rows = tuple(
            summary(
                self._environment,
                it,
                index.readable.get(it.service, IndexEntry()),
                states.get(it.service),
                running[it.service].by_revision if it.service in running else {},
                [alarm for alarm in ringing if alarm.service == it.service],
                now,
                lacks_log_group=with_group is not None and it.service not in with_group,
                is_paused=it.service in paused,
                awaits_approval=self._awaits_approval(it, states.get(it.service)),
            )
            for it in sorted(provisioned.values(), key=lambda it: it.service)
        )
        doubted = {name for name, entry in index.readable.items() if entry.is_doubted}
        unsettled = tuple(row.name for row in rows if row.in_progress or row.name in doubted or self._is_news(row))
        return Snapshot(
            rows,
            now,
            unsettled,
            unreadable,
            stacks=stack_fingerprints.of_services(records, index),
            environment=environment,
            environment_stack=stack_fingerprints.of_stack(
                environment.fingerprint if environment else None, index.readable.get(ENVIRONMENT_ENTRY)
            ),
            running=running,
            unconnected=connections.waiting(provisioned),
        )

    def _awaits_approval(self, provisioned: Provisioned, state: CarrierState | None) -> bool:
        if not isinstance(state, ServiceState) or not state.may_wait:
            return False
        self._service_reads.wait()
        deployment = self._carriers.newest_deployment(provisioned)
        return deployment is not None and deployment.shift is not None and deployment.shift.pause is not None

    def _is_news(self, row: Summary) -> bool:
        """A revision that the index does not know, seen for the first time: its releaser may have died before telling.

        Once it was looked at it is what it seems, and asking again at each snapshot would only cost calls.
        """
        if row.state is None or status("readable", row) != "changed outside":
            return False
        seen = (row.name, row.state.revision)
        is_news = seen not in self._doubted
        self._doubted.add(seen)
        return is_news

    def _running(self) -> Iterator[Task]:
        self._cluster_reads.wait()
        for arns in self._tasks.pages():
            self._cluster_reads.wait()
            yield from self._tasks.describe(arns)
            self._cluster_reads.wait()
