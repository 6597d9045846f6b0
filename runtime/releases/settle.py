"""How a release ends: one look, which whoever comes may take, and which writes the outcome once ECS knows it.

Everything that must hold afterwards (bounds, count) is set before the outcome is written: a looker that dies is then
followed by the next one, and until there is an outcome nobody can release.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from runtime.aws import task_definitions
from runtime.aws.ecs_services import Deployment, EcsServices, ServiceState
from runtime.aws.errors import Absent, GatewayError
from runtime.bucket.records import Outcome, Release, Status, StopRequest, TaskLimits
from runtime.bucket.release_records import ReleaseRecords
from runtime.bucket.service_index import ServiceIndex
from runtime.diagnosis import diagnosis
from runtime.diagnosis.evidence import FailureEvidence
from runtime.releases import progress
from runtime.releases.execute import Steps
from runtime.releases.progress import Progress
from service_catalog import naming
from service_catalog.messages import joined, say

log = logging.getLogger(__name__)

_NOTHING = TaskLimits(0, 0)
_SLACK = timedelta(minutes=10)
"""Between the clocks of S3 and ECS, with plenty to spare."""


class Settling:
    def __init__(
        self,
        environment: str,
        records: ReleaseRecords,
        service_index: ServiceIndex,
        ecs_services: EcsServices,
        steps: Steps,
        failures: FailureEvidence,
        now: Callable[[], datetime],
        dead_seconds: float,
    ):
        self._environment, self._records, self._heads = environment, records, service_index
        self._ecs_services, self._steps, self._failures = ecs_services, steps, failures
        self._now, self._dead_seconds = now, dead_seconds

    def settle(self, service: str) -> Outcome | None:
        """How the newest release ended; None while it is in progress, or if there is none."""
        release = self._records.newest(service)
        return self.settled(release).outcome if release else None

    def settled(self, release: Release) -> Release:
        """The release with its outcome, if it has ended."""
        if release.outcome:
            # Whoever wrote it may have died before the head was told.
            self._heads.saw_release(release)
            return release
        return replace(release, outcome=self.look(release)[1] or self._lost(release))

    def _lost(self, release: Release) -> Outcome | None:
        """Whatever ECS still lists of a service that was deleted, nothing of it comes to an end any more."""
        if self._service(release) or self._records.age_seconds(release) < self._dead_seconds:
            return None
        return self.end(release, self._deleted()).outcome

    def look(self, release: Release) -> tuple[Progress, Outcome | None]:
        """Where a release in progress stands, and how it ended if it just did."""
        deployments = self._of(release)
        outcome = self._ending(release, progress.deciding(deployments))
        return progress.read(deployments), self.end(release, outcome).outcome if outcome else None

    def progress(self, release: Release) -> Progress:
        return progress.read(self._of(release))

    def end(self, release: Release, outcome: Outcome) -> Release:
        """The release with its outcome, which is whatever was written first."""
        ended = self._records.end(release, outcome)
        self._heads.saw_release(ended)
        status = ended.outcome.status if ended.outcome else ""
        log.info("release ended service=%s number=%d status=%s", release.service, release.number, status)
        return ended

    def seconds_until_given_up(self, release: Release) -> int | None:
        """Of a release in progress that ECS shows nothing of. None once it does: then ECS brings it to its end."""
        state = self._service(release)
        if self._of(release) or (state and any(rollout.revision == release.revision for rollout in state.rollouts)):
            return None
        return max(1, ceil(self._dead_seconds - self._records.age_seconds(release)))

    def deciding(self, release: Release) -> Deployment | None:
        """The deployment that decides over the release, once ECS shows it."""
        return progress.deciding(self._of(release))

    def stop(self, release: Release, deployment: Deployment, who: str) -> None:
        # Remembered first: the deployment may end before we come back to say who it was.
        self._records.ask_to_stop(release, StopRequest(who, self._now()))
        self._ecs_services.stop(deployment)

    def _of(self, release: Release) -> list[Deployment]:
        since = self._records.written_at(release) - _SLACK
        try:
            return self._ecs_services.of_revision(release.service, release.revision, since)
        except Absent:
            return []

    def _ending(self, release: Release, deployment: Deployment | None) -> Outcome | None:
        if deployment is None:
            return self._never_seen(release)
        if deployment.status == "SUCCESSFUL":
            self._hold(release, release.tasks)
            return self._outcome("succeeded", "")
        if not progress.is_rolling_back(deployment):
            return None
        if runs_only_placeholders(self._environment, release, deployment, self._ecs_services.service(release.service)):
            return self._empty(release, deployment)
        return self._gone_back(release, deployment) if progress.has_ended(deployment) else None

    def _never_seen(self, release: Release) -> Outcome | None:
        if self._records.age_seconds(release) < self._dead_seconds:
            return None
        state = self._service(release)
        if state is None:
            return self._deleted()
        if any(rollout.revision == release.revision for rollout in state.rollouts):
            return None
        if state.created_at and state.created_at > self._records.written_at(release):
            # ECS forgets what it did for a service that was replaced: nobody can say that it was never told.
            return self._outcome("stopped", say("the ECS service was replaced before anybody saw how it ended"))
        return self._outcome("not-carried-out", say("whoever started it ended before ECS was told; release again"))

    def _deleted(self) -> Outcome:
        return self._outcome("stopped", say("the ECS service was deleted before anybody saw how it ended"))

    def _service(self, release: Release) -> ServiceState | None:
        return self._ecs_services.services([release.service]).get(release.service)

    def _hold(self, release: Release, tasks: TaskLimits | None) -> None:
        """A service that was replaced meanwhile stands at the blanks, which nobody can run."""
        state = self._service(release)
        if state and task_definitions.family(state.revision) != naming.definition_family(self._environment, state.name):
            self._steps.enforce_task_count(release.service, tasks)

    def _empty(self, release: Release, deployment: Deployment) -> Outcome:
        """A first release that fails has only the blanks to go back to, which cannot run: better no tasks at all."""
        outcome = self._failed(release, deployment, "failed")
        self._steps.enforce_task_count(release.service, _NOTHING)
        ending = say("There was no release to go back to, so the service runs no tasks")
        found = replace(outcome.diagnosis, ending=ending) if outcome.diagnosis else None
        return replace(outcome, reason=joined(". ", [outcome.reason, ending]), diagnosis=found)

    def _gone_back(self, release: Release, deployment: Deployment) -> Outcome:
        outcome = self._failed(release, deployment, _STATUSES[deployment.status])
        if release.base is not None:
            self._hold(release, self._records.get(release.service, release.base).tasks)
        return outcome

    def _failed(self, release: Release, deployment: Deployment, status: Status) -> Outcome:
        request = self._records.stop_request(release)
        if request and not (deployment.breaker and deployment.breaker.status == "TRIGGERED"):
            return self._outcome("stopped", say("stopped by %(who)s", who=request.who))
        try:
            found = self._failures.diagnose(release, deployment.reason)
        except GatewayError as error:
            # How it ended must be written whether or not its logs can be read.
            seen = deployment.reason.rstrip(".") or say("it did not come through")
            undiagnosed = say("No diagnosis: %(error)s", error=error.sentence)
            return self._outcome(status, joined(". ", [seen, undiagnosed]))
        return Outcome(status, self._now(), diagnosis.in_full(found), found.evidence, found)

    def _outcome(self, status: Status, reason: str) -> Outcome:
        return Outcome(status, self._now(), reason)


def runs_only_placeholders(environment: str, release: Release, deployment: Deployment, state: ServiceState) -> bool:
    """Does going back bring a definition with placeholders, or, for want of anything else, this release once more?

    ECS says where it goes back to some moments after it was asked to: until then nobody can tell.
    """
    elsewhere = state.revision if state.revision != release.revision else None
    back_to = deployment.back_to or elsewhere
    if back_to is None:
        return release.base is None and progress.has_ended(deployment)
    return task_definitions.family(back_to) == naming.definition_family(environment, release.service)


_STATUSES: dict[str, Status] = {
    "ROLLBACK_SUCCESSFUL": "rolled-back",
    "ROLLBACK_FAILED": "failed",
    "STOPPED": "stopped",
}
