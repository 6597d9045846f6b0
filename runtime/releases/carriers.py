"""What carries a release, by the kind of its service. Nothing else asks what kind a service is.

An ECS service carries the releases of web services and workers. Of jobs and tasks nothing runs for good: an object says
which revision their next run takes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from runtime.aws.ecs_services import Deployment, ServiceState
from runtime.aws.task_definitions import Definition
from runtime.bucket.live_revisions import TakenByRuns
from runtime.releases.progress import Progress
from service_catalog.records.provisioned import SERVED, Provisioned, Workload
from service_catalog.records.releases import Outcome, Release

CarrierState = ServiceState | TakenByRuns
S = TypeVar("S")


class Carrier(Protocol[S]):
    """``claimed_at`` is when a release was claimed, by S3's own clock."""

    def state(self, service: str) -> S:
        """Raises Absent when what carries it is not there."""

    def states(self, services: Sequence[str], before_each: Callable[[], object]) -> Mapping[str, S]:
        """By service, in as few calls as there can be; those that are there."""

    def live_revision(self, state: S) -> str | None:
        """ARN of the task definition that is live; None while nothing was released."""

    def refusals(self, state: S, document: Definition) -> list[str]:
        """Why it cannot take that task definition."""

    def start(self, release: Release, state: S) -> Outcome | None:
        """Carries the release out, sent once; ``state`` is what was seen when it was planned. The outcome, where it is
        known at once.

        Raises Unreachable when it may have been done, and another GatewayError when it certainly was not.
        """

    def set_limits(self, release: Release) -> None:
        """Lets scaling move the count within the release's task limits from now on."""

    def progress(self, release: Release, claimed_at: datetime) -> Progress:
        """Where a release in progress stands: "waiting" while nothing is shown of it."""

    def outcome(self, release: Release, claimed_at: datetime) -> tuple[Progress, Outcome | None]:
        """The same, and how it ended if it did: what must hold afterwards is enforced then."""

    def shows(self, release: Release, claimed_at: datetime) -> bool:
        """Whether it was carried out, however far it is."""

    def lost(self, release: Release, claimed_at: datetime) -> Outcome | None:
        """How a release ended that should long be shown; None if it is."""

    def stop(self, release: Release, claimed_at: datetime) -> None:
        """Puts back what ran before."""

    def newest_deployment(self, service: str) -> Deployment | None:
        """The newest that ECS lists: a changed service rolls out without any release, too."""

    def answer(self, deployment: Deployment, hook: str, *, goes_on: bool) -> None:
        """A deployment that waits for somebody goes on, or back."""


class Carriers:
    def __init__(self, ecs_service: Carrier[ServiceState], live_revision: Carrier[TakenByRuns]):
        self._ecs_service, self._live_revision = ecs_service, live_revision

    def of(self, kind: Workload) -> Carrier[Any]:
        return self._ecs_service if kind in SERVED else self._live_revision

    def state(self, provisioned: Provisioned) -> CarrierState:
        """Raises Absent when what carries its releases is not there."""
        found: CarrierState = self.of(provisioned.kind).state(provisioned.service)
        return found

    def newest_deployment(self, provisioned: Provisioned) -> Deployment | None:
        return self.of(provisioned.kind).newest_deployment(provisioned.service)

    def states(
        self, provisioned: Iterable[Provisioned], before_each: Callable[[], object] = lambda: None
    ) -> dict[str, CarrierState]:
        """By service, those that are there; ``before_each`` call."""
        by_carrier: dict[Carrier[Any], list[str]] = {}
        for record in provisioned:
            by_carrier.setdefault(self.of(record.kind), []).append(record.service)
        found: dict[str, CarrierState] = {}
        for carrier, services in by_carrier.items():
            found |= carrier.states(services, before_each)
        return found
