"""How far a release is, from its ECS deployments. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runtime.aws.ecs_services import GIVEN_UP, ROLLING_BACK, Breaker, Deployment
from runtime.aws.traffic_shifts import TrafficShift

Phase = Literal["waiting", "first run", "starting", "rolling back", "ended"]
"""waiting: nothing is shown of it yet. first run: it goes on once that has succeeded"""


@dataclass(frozen=True)
class Progress:
    phase: Phase
    running: int = 0
    wanted: int = 0
    breaker: Breaker | None = None
    old_running: int = 0
    """Tasks that run of what ran before"""
    shift: TrafficShift | None = None
    """How far the requests are shifted, where they are"""


def deciding(deployments: Sequence[Deployment]) -> Deployment | None:
    """Which of the deployments that bring a release decides over it; they come oldest first.

    There is one, unless the service itself was changed meanwhile: ECS then stops the first, and starts another with the
    same revision.
    """
    return next((it for it in deployments if it.status not in GIVEN_UP), deployments[-1] if deployments else None)


def read(deployments: Sequence[Deployment]) -> Progress:
    deployment = deciding(deployments)
    if deployment is None:
        return Progress("waiting")
    return Progress(
        phase=_phase(deployment.status),
        running=deployment.running,
        wanted=deployment.wanted,
        breaker=deployment.breaker,
        old_running=deployment.old_running,
        shift=deployment.shift,
    )


def _phase(status: str) -> Phase:
    if status in _ENDED:
        return "ended"
    return "rolling back" if status in ROLLING_BACK else "starting"


def has_ended(deployment: Deployment) -> bool:
    return deployment.status in _ENDED


def is_rolling_back(deployment: Deployment) -> bool:
    """It did not come through, or is giving up just now."""
    return deployment.status in ROLLING_BACK or (has_ended(deployment) and deployment.status != "SUCCESSFUL")


_ENDED = frozenset({"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"})
