"""The ECS service as carrier of releases: web services and workers.

A release is an ``UpdateService``, and its service deployment says how it ended. Everything that must hold afterwards
(limits, count) is set before an outcome is told: a looker that dies is then followed by the next one, and until there
is an outcome nobody can release.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from runtime.aws import task_definitions
from runtime.aws.batches import batched
from runtime.aws.ecs_services import SERVICES_AT_ONCE, Deployment, EcsServices, ServiceState
from runtime.aws.errors import Absent, GatewayError
from runtime.aws.scalable_targets import ScalableTargets
from runtime.aws.task_definitions import Definition
from runtime.bucket.provisioned import ProvisionedRecords
from runtime.bucket.release_records import ReleaseRecords
from runtime.diagnosis import diagnosis
from runtime.diagnosis.evidence import FailureEvidence
from runtime.releases import limits, progress
from runtime.releases.progress import Progress
from service_catalog import naming
from service_catalog.messages import joined, say
from service_catalog.records.provisioned import TaskLimits
from service_catalog.records.releases import Outcome, OutcomeStatus, Release

_NOTHING = TaskLimits(min=0, max=0)
_SLACK = timedelta(minutes=10)
"""Between the clocks of S3 and ECS, with plenty to spare."""
_REACH = 100
"""How many deployments back the last successful one is looked for"""


class EcsServiceCarrier:
    def __init__(
        self,
        environment: str,
        ecs_services: EcsServices,
        scalable_targets: ScalableTargets,
        records: ReleaseRecords,
        failures: FailureEvidence,
        provisioned: ProvisionedRecords,
        now: Callable[[], datetime],
    ):
        self._environment, self._ecs_services, self._scalable_targets = environment, ecs_services, scalable_targets
        self._records, self._failures, self._provisioned, self._now = records, failures, provisioned, now

    def state(self, service: str) -> ServiceState:
        return self._ecs_services.service(service)

    def states(self, services: Sequence[str], before_each: Callable[[], object]) -> Mapping[str, ServiceState]:
        found: dict[str, ServiceState] = {}
        for some in batched(services, SERVICES_AT_ONCE):
            before_each()
            with suppress(Absent):  # the whole cluster was deleted
                found |= self._ecs_services.some_services(some)
        return found

    def live_revision(self, state: ServiceState) -> str | None:
        history = self._ecs_services.history(state.name, _REACH) if needs_history(state) else []
        return live_revision(self._environment, state, history)

    def refusals(self, state: ServiceState, document: Definition) -> list[str]:
        """It takes no revision that does not listen where the load balancer reaches it: the port was changed since."""
        ports = task_definitions.ports(document)
        return [
            say(
                "port: the load balancer reaches port %(wanted)s, and this definition listens on %(ports)s; deploy its "
                "image instead, which takes the definition that is provisioned now",
                wanted=wanted,
                ports=", ".join(map(str, ports)) or say("none"),
            )
            for wanted in state.balanced_ports
            if wanted not in ports
        ]

    def start(self, release: Release, state: ServiceState) -> None:
        count = _count(self._limits(release.service, release.tasks, release.scaled), state.desired)
        self._ecs_services.update(release.service, taskDefinition=release.revision, **count)

    def set_limits(self, release: Release) -> None:
        self._set_scaling_limits(release.service, release.tasks, release.scaled)

    def progress(self, release: Release, claimed_at: datetime) -> Progress:
        return progress.read(self._deployments(release, claimed_at))

    def outcome(self, release: Release, claimed_at: datetime) -> tuple[Progress, Outcome | None]:
        deployments = self._deployments(release, claimed_at)
        deciding = progress.deciding(deployments)
        return progress.read(deployments), self._ending(release, deciding) if deciding else None

    def shows(self, release: Release, claimed_at: datetime) -> bool:
        state = self._state(release)
        is_rolling = state is not None and any(it.revision == release.revision for it in state.rollouts)
        return is_rolling or bool(self._deployments(release, claimed_at))

    def lost(self, release: Release, claimed_at: datetime) -> Outcome | None:
        state = self._state(release)
        if state is None:
            # Whatever ECS still lists of it, nothing of it comes to an end any more.
            return self._outcome("stopped", say("the ECS service was deleted before anybody saw how it ended"))
        if self.shows(release, claimed_at):
            return None
        if state.created_at and state.created_at > claimed_at:
            # ECS forgets what it did for a service that was replaced: nobody can say that it was never told.
            return self._outcome("stopped", say("the ECS service was replaced before anybody saw how it ended"))
        return self._outcome("not-carried-out", say("whoever started it ended before ECS was told; release again"))

    def stop(self, release: Release, claimed_at: datetime) -> None:
        if deployment := progress.deciding(self._deployments(release, claimed_at)):
            self._ecs_services.stop(deployment)

    def newest_deployment(self, service: str) -> Deployment | None:
        return next(iter(self._ecs_services.history(service, limit=1)), None)

    def answer(self, deployment: Deployment, hook: str, *, goes_on: bool) -> None:
        self._ecs_services.answer(deployment, hook, goes_on=goes_on)

    def _deployments(self, release: Release, claimed_at: datetime) -> list[Deployment]:
        try:
            return self._ecs_services.of_revision(release.service, release.revision, claimed_at - _SLACK)
        except Absent:
            return []

    def _state(self, release: Release) -> ServiceState | None:
        return self._ecs_services.services([release.service]).get(release.service)

    def _ending(self, release: Release, deployment: Deployment) -> Outcome | None:
        if deployment.status == "SUCCESSFUL":
            self._enforce(release)
            return self._outcome("succeeded", "")
        if not progress.is_rolling_back(deployment):
            return None
        if runs_only_placeholders(self._environment, release, deployment, self._ecs_services.service(release.service)):
            return self._empty(release, deployment)
        return self._gone_back(release, deployment) if progress.has_ended(deployment) else None

    def _enforce(self, release: Release) -> None:
        """A service that was replaced meanwhile stands at a definition with placeholders, which nobody can run."""
        state = self._state(release)
        if state and task_definitions.family(state.revision) != naming.definition_family(self._environment, state.name):
            self._enforce_task_count(release.service, release.tasks, release.scaled)

    def _enforce_task_count(self, service: str, tasks: TaskLimits | None, scaled: bool) -> None:
        """Limits and count as they shall be, whatever a process that died left undone."""
        self._set_scaling_limits(service, tasks, scaled)
        if count := _count(self._limits(service, tasks, scaled), self._ecs_services.service(service).desired):
            self._ecs_services.update(service, **count)

    def _set_scaling_limits(self, service: str, tasks: TaskLimits | None, scaled: bool) -> None:
        """A scheduled action, whoever made it, sets limits of its own: it must not end a pause, nor replace limits that
        somebody wants for now."""
        now = self._limits(service, tasks, scaled)
        if tasks and now:
            suspends = limits.suspends_schedule(tasks, scaled)
            self._scalable_targets.set(service, now, suspends_schedule=suspends)

    def _limits(self, service: str, tasks: TaskLimits | None, scaled: bool) -> TaskLimits | None:
        """With what the scaling schedule has set by now."""
        if tasks is None or limits.suspends_schedule(tasks, scaled):
            return tasks
        return limits.in_force(tasks, scaled, self._provisioned.read(service), self._now())

    def _empty(self, release: Release, deployment: Deployment) -> Outcome:
        """A first release that fails has only placeholders to go back to, which cannot run: better no tasks at all."""
        outcome = self._failed(release, deployment, "failed")
        if release.tasks is None:
            self._run_nowhere(release)
        else:
            self._enforce_task_count(release.service, _NOTHING, scaled=False)
        ending = say("There was no release to go back to, so the service runs no tasks")
        found = outcome.diagnosis.model_copy(update={"ending": ending}) if outcome.diagnosis else None
        reason = joined(". ", [outcome.reason, ending])
        return outcome.model_copy(update={"reason": reason, "diagnosis": found})

    def _run_nowhere(self, daemon: Release) -> None:
        """There is no count to set; its placeholders are for no instance."""
        if self._ecs_services.service(daemon.service).revision == daemon.revision:
            self._ecs_services.update(daemon.service, taskDefinition=daemon.contents.definition)

    def _gone_back(self, release: Release, deployment: Deployment) -> Outcome:
        outcome = self._failed(release, deployment, _STATUSES[deployment.status])
        if release.base is not None:
            self._enforce(self._records.get(release.service, release.base))
        return outcome

    def _failed(self, release: Release, deployment: Deployment, status: OutcomeStatus) -> Outcome:
        request = self._records.stop_request(release)
        gave_up_itself = deployment.rang or (deployment.breaker and deployment.breaker.status == "TRIGGERED")
        if request and not gave_up_itself:
            return self._outcome("stopped", say("stopped by %(who)s", who=request.who))
        try:
            found = self._failures.diagnose(release, deployment.reason, deployment.rang)
        except GatewayError as error:
            # How it ended must be written whether or not its logs can be read.
            seen = deployment.reason.rstrip(".") or say("it did not come through")
            undiagnosed = say("No diagnosis: %(error)s", error=error.sentence)
            return self._outcome(status, joined(". ", [seen, undiagnosed]))
        reason = diagnosis.in_full(found)
        return Outcome(status=status, when=self._now(), reason=reason, evidence=found.evidence, diagnosis=found)

    def _outcome(self, status: OutcomeStatus, reason: str) -> Outcome:
        return Outcome(status=status, when=self._now(), reason=reason)


def _count(tasks: TaskLimits | None, desired: int) -> dict[str, int]:
    """The count belongs to scaling: it is only sent when it is outside what it may be."""
    return {} if tasks is None or desired == tasks.clamp(desired) else {"desiredCount": tasks.clamp(desired)}


def live_revision(environment: str, service: ServiceState, history: Sequence[Deployment]) -> str | None:
    """ARN of the task definition that the last successful deployment brought; None while that has placeholders.

    ``history`` newest first; it is only needed while the service's primary rollout is not complete.
    """
    revision = _completed(service) or _succeeded(history) or _oldest_rollout(service)
    if revision is None or task_definitions.family(revision) == naming.definition_family(environment, service.name):
        return None
    return revision


def needs_history(service: ServiceState) -> bool:
    return _completed(service) is None


def _completed(service: ServiceState) -> str | None:
    primary = service.primary
    return primary.revision if primary and primary.state == "COMPLETED" else None


def _succeeded(history: Sequence[Deployment]) -> str | None:
    for deployment in history:
        if deployment.status == "SUCCESSFUL":
            return deployment.revision or None
        if deployment.status == "ROLLBACK_SUCCESSFUL" and deployment.back_to:
            return deployment.back_to
    return None


def _oldest_rollout(service: ServiceState) -> str | None:
    """ECS forgets deployments after 90 days, but not what it still runs."""
    others = [it for it in service.rollouts if not it.is_primary and it.state == "COMPLETED"]
    return others[-1].revision if others else None


def runs_only_placeholders(environment: str, release: Release, deployment: Deployment, state: ServiceState) -> bool:
    """Does going back bring a definition with placeholders, or, for want of anything else, this release once more?

    ECS says where it goes back to some moments after it was asked to: until then nobody can tell.
    """
    elsewhere = state.revision if state.revision != release.revision else None
    back_to = deployment.back_to or elsewhere
    if back_to is None:
        return release.base is None and progress.has_ended(deployment)
    return task_definitions.family(back_to) == naming.definition_family(environment, release.service)


_STATUSES: dict[str, OutcomeStatus] = {
    "ROLLBACK_SUCCESSFUL": "rolled-back",
    "ROLLBACK_FAILED": "failed",
    "STOPPED": "stopped",
}
