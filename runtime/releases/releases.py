"""The one release operation: deploy, apply env, apply definition and roll back are the same five steps.

``release`` plans and then registers, claims, starts and sets the limits; ``settle`` and ``watch`` see it to its end.
What is live, what is staged and what happened before is answered from the same records.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from runtime.aws.errors import Conflict, Invalid, Unavailable
from runtime.aws.task_definitions import Definition, TaskDefinitions
from runtime.aws.traffic_shifts import Pause
from runtime.bucket.audit import AuditTrail
from runtime.bucket.release_records import History, ReleaseRecords, ReleaseRefused, describe
from runtime.bucket.service_index import ServiceIndex
from runtime.releases.carriers import CarrierState
from runtime.releases.course import Moment, course
from runtime.releases.earlier import EarlierReleases
from runtime.releases.execute import Claimed, Steps
from runtime.releases.first_run import FirstRuns
from runtime.releases.live import Live
from runtime.releases.plan import NEAR, Foreseen, Plan, Plans
from runtime.releases.progress import Phase, Progress
from runtime.releases.proposal import Proposal
from runtime.releases.request import ReleaseRequest
from runtime.releases.settle import Settling
from service_catalog.messages import Message, say
from service_catalog.model import Service
from service_catalog.records.provisioned import Provisioned
from service_catalog.records.releases import Acknowledgement, Approval, Confirmation, Contents, Outcome, Release

log = logging.getLogger(__name__)

WATCH_SECONDS = 3
_PATIENCE = 40
"""How many looks in a row may fail before a watcher gives up: two minutes."""


class StopRefused(Conflict):
    """It is too late, or too early. ``release`` has its outcome if it ended."""

    def __init__(self, sentence: str, release: Release):
        self.release = release
        super().__init__(sentence)


class NotWaiting(Conflict):
    """Nothing of the release waits for somebody."""

    def __init__(self, sentence: str, release: Release):
        self.release = release
        super().__init__(sentence)


class NotFailed(Conflict):
    """There is no failure to acknowledge."""

    def __init__(self, sentence: str, release: Release):
        self.release = release
        super().__init__(sentence)


class ReleaseInvalid(Invalid):
    """What was asked for cannot run: an image, an env version or a secret is missing."""


class Releases:
    def __init__(
        self,
        records: ReleaseRecords,
        service_index: ServiceIndex,
        definitions: TaskDefinitions,
        plans: Plans,
        earlier: EarlierReleases,
        steps: Steps,
        first_runs: FirstRuns,
        settling: Settling,
        audit: AuditTrail,
    ):
        self._records, self._service_index = records, service_index
        self._definitions, self._plans = definitions, plans
        self._earlier, self._steps, self._first_runs, self._settling = earlier, steps, first_runs, settling
        self._audit = audit

    # --- looking ---

    def history(self, service: str, limit: int = 20, before: int | None = None) -> History:
        """The newest, or the newest before that number."""
        return self._records.history(service, limit, before)

    def get(self, service: str, number: int) -> Release:
        """Raises Absent."""
        return self._records.get(service, number)

    def unlike(self, release: Release) -> list[str]:
        """Why its revision is not what the record says. Raises Invalid when ECS has no such revision."""
        return self._earlier.unlike(release)

    def course(self, release: Release) -> list[Moment]:
        """What happened to it, oldest first."""
        records = self._records
        answers = records.decision(release), records.approvals(release)
        return course(release, *answers, records.stop_request(release), records.acknowledgement(release))

    def in_progress(self, service: str) -> Release | None:
        newest = self._settling.newest(service)
        return newest if newest and not newest.outcome else None

    def live(self, service: str) -> Live:
        """What is live, in progress and staged. Raises Absent while it is not provisioned."""
        return self._plans.live(service)

    def live_among(self, provisioned: Provisioned, state: CarrierState, releases: Sequence[Release]) -> Live:
        """The same, of what was read already. ``releases`` are newest first."""
        return self._plans.live_among(provisioned, state, releases)

    def progress(self, service: str, number: int) -> Progress:
        release = self._records.get(service, number)
        return Progress("ended") if release.outcome else self._settling.progress(release)

    def silence(self, release: Release) -> Message | None:
        """Of a release in progress that nobody can stop, since AWS shows nothing of it: how long it may stand so."""
        seconds = self._settling.seconds_until_given_up(release)
        if seconds is None:
            return None
        return say(
            "%(release)s by %(who)s has begun, and AWS shows nothing of it yet; unless it does, it is given up in "
            "%(seconds)s s: try again then",
            release=describe(release),
            who=release.who,
            seconds=seconds,
        )

    def proposal(self, service: str, request: ReleaseRequest) -> Proposal:
        """What a release of this request would do. Touches nothing."""
        return self._plans.make(service, request, self._records.history(service, NEAR).from_newest()).proposal

    def foresee(self, service: Service, ran: Contents | None) -> Foreseen:
        """What a release would be asked once this entry is provisioned. Touches nothing."""
        return self._plans.foresee(service, ran)

    def lost(self, service: str, entry: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[Message]:
        """Which earlier releases cannot come back with the rights that ``entry`` gives, and can with ``before``."""
        return self._earlier.lost(service, entry, before)

    def lost_by(self, service: str, proposal: Proposal) -> list[Message]:
        """Which earlier releases can no longer come back by what the proposed one applies."""
        return self._earlier.lost_by(service, proposal)

    def definition(self, release: Release) -> Definition:
        """What runs, as ECS has it."""
        return self._definitions.describe(release.revision)

    def last_success(self, service: str) -> Release | None:
        """The newest release that came through, by the records alone."""
        ended = (it for it in self._records.newest_first(service) if it.outcome)
        return next((it for it in ended if it.outcome and it.outcome.status == "succeeded"), None)

    # --- doing ---

    def release(
        self,
        service: str,
        request: ReleaseRequest,
        *,
        who: str,
        why: str,
        confirmation: Confirmation | None = None,
    ) -> Release:
        """Returns when its carrier was told, or its first run was started; the release is then in progress, unless its
        outcome says otherwise. After its first run, whoever looks carries it on.

        Raises ReleaseRefused while another is in progress or was first, and ReleaseInvalid with all that is missing.
        """
        plan = self._plans.make(service, request, self._settled_history(service))
        self.refuse(plan.proposal)
        claimed = self._claim(plan, who, why, confirmation)
        log.info("release claimed service=%s number=%d kind=%s who=%s", service, plan.number, plan.proposal.kind, who)
        self._audit.note("release", service, who, why, number=plan.number, kind=plan.proposal.kind)
        self._service_index.saw_release(claimed.release)
        first = claimed.release.first_run
        outcome = self._first_runs.start(claimed, first) if first else self._steps.start(claimed)
        if outcome:
            return self._settling.end(claimed.release, outcome)
        if not first:
            self._steps.set_limits(claimed.release)
        return claimed.release

    def settle(self, service: str) -> Outcome | None:
        """One look: how the newest release ended, written down if nobody did; None while it is in progress."""
        return self._settling.settle(service)

    def watch(
        self,
        service: str,
        number: int,
        *,
        sleep: Callable[[float], object] = time.sleep,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Outcome:
        """Looks until the release ended. AWS may be away for two minutes meanwhile."""
        failures = 0
        while True:
            try:
                outcome = self._look(service, number, on_progress)
                failures = 0
            except Unavailable:
                failures, outcome = failures + 1, None
                if failures > _PATIENCE:
                    raise
            if outcome:
                return outcome
            sleep(WATCH_SECONDS)

    def stop(self, service: str, number: int, *, who: str) -> None:
        """Stops its first run, or its rollout, and ECS puts back what ran before; the outcome says who stopped it.

        Raises StopRefused.
        """
        release = self._records.get(service, number)
        phase: Phase = "ended" if release.outcome else self._settling.progress(release).phase
        if phase not in ("first run", "starting"):
            raise _too_late(self._settling.settled(release), phase)
        self._settling.stop(release, who)
        self._audit.note("stop-release", service, who, number=number)
        log.info("release stopped service=%s number=%d who=%s", service, number, who)

    def waiting(self, service: str) -> Release | None:
        """The release whose deployment waits for somebody: one in progress, or the live one of a service that was
        itself changed."""
        release = self.in_progress(service) or self.live(service).release
        return release if release and self._settling.pause(release) else None

    def pause(self, service: str, number: int) -> Pause | None:
        """Of a deployment of that release which waits for somebody."""
        return self._settling.pause(self._records.get(service, number))

    def answer(
        self, service: str, number: int, *, who: str, why: str = "", goes_on: bool = True, hook: str = ""
    ) -> Approval:
        """Says to a deployment of the release that waits whether it goes on; what was said first counts. ``hook``: what
        ``who`` saw waiting, since it may wait at several steps.

        Raises NotWaiting.
        """
        release = self._records.get(service, number)
        said = self._settling.answer(release, who, why, goes_on=goes_on, hook=hook)
        if said is None:
            still = say("%(release)s has gone on since, and waits at its next step", release=describe(release))
            none = say("%(release)s does not wait for approval", release=describe(release))
            raise NotWaiting(still if self._settling.pause(release) else none, release)
        self._audit.note("answer-release", service, who, why, number=number, goes_on=goes_on)
        log.info("release answered service=%s number=%d who=%s goes_on=%s", service, number, said.who, said.goes_on)
        return said

    def continue_or_stop(
        self, service: str, number: int, *, who: str, why: str = "", goes_on: bool = True, hook: str = ""
    ) -> Approval | None:
        """Answers a deployment that waits. A release in progress that is to go back is stopped, and nothing was said
        to its deployment: None."""
        if not goes_on and not self._records.get(service, number).outcome:
            self.stop(service, number, who=who)
            return None
        return self.answer(service, number, who=who, why=why, goes_on=goes_on, hook=hook)

    def acknowledge(self, service: str, number: int, *, who: str, why: str = "") -> Acknowledgement:
        """Somebody has seen that it did not come through: until the next one fails it asks for nobody's attention.
        What was said first stays.

        Raises NotFailed.
        """
        release = self._records.get(service, number)
        named = describe(release)
        if release.outcome is None:
            raise NotFailed(say("%(release)s has not ended yet", release=named), release)
        if release.outcome.status == "succeeded":
            raise NotFailed(say("%(release)s came through: there is no failure to acknowledge", release=named), release)
        said = self._settling.acknowledge(release, who, why)
        self._audit.note("acknowledge", service, who, why, number=number)
        log.info("release acknowledged service=%s number=%d who=%s", service, number, said.who)
        return said

    def _settled_history(self, service: str) -> list[Release]:
        """Newest first; the newest with its outcome, if it has ended."""
        releases = self._records.history(service, NEAR).from_newest()
        return [self._settling.settled(release) for release in releases[:1]] + releases[1:]

    def refuse(self, proposal: Proposal) -> None:
        """What cannot be released. Raises ReleaseRefused while another is in progress, and ReleaseInvalid."""
        theirs = proposal.in_progress
        if theirs:
            under_way = say(
                "%(release)s by %(who)s is in progress; wait for it, or stop it and roll back",
                release=describe(theirs),
                who=theirs.who,
            )
            raise ReleaseRefused(self.silence(theirs) or under_way, theirs)
        if proposal.problems:
            raise ReleaseInvalid(*proposal.problems)

    def _claim(self, plan: Plan, who: str, why: str, confirmation: Confirmation | None) -> Claimed:
        token = self._steps.new_token()
        revision = self._steps.register(plan, token)
        try:
            return self._steps.claim(plan, revision, token, who, why, confirmation)
        except ReleaseRefused:
            self._steps.deregister(revision)
            raise

    def _look(self, service: str, number: int, on_progress: Callable[[Progress], None]) -> Outcome | None:
        release = self._records.get(service, number)
        if release.outcome:
            self._settling.tell(release)
            return release.outcome
        progress, outcome = self._settling.look(release)
        on_progress(progress)
        return outcome


def _too_late(release: Release, phase: Phase) -> StopRefused:
    named = describe(release)
    if release.outcome:
        ended = say("%(release)s has already ended: %(status)s", release=named, status=release.outcome.status)
        return StopRefused(ended, release)
    if phase == "waiting":
        return StopRefused(say("%(release)s has not started yet; try again in a moment", release=named), release)
    return StopRefused(say("%(release)s is going back already", release=named), release)
