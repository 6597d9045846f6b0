"""What runs of a service, read before a run touches it and again afterwards: from ECS, else from the records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.aws.ecs_services import Deployment, ServiceState
from runtime.aws.errors import Absent, GatewayError
from runtime.gateways import Gateways
from runtime.releases import limits
from runtime.releases.live import Live
from service_catalog.messages import Message, say
from service_catalog.records.provisioned import Queue, TaskLimits
from service_catalog.records.releases import Outcome, Release


@dataclass(frozen=True)
class RunningService:
    live: Live = field(default_factory=Live)
    """As ECS has it"""
    last: Release | None = None
    """The newest release that came through: what ran, when ECS has forgotten it"""
    in_progress: Release | None = None
    is_stopped: bool = False
    """It shall run no tasks, whatever is live"""
    deployment: Deployment | None = None
    """The newest one that ECS lists"""
    is_schedule_paused: bool = False
    entry: Mapping[str, Any] = field(default_factory=dict)
    """The catalog's, as it was provisioned; empty where the record is older than that"""
    queue: Queue | None = None
    """As it was provisioned"""
    limits: TaskLimits | None = None
    """How many tasks may run of what is live by now"""
    pauses: bool = False
    """Its deployments wait for somebody to continue them"""

    @property
    def ran(self) -> Release | None:
        return self.live.release or self.last

    @property
    def runs(self) -> bool:
        """Something is live and was not stopped; paused or scaled to none, it is what shall run."""
        return self.live.revision is not None and (not self.is_stopped or self._may_rest)

    @property
    def was_stopped(self) -> bool:
        """Somebody took its tasks away, which no release does."""
        return self.live.release is not None and self.is_stopped and not self._may_rest

    @property
    def gone_back_to(self) -> Release | None:
        """The earlier release that somebody put back, without releasing it."""
        live = self.live.release
        return live if live and self.last and live.number < self.last.number else None

    @property
    def _may_rest(self) -> bool:
        """Scaling may end its tasks; or it is a daemon, without limits, and there is no instance."""
        return self.limits.min == 0 if self.limits else self.live.release is not None


def read(gateways: Gateways, service: str) -> RunningService:
    """Settles first, so that a release that ended while nobody watched counts."""
    releases = gateways.releases
    releases.settle(service)
    last, in_progress = releases.last_success(service), releases.in_progress(service)
    try:
        live, provisioned = releases.live(service), gateways.provisioned.read(service)
        state = gateways.carriers.state(provisioned)
    except Absent:
        return RunningService(last=last, in_progress=in_progress)
    deployment = gateways.carriers.newest_deployment(provisioned) if live.revision else None
    schedule = gateways.schedules.find(service) if provisioned.schedule else None
    is_paused = schedule is not None and schedule.is_paused
    entry, queue = provisioned.entry or {}, provisioned.queue
    tasks = limits.of_release(live.release, provisioned, gateways.now())
    pauses = isinstance(state, ServiceState) and state.pauses
    return RunningService(live, last, in_progress, state.is_stopped, deployment, is_paused, entry, queue, tasks, pauses)


def after(gateways: Gateways, service: str, outcome: Outcome) -> Message:
    """What runs now that a release did not come through, and the way on where nothing does."""
    try:
        now = read(gateways, service)
    except GatewayError:
        return say("AWS could not be asked what runs now")
    if not now.runs:
        return _nothing_runs(gateways.environment.name, service, now, outcome)
    if now.live.release is None:
        return say("a revision of no release runs")
    return say("release %(number)s is live", number=now.live.release.number)


def _nothing_runs(environment: str, service: str, now: RunningService, outcome: Outcome) -> Message:
    if now.live.release:
        return say("release %(number)s is live, and its desired count is 0", number=now.live.release.number)
    if outcome.status == "not-carried-out":
        return say("no task of it runs until a release comes through")
    image = "" if now.last else " --image TAG"
    return say(
        "no task of it runs; once the cause is fixed, `slipway up %(environment)s %(service)s` releases a changed "
        "catalog, and %(release)s the same again, or another image or env (--image, --env)",
        environment=environment,
        service=service,
        release=f"`slipway release {environment} {service}{image}`",
    )
