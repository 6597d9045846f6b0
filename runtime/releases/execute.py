"""The steps of a release, each safe to die after: register, claim, start, set the limits.

Registered but not claimed is a revision that nothing runs. Claimed but not started is settled by whoever comes 120 s
later. Started but without its limits is mended when the release is settled.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from runtime.aws.errors import GatewayError, Unreachable
from runtime.aws.task_definitions import TaskDefinitions
from runtime.bucket.release_records import ReleaseRecords
from runtime.releases.carriers import Carriers, CarrierState
from runtime.releases.plan import Plan
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.records import Outcome, Release

log = logging.getLogger(__name__)

START_SECONDS = 30
"""After the claim; with the request's own time limit far below what others wait (``Clock.dead_seconds``)."""


@dataclass(frozen=True)
class Claimed:
    release: Release
    claimed_at: float
    """On the monotonic clock, before the claim was sent: S3 can only have dated it later"""
    state: CarrierState
    """Of its carrier, as it was planned from"""


class Steps:
    def __init__(
        self,
        environment: str,
        definitions: TaskDefinitions,
        records: ReleaseRecords,
        carriers: Carriers,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ):
        self._environment, self._definitions = environment, definitions
        self._records, self._carriers = records, carriers
        self._now, self._monotonic = now, monotonic

    def register(self, plan: Plan, token: str) -> str:
        """The ARN of the release's own revision."""
        tags = naming.tags(self._environment, plan.service) | {naming.RELEASE_TAG: token}
        doing = say("registering the release of %(service)s", service=plan.service)
        return self._definitions.register(plan.target.document, tags, doing)

    def deregister(self, revision: str) -> None:
        """Of a release that was beaten."""
        self._definitions.deregister(revision)

    def claim(self, plan: Plan, revision: str, token: str, who: str, why: str) -> Claimed:
        """Raises ReleaseRefused, which names the release that took this number."""
        target = plan.target
        release = Release(
            number=plan.number,
            service=plan.service,
            kind=plan.proposal.kind,
            image=target.contents.image,
            env=dict(target.contents.env),
            definition=target.contents.definition,
            revision=revision,
            tasks=target.tasks,
            scaled=target.scaled,
            base=plan.base,
            who=who,
            why=why,
            when=self._now(),
            token=token,
            entry=dict(target.entry) if target.entry else None,
            workload=target.workload,
        )
        claimed_at = self._monotonic()
        self._records.claim(release)
        return Claimed(release, claimed_at, plan.state)

    def start(self, claimed: Claimed) -> Outcome | None:
        """Tells the carrier, once. None means that it was told, or may have been."""
        late = self._monotonic() - claimed.claimed_at
        if late > START_SECONDS:
            return self._not_carried_out(say("it was %(seconds)s s late; release again", seconds=round(late)))
        release = claimed.release
        try:
            return self._carriers.of(release.workload).start(release, claimed.state)
        except Unreachable as error:
            if error.code == "EndpointConnectionError":
                return self._not_carried_out(str(error))
            # It may have arrived. Whoever looks will see it, or not see it for 120 s.
            log.warning("release in doubt service=%s number=%d", release.service, release.number)
        except GatewayError as error:
            return self._not_carried_out(str(error))
        return None

    def set_limits(self, release: Release) -> None:
        try:
            self._carriers.of(release.workload).set_limits(release)
        except GatewayError:
            # The release runs; its limits are set again when it is settled.
            log.warning("task limits left to settling service=%s number=%d", release.service, release.number)

    def _not_carried_out(self, reason: str) -> Outcome:
        return Outcome(status="not-carried-out", when=self._now(), reason=reason)
