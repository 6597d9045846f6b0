"""What is known of one service: everything that its pages show, and what follows from it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.child_runs import ChildRun
from portal.kinds import KINDS
from portal.text import states
from portal.text.states import State
from runtime.aws.ecs_services import ServiceState
from runtime.aws.ecs_tasks import Task
from runtime.aws.schedules import Schedule
from runtime.aws.traffic_shifts import Pause
from runtime.bucket.records import Unreadable
from runtime.releases.carriers import CarrierState
from runtime.releases.live import Live
from runtime.releases.progress import Progress
from runtime.releases.proposal import Proposal
from runtime.releases.request import ReleaseRequest
from service_catalog import image_references
from service_catalog.differences import EntryChange, differences, entry_of
from service_catalog.model import Service
from service_catalog.records.provisioned import Provisioned, TaskLimits
from service_catalog.records.releases import Contents, Diagnosis, Release
from service_catalog.records.service_index import IndexEntry

_END_IS_TOLD = timedelta(minutes=5)
"""How long a page says that something came to a good end"""


@dataclass(frozen=True)
class ServiceFacts:
    provisioned: Provisioned | None = None
    index: IndexEntry = field(default_factory=IndexEntry)
    """The service's index, as new as the releases below"""
    state: CarrierState | None = None
    schedule: Schedule | None = None
    """As EventBridge has it; None for what none starts"""
    limits: TaskLimits | None = None
    """Of its number of tasks, as Application Auto Scaling has them; asked where a schedule changes them"""
    let_in_by: frozenset[str] = frozenset()
    """Of the services that it calls"""
    live: Live = field(default_factory=Live)
    releases: list[Release] = field(default_factory=list)
    """Newest first"""
    unreadable: Mapping[int, Unreadable] = field(default_factory=dict)
    """Releases whose record nobody can read, by number"""
    held_up_by: Unreadable | None = None
    """The newest of these: until it is put right nothing is released"""
    running: list[Task] = field(default_factory=list)
    stopped: list[Task] = field(default_factory=list)
    lacks_log_group: bool = False
    progress: Progress | None = None
    """Of the release in progress"""
    pause: Pause | None = None
    """Of a change of the service itself that waits for somebody"""
    diagnosis: Diagnosis | None = None
    """Of the release in progress, or of the one that was given up last"""
    staged: Proposal | None = None
    """What applying the staged definition would change"""

    @property
    def ecs_service(self) -> ServiceState | None:
        """None for a job or task, too."""
        return self.state if isinstance(self.state, ServiceState) else None

    @property
    def live_tasks(self) -> int:
        """How many tasks run what is live."""
        return sum(task.revision == self.live.revision for task in self.running)

    @property
    def is_stopped(self) -> bool:
        """Somebody set its desired count to 0: what is live ran last, and does not run now."""
        return self.live.contents is not None and self.state is not None and self.state.is_stopped

    @property
    def live_env(self) -> Mapping[str, int]:
        """The versions that run, or ran last, by env file."""
        return self.live.contents.env if self.live.contents else {}

    @property
    def live_state(self) -> State:
        kind = KINDS[self.provisioned.kind if self.provisioned else "web"]
        return states.live_state(self.is_stopped, kind.runs_in_between)

    @property
    def is_paused(self) -> bool:
        """Somebody released it with no tasks on purpose."""
        tasks = self.live.release.tasks if self.live.release else None
        return tasks is not None and tasks.max == 0

    @property
    def is_scaled(self) -> bool:
        """Somebody released what runs with other limits than the catalog's."""
        release, provisioned = self.live.release, self.provisioned
        return bool(release and release.scaled and provisioned and release.tasks != provisioned.tasks)

    def is_live(self, release: Release) -> bool:
        return self.live.release is not None and release.number == self.live.release.number

    def state_of(self, release: Release) -> State:
        return self.live_state if self.is_live(release) else states.release_state(release, self.progress)

    def offers(self, release: Release) -> bool:
        """Whether its page leads back to this one: it was begun, if only by its first run, and is not what runs."""
        outcome = release.outcome
        was_begun = outcome is not None and (outcome.status != "not-carried-out" or release.first_run_failed)
        is_free = self.state is not None and self.live.in_progress is None and self.held_up_by is None
        return is_free and was_begun and not self.is_live(release) and release.contents != self.live.contents

    def is_tried_again(self, release: Release) -> bool:
        """It asks for an earlier one that never came through, so that it takes nothing back."""
        earlier = [it for it in self.releases if it.number < release.number and it.contents == release.contents]
        has_succeeded = any(it.outcome and it.outcome.status == "succeeded" for it in earlier)
        return release.kind == "roll-back" and bool(earlier) and not has_succeeded

    def again(self, contents: Contents) -> ReleaseRequest:
        """What releases these once more, with the definition that is provisioned."""
        found = self.provisioned
        env = {file: number for file, number in contents.env.items() if found and file in found.env_files}
        is_pinned = found is not None and found.image.pinned is not None
        return ReleaseRequest(image=None if is_pinned else image_references.short(contents.image), env=env)

    def release_of(self, revision: str) -> Release | None:
        return next((release for release in self.releases if release.revision == revision), None)

    def entry_changes(self, release: Release) -> list[EntryChange]:
        """What its catalog entry says otherwise than that of the release it came after; none where one kept none."""
        before = next((it for it in self.releases if it.number == release.base), None)
        if before is None or before.entry is None or release.entry is None or before.entry == release.entry:
            return []
        return differences(before.entry, release.entry)

    def ended_well(self, now: datetime) -> Release | None:
        """The newest release, for some minutes after it succeeded: whoever watched it is told how it ended, unless
        somebody took it back outside Slipway by now."""
        newest = self.releases[0] if self.releases else None
        outcome = newest.outcome if newest else None
        is_told = outcome and outcome.status == "succeeded" and now - outcome.when < _END_IS_TOLD
        return newest if is_told and newest == self.live.release else None

    @property
    def is_acknowledged(self) -> bool:
        """Somebody has seen that the newest release did not come through."""
        return self.live.rolled_back is not None and self.live.rolled_back.number <= self.index.acknowledged

    @property
    def failed(self) -> list[Task]:
        """Stopped tasks of the release in progress, or that was just given up."""
        release = self.live.in_progress or self.live.rolled_back
        ours = [task for task in self.stopped if release and task.revision == release.revision]
        return [task for task in ours if states.task_state(task) is states.FAILED]

    @property
    def restarts(self) -> list[Task]:
        """Tasks of what is live that failed within the hour; ECS has started others in their place."""
        ours = [task for task in self.stopped if task.revision == self.live.revision]
        return [task for task in ours if states.task_state(task) is states.FAILED]

    @property
    def zones(self) -> list[str]:
        return sorted({task.zone for task in self.running if task.zone})

    def tasks_of(self, release: Release | None) -> list[Task]:
        return [task for task in self.running if release and task.revision == release.revision]

    @property
    def old_tasks(self) -> list[Task]:
        """Those that a rollout replaces."""
        in_progress = self.live.in_progress
        return [task for task in self.running if in_progress and task.revision != in_progress.revision]

    @property
    def awaits_approval(self) -> bool:
        """Its release, or the change of the service itself"""
        shift = self.progress.shift if self.progress else None
        return (shift.pause if shift else self.pause) is not None

    @property
    def provisioned_entry(self) -> Service | None:
        """What the catalog said when it was provisioned. None where no record, or an older model's, tells that."""
        return entry_of(self.provisioned.entry if self.provisioned else None)


def is_worth_telling(run: ChildRun, found: ServiceFacts, now: datetime) -> bool:
    """Of a run that has ended. A failure stays until something came through since, by whichever door."""
    is_new = run.ended_at is not None and now - run.ended_at < _END_IS_TOLD
    if run.succeeded:
        return is_new
    index = found.index
    if index.failed_provisioning and index.failed_provisioning.when >= run.started_at:
        return False  # a panel of its own says it, with its cause
    return is_new or not (index.applied or found.live.release)
