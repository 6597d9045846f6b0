"""One release as its page tells it: what it changed, what happened to it, and what came before and after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from portal import release_review
from portal.context import portal
from portal.data import env_texts
from portal.data.service_facts import ServiceFacts
from portal.release_review import FileChange
from portal.text.states import State
from runtime.aws.ecs_services import Event
from runtime.aws.ecs_tasks import Task
from runtime.aws.errors import Absent
from runtime.bucket.records import Unreadable
from runtime.diagnosis import diagnosis
from runtime.releases.course import Moment
from runtime.releases.releases import Releases
from service_catalog.differences import EntryChange, differences
from service_catalog.records.releases import Diagnosis, Release

_AFTERWARDS = timedelta(minutes=1)
"""What belongs to the end of a release may be written a moment later"""


@dataclass(frozen=True)
class ReleaseView:
    release: Release
    state: State
    base: Release | None
    """What was live when it began; None for a first release, and where that record cannot be read"""
    course: Sequence[Moment]
    entry_changes: Sequence[EntryChange]
    """What its catalog entry says otherwise than that of its base"""
    env: Sequence[FileChange]
    running: Sequence[Task]
    stopped: Sequence[Task]
    """Within the hour"""
    events: Sequence[Event]
    """What ECS said meanwhile, newest first; it keeps the last hundred"""
    diagnosis: Diagnosis | None
    can_mend: bool
    """Nothing was released since, so what its diagnosis advises is still the thing to do"""
    before: int | None
    after: Release | None
    """The release that came next"""

    @property
    def failed(self) -> Task | None:
        """One of its tasks whose log may say why"""
        return next(iter(self.stopped), None) if self.diagnosis else None


def of(environment: str, service: str, number: int, found: ServiceFacts) -> ReleaseView:
    """Raises Absent."""
    releases = portal().gateways(environment).releases
    release = next((it for it in found.releases if it.number == number), None) or releases.get(service, number)
    base = _readable(releases, service, release.base) if release.base is not None else None
    after = _readable(releases, service, number + 1)
    is_in_progress = found.live.in_progress is not None and found.live.in_progress.number == number
    return ReleaseView(
        release=release,
        state=found.state_of(release),
        base=base,
        course=releases.course(release),
        entry_changes=_entry_changes(base, release),
        env=_env_changes(environment, base, release),
        running=[task for task in found.running if task.revision == release.revision],
        stopped=[task for task in found.stopped if task.revision == release.revision],
        events=_events(found, release),
        diagnosis=found.diagnosis if is_in_progress else _diagnosis(release),
        can_mend=after is None,
        before=number - 1 if number > 1 else None,
        after=after,
    )


def _readable(releases: Releases, service: str, number: int) -> Release | None:
    """A page of one release is worth having where a neighbour of it is not there, or cannot be read."""
    try:
        return releases.get(service, number)
    except (Absent, Unreadable):
        return None


def _entry_changes(base: Release | None, release: Release) -> list[EntryChange]:
    if base is None or base.entry is None or release.entry is None:
        return []
    return differences(base.entry, release.entry)


def _env_changes(environment: str, base: Release | None, release: Release) -> list[FileChange]:
    """Of a first release every key is new, which says nothing."""
    if base is None:
        return []
    env_files = portal().gateways(environment).env_files
    masked = env_texts.masked_files(environment, release.service, {**base.env, **release.env}, release.entry)
    return release_review.env_changes(env_files, release.service, base.env, release.env, release.entry, masked)


def _events(found: ServiceFacts, release: Release) -> list[Event]:
    until = release.outcome.when + _AFTERWARDS if release.outcome else None
    events = found.ecs_service.events if found.ecs_service else ()
    return [event for event in events if release.when <= event.when and (until is None or event.when <= until)]


def _diagnosis(release: Release) -> Diagnosis | None:
    outcome = release.outcome
    return diagnosis.of_outcome(outcome) if outcome and outcome.status != "succeeded" else None
