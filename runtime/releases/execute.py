"""The steps of a release, each safe to die after: register, claim, start, set the limits. One that begins with a run
(``first_run.py``) is started later, by whoever decides that it goes on.

Registered but not claimed is a revision that nothing runs. Claimed but not started is settled by whoever comes 120 s
later. Started but without its limits is mended when the release is settled.
"""

import logging
import secrets
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
from service_catalog.records.releases import Confirmation, Outcome, Release, StartDecision

log = logging.getLogger(__name__)

START_SECONDS = 30
"""After the claim; with the request's own time limit far below what others wait (``Clock.dead_seconds``)."""


@dataclass(frozen=True)
class Claimed:
    release: Release
    since: float
    """On the monotonic clock, before the claim, or the decision, was sent: S3 can only have dated it later"""
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
        new_token: Callable[[], str] = lambda: secrets.token_hex(8),
    ):
        self._environment, self._definitions = environment, definitions
        self._records, self._carriers = records, carriers
        self._now, self._monotonic, self.new_token = now, monotonic, new_token

    def register(self, plan: Plan, token: str) -> str:
        """The ARN of the release's own revision."""
        tags = naming.tags(self._environment, plan.service) | {naming.RELEASE_TAG: token}
        doing = say("registering the release of %(service)s", service=plan.service)
        return self._definitions.register(plan.target.document, tags, doing)

    def deregister(self, revision: str) -> None:
        """Of a release that was beaten."""
        self._definitions.deregister(revision)

    def claim(
        self, plan: Plan, revision: str, token: str, who: str, why: str, confirmation: Confirmation | None = None
    ) -> Claimed:
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
            first_run=plan.proposal.first_run,
            confirmation=confirmation,
        )
        since = self._monotonic()
        self._records.claim(release)
        return Claimed(release, since, plan.state)

    def decide(self, release: Release, given_up: str) -> Claimed | None:
        """Whether a release goes on after its first run. None if it does not, or somebody else decided before. Raises
        Absent when what carries it is not there."""
        state = None if given_up else self._carriers.of(release.workload).state(release.service)
        since = self._monotonic()
        mine = StartDecision(when=self._now(), token=self.new_token(), given_up=given_up)
        is_mine = self._records.decide(release, mine).token == mine.token
        return Claimed(release, since, state) if is_mine and state else None

    def too_late(self, claimed: Claimed) -> Outcome | None:
        late = self._monotonic() - claimed.since
        if late <= START_SECONDS:
            return None
        return self._not_carried_out(say("it was %(seconds)s s late; release again", seconds=round(late)))

    def start(self, claimed: Claimed) -> Outcome | None:
        """Tells the carrier, once. None means that it was told, or may have been."""
        if too_late := self.too_late(claimed):
            return too_late
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
