"""The object that says which revision runs take, as carrier of releases: jobs and tasks.

A release is written there and has succeeded: of what nothing runs for good, nothing can fail before its next run.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from runtime.aws.ecs_services import Deployment
from runtime.aws.errors import Conflict
from runtime.aws.task_definitions import Definition
from runtime.bucket.live_revisions import LiveRevisions, TakenByRuns
from runtime.releases.progress import Progress
from service_catalog.messages import say
from service_catalog.records.releases import Outcome, Release


class LiveRevisionCarrier:
    def __init__(self, live_revisions: LiveRevisions, now: Callable[[], datetime]):
        self._live_revisions, self._now = live_revisions, now

    def state(self, service: str) -> TakenByRuns:
        return self._live_revisions.read(service)

    def states(self, services: Sequence[str], before_each: Callable[[], object]) -> Mapping[str, TakenByRuns]:
        """One listing and what changed since the last, whatever ECS's pace."""
        known = self._live_revisions.all()
        return {service: known.get(service, TakenByRuns(service)) for service in services}

    def live_revision(self, state: TakenByRuns) -> str | None:
        return state.revision or None

    def refusals(self, state: TakenByRuns, document: Definition) -> list[str]:
        return []

    def start(self, release: Release, state: TakenByRuns) -> Outcome | None:
        if not self._live_revisions.replace(state, release):
            raise Conflict(
                say("somebody else changed what runs of %(service)s take; release again", service=release.service)
            )
        return self._succeeded()

    def set_limits(self, release: Release) -> None:
        """A run says itself how many copies it has."""

    def progress(self, release: Release, claimed_at: datetime) -> Progress:
        return Progress("ended" if self.shows(release, claimed_at) else "waiting")

    def outcome(self, release: Release, claimed_at: datetime) -> tuple[Progress, Outcome | None]:
        progress = self.progress(release, claimed_at)
        return progress, self._succeeded() if progress.phase == "ended" else None

    def shows(self, release: Release, claimed_at: datetime) -> bool:
        return self._live_revisions.read(release.service).revision == release.revision

    def lost(self, release: Release, claimed_at: datetime) -> Outcome | None:
        if self.shows(release, claimed_at):
            return None
        reason = say("whoever started it ended before it was written that runs take it; release again")
        return Outcome(status="not-carried-out", when=self._now(), reason=reason)

    def stop(self, release: Release, claimed_at: datetime) -> None:
        """It has ended by the time anybody could ask."""

    def newest_deployment(self, service: str) -> None:
        return None

    def answer(self, deployment: Deployment, hook: str, *, goes_on: bool) -> None:
        """Nothing of it ever waits."""

    def _succeeded(self) -> Outcome:
        return Outcome(status="succeeded", when=self._now())
