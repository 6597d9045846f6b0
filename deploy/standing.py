"""What runs of a service, read before a run touches it and again afterwards: from ECS, else from the records."""

from dataclasses import dataclass, field

from deploy.verify import newest
from runtime.deployments import Deployment
from runtime.errors import Absent
from runtime.gateways import Gateways
from runtime.live import Live
from runtime.records import Release


@dataclass(frozen=True)
class Standing:
    live: Live = field(default_factory=Live)
    """As ECS has it"""
    last: Release | None = None
    """The newest release that came through: what ran, when ECS has forgotten it"""
    in_progress: Release | None = None
    desired: int = 0
    deployment: Deployment | None = None
    """The newest one that ECS lists"""

    @property
    def ran(self) -> Release | None:
        return self.live.release or self.last

    @property
    def runs(self) -> bool:
        """Something is live, and ECS wants tasks of it."""
        return self.live.revision is not None and self.desired > 0

    @property
    def was_stopped(self) -> bool:
        """Somebody took its tasks away, which no release does."""
        return self.live.release is not None and self.desired == 0 and self.live.release.tasks.min > 0


def read(gateways: Gateways, service: str) -> Standing:
    """Settles first, so that a release that ended while nobody watched counts."""
    releases = gateways.releases
    releases.settle(service)
    last, in_progress = releases.last_success(service), releases.in_progress(service)
    try:
        live, desired = releases.live(service), gateways.deployments.service(service).desired
    except Absent:
        return Standing(last=last, in_progress=in_progress)
    deployment = newest(gateways.deployments, service) if live.revision else None
    return Standing(live, last, in_progress, desired, deployment)
