"""Everything that one service's pages show, read in one go and kept with its age.

The calls run side by side: a page waits for the slowest, not for their sum. While a release is in progress the reading
also settles it, so whoever watches a rollout is who writes down how it ended.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import TypeVar

from pydantic import ValidationError

from portal.context import portal
from portal.data import environment_view
from portal.data.aged import Aged
from portal.data.service_list import Row
from portal.kinds import KINDS, Kind
from portal.provisioning import ProvisioningRun
from portal.text import states
from portal.text.states import State
from runtime import service_state
from runtime.aws.ecr_images import ImageTags
from runtime.aws.ecs_services import ServiceState
from runtime.aws.ecs_tasks import Task
from runtime.aws.errors import Absent
from runtime.aws.schedules import Schedule
from runtime.bucket import service_index
from runtime.bucket.records import Unreadable
from runtime.diagnosis import diagnosis
from runtime.gateways import Gateways
from runtime.releases.carriers import CarrierState
from runtime.releases.live import Live
from runtime.releases.progress import Progress
from runtime.releases.proposal import Proposal
from runtime.releases.request import ReleaseRequest
from runtime.runs import Run
from runtime.service_state import Summary
from service_catalog import image_references
from service_catalog.differences import EntryChange, differences
from service_catalog.model import Service
from service_catalog.problems import NoSuchService
from service_catalog.records import Contents, Diagnosis, IndexEntry, Provisioned, Release

T = TypeVar("T")

FRESH_SECONDS = 2.0
TAGS_FRESH_SECONDS = 60.0
HISTORY = 50
_RUNS = 50
END_IS_TOLD = timedelta(minutes=5)
"""How long a page says that something came to a good end"""
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class PageHead:
    """Above every page of a service. ``row`` is None while nothing was read yet."""

    name: str
    row: Row | None
    taken_at: datetime | None = None

    @property
    def kind(self) -> Kind:
        return KINDS[self.row.kind if self.row else "web"]


@dataclass(frozen=True)
class ServiceView:
    provisioned: Provisioned | None = None
    index: IndexEntry = field(default_factory=IndexEntry)
    """The service's index, as new as the releases below"""
    state: CarrierState | None = None
    schedule: Schedule | None = None
    """As EventBridge has it; None for what none starts"""
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
    diagnosis: Diagnosis | None = None
    """Of the release in progress, or of the one that was given up last"""
    staged: Proposal | None = None
    """What applying the staged definition would change"""

    @property
    def ecs_service(self) -> ServiceState | None:
        """None for a job or task, too."""
        return self.state if isinstance(self.state, ServiceState) else None

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
        """Whether its page leads back to this one: it was carried out, and is not what runs."""
        was_carried_out = release.outcome is not None and release.outcome.status != "not-carried-out"
        is_free = self.state is not None and self.live.in_progress is None and self.held_up_by is None
        return is_free and was_carried_out and not self.is_live(release) and release.contents != self.live.contents

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
        """The newest release, for some minutes after it succeeded: whoever watched it is told how it ended."""
        newest = self.releases[0] if self.releases else None
        outcome = newest.outcome if newest else None
        is_told = outcome and outcome.status == "succeeded" and now - outcome.when < END_IS_TOLD
        return newest if is_told else None

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


def head(environment: str, service: str) -> PageHead:
    """Raises NoSuchService for what neither the catalog nor AWS knows. Asks AWS nothing."""
    reading = portal().collector.look(environment, _PATIENCE_SECONDS)
    row = reading.value.rows.get(service) if reading else None
    if row is None and service not in (names := portal().catalog.service_names(environment)):
        raise NoSuchService(service, names, environment)
    return PageHead(service, row, reading.taken_at if reading and reading.value.is_read else None)


def page(environment: str, service: str) -> tuple[PageHead, Aged[ServiceView]]:
    """The head says what the page below it says, though the list may be some seconds behind."""
    said, reading = head(environment, service), facts(environment, service)
    row = environment_view.row(portal().catalog, environment, service, _summary(environment, said.row, reading.value))
    if problem := reading.value.held_up_by:
        row = replace(row, state=states.UNREADABLE, why=problem.sentence)
    return replace(said, row=row, taken_at=reading.taken_at), reading


def _summary(environment: str, listed: Row | None, found: ServiceView) -> Summary | None:
    """Which alarms ring is taken from the list."""
    if found.provisioned is None:
        return None
    tasks = Counter(task.revision for task in found.running if task.status == "RUNNING")
    ringing = listed.alarms if listed else ()
    is_paused = found.schedule is not None and found.schedule.is_paused
    return service_state.summary(
        environment, found.provisioned, found.index, found.state, tasks, ringing, found.lacks_log_group, is_paused
    )


def provisioned_entry(found: ServiceView) -> Service | None:
    """What the catalog said when it was provisioned. None where no record, or an older model's, tells that."""
    said = found.provisioned.entry if found.provisioned else None
    try:
        return Service.model_validate(said) if said else None
    except ValidationError:
        return None


def facts(environment: str, service: str) -> Aged[ServiceView]:
    gateways = portal().gateways(environment)
    return portal().readings.get(
        (environment, service), lambda: read(gateways, service), portal().settings.now, FRESH_SECONDS
    )


def tags(environment: str, repository: str) -> ImageTags:
    gateways = portal().gateways(environment)
    reading = portal().readings.get(
        (environment, repository, "tags"),
        lambda: gateways.images.tags(repository),
        portal().settings.now,
        TAGS_FRESH_SECONDS,
    )
    return reading.value


def is_worth_telling(run: ProvisioningRun, found: ServiceView, now: datetime) -> bool:
    """Of a run that has ended. A failure stays until something came through since, by whichever door."""
    is_new = run.ended_at is not None and now - run.ended_at < END_IS_TOLD
    if run.succeeded:
        return is_new
    index = found.index
    if index.failed_provisioning and index.failed_provisioning.when >= run.started_at:
        return False  # a panel of its own says it, with its cause
    return is_new or not (index.applied or found.live.release)


def runs(environment: str, service: str) -> Sequence[Run] | None:
    """The newest, without their copies; None where the service has no state machine yet."""
    gateway = portal().gateways(environment).runs
    reading = portal().readings.get(
        (environment, service, "runs"),
        lambda: _or_none(lambda: gateway.recent(service, _RUNS)),
        portal().settings.now,
        FRESH_SECONDS,
    )
    return reading.value


def outdate(environment: str, service: str) -> None:
    """After a write: what was read before it is not shown as if it were after it."""
    portal().readings.forget((environment, service))
    portal().readings.forget((environment, service, "runs"))
    portal().readings.forget((environment, service, "queue"))
    portal().readings.forget((environment, service, "audit"))
    portal().collector.outdate(environment)


def read(gateways: Gateways, service: str) -> ServiceView:
    provisioned = _or_none(lambda: gateways.provisioned.read(service))
    if provisioned is None:
        return ServiceView()
    with suppress(Unreadable):  # the page says which
        if gateways.releases.in_progress(service):
            gateways.releases.settle(service)
    with ThreadPoolExecutor(7) as pool:
        schedule = pool.submit(_or_none, lambda: gateways.schedules.read(service)) if provisioned.schedule else None
        state = pool.submit(_or_none, lambda: gateways.carriers.state(provisioned))
        history = pool.submit(gateways.releases.history, service, HISTORY)
        running = pool.submit(_or_none, lambda: gateways.tasks.running(service))
        stopped = pool.submit(_or_none, lambda: gateways.tasks.stopped(service))
        index = pool.submit(gateways.service_index.read, service)
        with_group = pool.submit(gateways.logs.services_with_group, service).result()
    releases = with_newest(history.result().releases, index.result().last)
    is_there = state.result()
    found = ServiceView(
        provisioned=provisioned,
        index=reduce(service_index.merged, map(service_index.of_release, releases), index.result()),
        state=is_there,
        schedule=schedule.result() if schedule else None,
        live=_live(gateways, provisioned, is_there, releases) if is_there else Live(),
        releases=releases,
        unreadable=history.result().unreadable,
        held_up_by=history.result().newest_unreadable,
        running=running.result() or [],
        stopped=stopped.result() or [],
        lacks_log_group=with_group is not None and service not in with_group,
    )
    return _with_release(gateways, service, found)


def _live(gateways: Gateways, provisioned: Provisioned, state: CarrierState, releases: list[Release]) -> Live:
    """Nothing is said of it where the release that is live is one whose record nobody can read."""
    try:
        return gateways.releases.live_among(provisioned, state, releases)
    except Unreadable:
        return Live()


def with_newest(releases: list[Release], last: Release | None) -> list[Release]:
    """Newest first, as far as either the records or the index had got: a release may be claimed, or end, between."""
    newest = releases[0] if releases else None
    if last is None or (newest and (newest.number, newest.outcome is not None) >= (last.number, bool(last.outcome))):
        return releases
    if newest is None or newest.number < last.number:
        return [last, *releases]
    return [newest.model_copy(update={"outcome": last.outcome}), *releases[1:]]


def _with_release(gateways: Gateways, service: str, found: ServiceView) -> ServiceView:
    """What only a rollout, a failure or a staged definition is asked for."""
    in_progress, staged = found.live.in_progress, None
    progress = gateways.releases.progress(service, in_progress.number) if in_progress else None
    if found.live.staged_definition and found.live.release and not in_progress:
        staged = gateways.releases.proposal(service, ReleaseRequest())
    return replace(found, progress=progress, diagnosis=_diagnosis(gateways, found), staged=staged)


def _diagnosis(gateways: Gateways, found: ServiceView) -> Diagnosis | None:
    """Of the release in progress once a task failed, or of the one that was given up."""
    in_progress, tried = found.live.in_progress, found.live.rolled_back
    if in_progress:
        return gateways.failures.diagnose(in_progress) if found.failed else None
    return diagnosis.of_outcome(tried.outcome) if tried and tried.outcome else None


def _or_none(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Absent:
        return None
