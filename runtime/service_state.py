"""What state a service is in: one function of the facts, for list, page, API and CLI alike. Pure.

A summary joins what the records say of a service with what ECS says. Whoever has read those facts, all services in one
batch or one service for its page, sums them up here, and so says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from runtime.aws import task_definitions
from runtime.aws.alarms import Alarm
from runtime.aws.ecs_services import ServiceState
from runtime.bucket.records import Unreadable
from runtime.releases import limits
from runtime.releases.carriers import CarrierState
from runtime.releases.live import holds
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records.asked import AskedRelease
from service_catalog.records.provisioned import Provisioned, TaskLimits, Workload
from service_catalog.records.releases import Release
from service_catalog.records.service_index import FailedProvisioning, IndexEntry

CatalogEntry = Literal["readable", "unreadable", "absent"]
"""Whether the catalog has an entry for the service, and whether that can be read"""
Status = Literal[
    "catalog problem",
    "not in the catalog",
    "not provisioned",
    "record unreadable",
    "deleted outside",
    "first run",
    "deploying",
    "awaits approval",
    "rolling back",
    "not released",
    "first release failed",
    "first run failed",
    "nothing runs",
    "changed outside",
    "stopped",
    "degraded",
    "log group gone",
    "provisioning failed",
    "rolled back",
    "runs failed",
    "alarm",
    "paused",
    "healthy",
    "ready",
]


@dataclass(frozen=True)
class Summary:
    """What is known of a service that is provisioned."""

    name: str
    state: CarrierState | None
    """None when what carries its releases is not there"""
    has_placeholders: bool
    """Its task definition is the one with placeholders: nothing was released yet"""
    image: str
    """Full reference of what is live; empty if nothing is, or if that is not known"""
    env_applied: Mapping[str, int]
    env_staged: Mapping[str, int]
    """Newest versions that no release has held, by env file"""
    definition_staged: bool
    last: Release | None
    """The newest release, with its outcome if it ended"""
    live: Release | None
    has_succeeded: bool
    """Some release came through, whether or not it still runs"""
    failed_provisioning: FailedProvisioning | None
    entry: Mapping[str, Any] | None
    """The catalog's entry as it was provisioned; None when the record is older than that"""
    alarms: tuple[Alarm, ...]
    """Those that ring"""
    tasks_by_revision: Mapping[str, int]
    """How many running tasks have which task definition: more than one entry is a mix"""
    kind: Workload = "web"
    lacks_log_group: bool = False
    """It was deleted outside: what runs goes on, and no new task can start"""
    is_paused: bool = False
    """Its schedule starts no runs"""
    awaits_approval: bool = False
    """Its deployment goes on once somebody continues it"""
    asked: AskedRelease | None = None
    """A release that waits for a second person"""
    is_acknowledged: bool = False
    """Somebody has seen that the newest release did not come through"""
    limits: TaskLimits | None = None
    """How many tasks may run of what is live, with what the scaling schedule has set by now"""

    @property
    def ecs_service(self) -> ServiceState | None:
        """None for a job or task, too: no tasks of it are due."""
        return self.state if isinstance(self.state, ServiceState) else None

    @property
    def running(self) -> int:
        return self.ecs_service.running if self.ecs_service else 0

    @property
    def desired(self) -> int:
        return self.ecs_service.desired if self.ecs_service else 0

    @property
    def in_progress(self) -> Release | None:
        """The release that has not ended; if ECS ended it, nobody has written that down yet."""
        return self.last if self.last and not self.last.outcome else None

    @property
    def gave_up(self) -> bool:
        """The newest release did not come through."""
        return self.last is not None and self.last.outcome is not None and self.last.outcome.status in _GAVE_UP

    @property
    def first_run_failed(self) -> bool:
        """The newest release ended with the run that it began with: what ran before runs on."""
        return self.last is not None and self.last.first_run_failed


def summary(
    environment: str,
    provisioned: Provisioned,
    index: IndexEntry,
    state: CarrierState | None,
    tasks_by_revision: Mapping[str, int],
    ringing: Sequence[Alarm],
    now: datetime,
    lacks_log_group: bool = False,
    is_paused: bool = False,
    awaits_approval: bool = False,
) -> Summary:
    live = live_release(index, state)
    released = [release for release in (index.last, index.live, index.tried) if release]
    return Summary(
        name=provisioned.service,
        state=_without_events(state),
        has_placeholders=state is not None and _is_placeholder(environment, state.name, state.revision),
        image=live.contents.image if live else "",
        env_applied=live.contents.env if live else {},
        env_staged={file: newest for file, newest in index.env.items() if newest > index.held.get(file, 0)},
        definition_staged=not any(holds(it, provisioned) for it in released),
        last=index.last,
        live=live,
        has_succeeded=index.live is not None,
        failed_provisioning=index.failed_provisioning,
        entry=provisioned.entry,
        alarms=tuple(ringing),
        tasks_by_revision=dict(tasks_by_revision),
        kind=provisioned.kind,
        lacks_log_group=lacks_log_group,
        is_paused=is_paused,
        awaits_approval=awaits_approval,
        asked=index.waits_for_second,
        is_acknowledged=index.last is not None and index.last.number <= index.acknowledged,
        limits=limits.of_release(live, provisioned, now),
    )


def status(entry: CatalogEntry, known: Summary | Unreadable | None) -> Status:
    """``known`` is None for a service that is not provisioned. What comes first matters most."""
    if isinstance(known, Unreadable):
        return "record unreadable"
    if entry != "readable":
        return "catalog problem" if entry == "unreadable" else "not in the catalog"
    if known is None:
        return "not provisioned"
    if known.state is None:
        return "deleted outside"
    return _status_in_progress(known) or _status_at_rest(known, known.state)


def live_release(index: IndexEntry, state: CarrierState | None) -> Release | None:
    """The release whose revision runs. The index may be a moment behind, so both that it knows are asked."""
    known = {release.revision: release for release in (index.live, index.last) if release}
    return next((known[revision] for revision in _live_revisions(state) if revision in known), None)


def _live_revisions(state: CarrierState | None) -> list[str]:
    """Revisions that run, or that runs take."""
    if isinstance(state, ServiceState):
        return [rollout.revision for rollout in state.rollouts if rollout.state == "COMPLETED"]
    return [state.revision] if state else []


def _without_events(state: CarrierState | None) -> CarrierState | None:
    """A thousand services have many."""
    return replace(state, events=()) if isinstance(state, ServiceState) else state


def _status_in_progress(known: Summary) -> Status | None:
    """A release is under way until its end is written down, whatever ECS shows in between."""
    primary = known.ecs_service.primary if known.ecs_service else None
    in_progress = primary if primary and primary.state == "IN_PROGRESS" else None
    if known.in_progress and known.in_progress.first_run and not _rolls_out(known, known.in_progress):
        return "first run"
    deploying: Status = "awaits approval" if known.awaits_approval else "deploying"
    if known.in_progress:
        is_back = in_progress is not None and in_progress.revision != known.in_progress.revision
        return "rolling back" if is_back else deploying
    return deploying if in_progress and not known.has_placeholders else None


def _rolls_out(known: Summary, release: Release) -> bool:
    rollouts = known.ecs_service.rollouts if known.ecs_service else ()
    return any(rollout.revision == release.revision for rollout in rollouts)


def _status_at_rest(known: Summary, state: CarrierState) -> Status:
    if known.has_placeholders:
        return _status_before_release(known)
    if known.live is None:
        primary = known.ecs_service.primary if known.ecs_service else None
        return "degraded" if primary and primary.state != "COMPLETED" else "changed outside"
    if state.is_stopped and known.limits and known.limits.min > 0:
        return "stopped"
    if known.running < known.desired:
        return "degraded"
    return _problem_status(known) or _status_without_problem(known)


def _problem_status(known: Summary) -> Status | None:
    if known.lacks_log_group:
        return "log group gone"
    if known.failed_provisioning:
        return "provisioning failed"
    if known.gave_up and not known.is_acknowledged:
        return "rolled back"
    if known.first_run_failed and not known.is_acknowledged:
        return "first run failed"
    if any(alarm.measure == FAILED_RUNS for alarm in known.alarms):
        return "runs failed"
    return "alarm" if known.alarms else None


def _status_without_problem(known: Summary) -> Status:
    """Nothing is wrong; of what runs nothing in between there is nothing to be healthy."""
    if known.is_paused or (known.limits and known.limits.max == 0):
        return "paused"
    return "healthy" if known.desired else "ready"


def _status_before_release(known: Summary) -> Status:
    """A service that was made anew, such as for another port, has lost what ran until somebody releases it again."""
    if known.has_succeeded:
        return "nothing runs"
    if known.first_run_failed:
        return "first run failed"
    return "first release failed" if known.gave_up else "not released"


def _is_placeholder(environment: str, service: str, revision: str) -> bool:
    return not revision or task_definitions.family(revision) == naming.definition_family(environment, service)


FAILED_RUNS = "failed_runs"
"""The alarm that rings after a failed run, by its measure"""
LACKS_LOG_GROUP = say("its log group was deleted outside: new tasks cannot start")
_GAVE_UP = frozenset({"rolled-back", "stopped", "failed"})
