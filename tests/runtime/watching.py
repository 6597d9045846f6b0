"""How tests wait for a real rollout: with a watcher's own loop, but with short pauses."""

import time

from runtime.gateways import Gateways
from runtime.releases.request import ReleaseRequest
from service_catalog.records.releases import Outcome, Release


def briefly(_seconds: float) -> None:
    """A watcher's pause, on a local cloud whose rollouts take a second."""
    time.sleep(0.05)


def release(
    gateways: Gateways, service: str, request: ReleaseRequest, who: str = "sato", why: str = "a test"
) -> Release:
    """Released, and watched to its end."""
    number = gateways.releases.release(service, request, who=who, why=why).number
    gateways.releases.watch(service, number, sleep=briefly)
    return gateways.releases.get(service, number)


def outcome_of(release: Release) -> Outcome:
    """Of one that has ended."""
    assert release.outcome
    return release.outcome
