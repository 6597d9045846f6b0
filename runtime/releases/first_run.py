"""What a release may begin with: one run of its own revision, which has to succeed before anything else happens.

``before_release`` of a web service or worker, such as a migration; a trial of a job or task. It takes minutes, so
nobody waits for it: whoever looks at the release once the run has succeeded carries it on. Who that is, is settled by
an object that only one can write: a looker that was asleep finds the release decided, and overtakes no newer one.
"""

import logging
import shlex
from collections.abc import Callable
from datetime import datetime, timedelta

from runtime.aws.errors import Absent, GatewayError, Unreachable
from runtime.bucket.release_records import ReleaseRecords
from runtime.diagnosis.evidence import FailureEvidence
from runtime.releases.execute import Claimed, Steps
from runtime.releases.progress import Progress
from runtime.runs import Run, Runs
from service_catalog.messages import joined, say
from service_catalog.records.releases import FirstRun, Outcome, Release, StartDecision

log = logging.getLogger(__name__)

CARRIED_ON_MINUTES = 10
"""So long after its first run a release still goes on: nobody expects one that begins on its own a day later."""


class FirstRuns:
    def __init__(
        self,
        runs: Runs,
        records: ReleaseRecords,
        steps: Steps,
        failures: FailureEvidence,
        now: Callable[[], datetime],
    ):
        self._runs, self._records, self._steps, self._failures = runs, records, steps, failures
        self._now = now

    def start(self, claimed: Claimed, first: FirstRun) -> Outcome | None:
        """Starts the run, once. None means that it was started, or may have been."""
        if too_late := self._steps.too_late(claimed):
            return too_late
        try:
            self._runs.start_first(claimed.release, first)
        except Unreachable:
            # It may have arrived. Whoever looks will see the run, or not see it for 120 s.
            log.warning("first run in doubt service=%s number=%d", claimed.release.service, claimed.release.number)
        except GatewayError as error:
            return self._not_carried_out(str(error))
        return None

    def progress(self, release: Release) -> Progress | None:
        """None of a release that may go on, or never had to wait."""
        if release.first_run is None or self._records.decision(release):
            return None
        return Progress("first run" if self._find(release) else "waiting")

    def look(self, release: Release) -> tuple[Progress, Outcome | None] | None:
        """Carries the release on if its run has succeeded. None once it was carried on, by whomever."""
        if release.first_run is None:
            return None
        if decision := self._records.decision(release):
            return self._decided(decision)
        run = self._find(release)
        if run is None:
            return Progress("waiting"), None
        if run.status == "running":
            return Progress("first run"), None
        if run.status == "succeeded":
            return self._carry_on(release, run)
        return Progress("ended"), self._failed(release, release.first_run)

    def lost(self, release: Release) -> Outcome | None:
        """How a release ended whose first run should long be there; None if it is."""
        if self._find(release):
            return None
        return self._not_carried_out(say("whoever started it ended before its first run began; release again"))

    def stop(self, release: Release, who: str) -> None:
        self._runs.stop(release.service, release.run_id, who)

    def _find(self, release: Release) -> Run | None:
        try:
            return self._runs.status(release.service, release.run_id)
        except Absent:
            return None

    def _carry_on(self, release: Release, run: Run) -> tuple[Progress, Outcome | None] | None:
        try:
            claimed = self._steps.decide(release, self._objection(release, run))
        except Absent as error:  # what would carry it was deleted meanwhile
            claimed = self._steps.decide(release, error.sentence)
        if claimed is None:
            decision = self._records.decision(release)
            return self._decided(decision) if decision else None
        if outcome := self._steps.start(claimed):
            return Progress("ended"), outcome
        self._steps.set_limits(release)
        return None

    def _objection(self, release: Release, run: Run) -> str:
        """Why it does not go on although its first run succeeded; empty if it does."""
        if request := self._records.stop_request(release):
            return say("stopped by %(who)s", who=request.who)
        asked_at = self._records.due_at(release) + timedelta(seconds=self._records.seconds_due(release))
        if run.ended_at and asked_at - run.ended_at > timedelta(minutes=CARRIED_ON_MINUTES):
            return say(
                "its first run succeeded, and nobody looked at it for %(minutes)s minutes; release again",
                minutes=CARRIED_ON_MINUTES,
            )
        return ""

    def _decided(self, decision: StartDecision) -> tuple[Progress, Outcome] | None:
        return (Progress("ended"), self._not_carried_out(decision.given_up)) if decision.given_up else None

    def _failed(self, release: Release, first: FirstRun) -> Outcome:
        run = self._runs.read(release.service, release.run_id)
        if run.status == "stopped":
            request = self._records.stop_request(release)
            return self._not_carried_out(say("stopped by %(who)s", who=request.who) if request else run.reason)
        found = self._failures.of_first_run(release, _how_it_ended(first, run))
        reason = joined(". ", [found.sentence, found.advice])
        return self._not_carried_out(reason).model_copy(update={"diagnosis": found, "evidence": found.evidence})

    def _not_carried_out(self, reason: str) -> Outcome:
        return Outcome(status="not-carried-out", when=self._now(), reason=reason)


def _how_it_ended(first: FirstRun, run: Run) -> str:
    command = f"`{shlex.join(first.command)}`" if first.command else say("its first run")
    if run.status == "skipped":
        return say("%(command)s was left out: %(reason)s", command=command, reason=run.reason)
    if run.status == "timed-out":
        minutes = first.timeout_seconds // 60
        return say("%(command)s did not end within %(minutes)s min", command=command, minutes=minutes)
    if run.exit_codes:
        return say("%(command)s ended with exit code %(code)s", command=command, code=run.exit_codes[0])
    reason = next((copy.reason for copy in run.copies if copy.reason), run.reason)
    if any(copy.started_at for copy in run.copies):
        return say("%(command)s was broken off: %(reason)s", command=command, reason=reason)
    return say("%(command)s did not start: %(reason)s", command=command, reason=reason)
