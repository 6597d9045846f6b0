"""How a release ends: one look, which anybody may take, and which writes the outcome once the carrier knows it."""

import logging
from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import Any

from runtime.aws.ecs_services import Deployment
from runtime.aws.traffic_shifts import Pause
from runtime.bucket.records import Unreadable
from runtime.bucket.release_records import ReleaseRecords
from runtime.bucket.service_index import ServiceIndex
from runtime.releases.carriers import Carrier, Carriers
from runtime.releases.events import ReleaseEvents
from runtime.releases.first_run import FirstRuns
from runtime.releases.progress import Progress
from service_catalog.records.releases import Acknowledgement, Approval, Outcome, Release, StopRequest, Told

log = logging.getLogger(__name__)


class Settling:
    """``dead_seconds``: how long a claim may stand that its carrier does not show."""

    def __init__(
        self,
        records: ReleaseRecords,
        service_index: ServiceIndex,
        carriers: Carriers,
        first_runs: FirstRuns,
        events: ReleaseEvents,
        now: Callable[[], datetime],
        new_token: Callable[[], str],
        dead_seconds: float,
    ):
        self._records, self._service_index = records, service_index
        self._carriers, self._first_runs = carriers, first_runs
        self._events = events
        self._untold: set[str] = set()
        """Tokens of outcomes that were written, or may have been"""
        self._told: set[tuple[str, int, str]] = set()
        """Which deployments are known to have been told of, that they wait"""
        self._now, self._new_token, self._dead_seconds = now, new_token, dead_seconds

    def settle(self, service: str) -> Outcome | None:
        """How the newest release ended; None while it is in progress, or if there is none."""
        release = self.newest(service)
        return self.settled(release).outcome if release else None

    def newest(self, service: str) -> Release | None:
        """Raises Unreadable, which who reads the index alone comes to know of, too."""
        try:
            return self._records.newest(service)
        except Unreadable:
            self._service_index.doubt(service)
            raise

    def settled(self, release: Release) -> Release:
        """The release with its outcome, if it has ended."""
        if release.outcome:
            # Whoever wrote it may have died before the index was told.
            self._service_index.saw_release(release)
            self.tell(release)
            return release
        outcome = self.look(release)[1]
        if outcome is None and (lost := self._lost(release)):
            outcome = self.end(release, lost).outcome
        return release.model_copy(update={"outcome": outcome})

    def look(self, release: Release) -> tuple[Progress, Outcome | None]:
        """Where a release in progress stands, and how it ended if it just did."""
        looked = self._first_runs.look(release)
        progress, outcome = looked or self._carrier(release).outcome(release, self._records.due_at(release))
        if progress.shift and progress.shift.pause:
            self._tell_that_it_waits(release, progress.shift.pause)
        if outcome is None and progress.phase == "waiting":
            outcome = self._lost(release)
        return progress, self.end(release, outcome).outcome if outcome else None

    def progress(self, release: Release) -> Progress:
        waits = self._first_runs.progress(release)
        return waits or self._carrier(release).progress(release, self._records.due_at(release))

    def end(self, release: Release, outcome: Outcome) -> Release:
        """The release with its outcome, which is whatever was written first; whoever wrote it tells others."""
        approved_by = tuple(dict.fromkeys(it.who for it in self._records.approvals(release) if it.goes_on))
        mine = outcome.model_copy(update={"approved_by": approved_by, "token": self._new_token()})
        self._untold.add(mine.token)
        ended = self._records.end(release, mine)
        self._service_index.saw_release(ended)
        status = ended.outcome.status if ended.outcome else ""
        log.info("release ended service=%s number=%d status=%s", release.service, release.number, status)
        self.tell(ended)
        self._untold.discard(mine.token)
        return ended

    def _tell_that_it_waits(self, release: Release, pause: Pause) -> None:
        waiting = (release.service, release.number, pause.hook)
        if not self._events.are_told or waiting in self._told:
            return
        told = Told(when=self._now(), token=self._new_token())
        if self._records.is_first_to_tell(release, pause.hook, told):
            self._events.waits(release, pause)
        self._told.add(waiting)

    def tell(self, release: Release) -> None:
        """Of an end that was written here: at once, or when it is seen again, if the answer to writing it was lost."""
        if release.outcome and release.outcome.token in self._untold:
            self._untold.discard(release.outcome.token)
            self._events.ended(release, release.outcome)

    def seconds_until_given_up(self, release: Release) -> int | None:
        """Of a release in progress that AWS shows nothing of. None once it does: it then comes to its end."""
        waits = self._first_runs.progress(release)
        if waits and waits.phase == "first run":
            return None
        if not waits and self._carrier(release).shows(release, self._records.due_at(release)):
            return None
        return max(1, ceil(self._dead_seconds - self._records.seconds_due(release)))

    def stop(self, release: Release, who: str) -> None:
        # Remembered first: the deployment may end before we come back to say who it was.
        self._records.ask_to_stop(release, StopRequest(who=who, when=self._now()))
        if self._first_runs.progress(release):
            self._first_runs.stop(release, who)
        else:
            self._carrier(release).stop(release, self._records.due_at(release))

    def pause(self, release: Release) -> Pause | None:
        """Of its deployment that waits for somebody, if one does."""
        return _pause(self._carrier(release).newest_deployment(release.service), release)

    def answer(self, release: Release, who: str, why: str, *, goes_on: bool, hook: str = "") -> Approval | None:
        """What was said to a deployment that waits: by ``who``, or by whoever was first. None if none waits, or another
        ``hook`` of it than the one that ``who`` saw."""
        deployment = self._carrier(release).newest_deployment(release.service)
        pause = _pause(deployment, release)
        if deployment is None or pause is None or hook not in ("", pause.hook):
            return None
        said = Approval(hook=pause.hook, goes_on=goes_on, who=who, why=why, when=self._now())
        first = self._records.approve(release, said)
        # Whoever was first may have died before ECS heard of it.
        self._carrier(release).answer(deployment, pause.hook, goes_on=first.goes_on)
        return first

    def acknowledge(self, release: Release, who: str, why: str) -> Acknowledgement:
        """Of one that did not come through: what was said first, by whomever."""
        first = self._records.acknowledge(release, Acknowledgement(who=who, why=why, when=self._now()))
        self._service_index.saw_acknowledgement(release.service, release.number)
        return first

    def _lost(self, release: Release) -> Outcome | None:
        if self._records.seconds_due(release) < self._dead_seconds:
            return None
        if self._first_runs.progress(release):
            return self._first_runs.lost(release)
        return self._carrier(release).lost(release, self._records.due_at(release))

    def _carrier(self, release: Release) -> Carrier[Any]:
        return self._carriers.of(release.workload)


def _pause(deployment: Deployment | None, release: Release) -> Pause | None:
    is_ours = deployment is not None and deployment.revision == release.revision
    return deployment.shift.pause if deployment and is_ours and deployment.shift else None
