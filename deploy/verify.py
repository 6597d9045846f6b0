"""Watches a rollout that is no release: the one that ECS starts when the service itself was changed."""

from collections.abc import Callable

from runtime.deployments import IN_PROGRESS, ROLLING_BACK, Deployment, Deployments

_PAUSE_SECONDS = 2.0


def newest(deployments: Deployments, service: str) -> Deployment | None:
    return next(iter(deployments.history(service, limit=1)), None)


def settled(
    deployments: Deployments, service: str, before: Deployment | None, sleep: Callable[[float], object]
) -> Deployment | None:
    """The deployment that followed ``before``, at its end; None when there was none."""
    while True:
        found = newest(deployments, service)
        if found is None or (before and found.arn == before.arn):
            return None
        if found.status not in IN_PROGRESS | ROLLING_BACK:
            return found
        sleep(_PAUSE_SECONDS)
