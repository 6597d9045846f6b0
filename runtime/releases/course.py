"""What happened to a release, moment by moment, as its own objects tell it: who began it, who answered it, who stopped
it, how it ended. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service_catalog.records.releases import Acknowledgement, Approval, Release, StartDecision, StopRequest

Step = Literal[
    "confirmed",
    "began",
    "first run succeeded",
    "first run too late",
    "continued",
    "sent back",
    "asked to stop",
    "ended",
    "acknowledged",
]


@dataclass(frozen=True)
class Moment:
    step: Step
    when: datetime
    who: str = ""
    """Empty where nobody did it"""
    why: str = ""


def course(
    release: Release,
    decision: StartDecision | None,
    approvals: Iterable[Approval],
    stop: StopRequest | None,
    acknowledged: Acknowledgement | None,
) -> list[Moment]:
    """Oldest first. Nothing comes after the end but that somebody has seen it, whatever the clocks of those who wrote
    say."""
    found = [_of_decision(decision)] if decision else []
    found += [Moment("continued" if it.goes_on else "sent back", it.when, it.who, it.why) for it in approvals]
    found += [Moment("asked to stop", stop.when, stop.who)] if stop else []
    end = [Moment("ended", release.outcome.when)] if release.outcome else []
    end += [Moment("acknowledged", acknowledged.when, acknowledged.who, acknowledged.why)] if acknowledged else []
    begun = Moment("began", release.when, release.who, release.why)
    agreed = [Moment("confirmed", release.when, release.confirmation.who)] if release.confirmation else []
    return [*agreed, begun, *sorted(found, key=lambda moment: moment.when), *end]


def _of_decision(decision: StartDecision) -> Moment:
    step: Step = "first run too late" if decision.given_up else "first run succeeded"
    return Moment(step, decision.when, why=decision.given_up)
