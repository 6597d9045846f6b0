"""Watches a rollout that is no release: the one that ECS starts when the service itself was changed."""

from collections.abc import Callable

from runtime.aws.ecs_services import Deployment
from runtime.gateways import Gateways
from runtime.releases.progress import has_ended
from service_catalog.messages import Message, joined, say
from service_catalog.records import Release

_PAUSE_SECONDS = 2.0
_LOOKS_UNTIL_LISTED = 30
"""ECS may list a deployment some moments after it was asked for it."""


def what_failed(gateways: Gateways, release: Release, deployment: Deployment) -> tuple[Message, tuple[str, ...]]:
    """Why ECS rolled the change back, and what its tasks left behind."""
    found = gateways.failures.of_rollout(release, deployment.created_at, deployment.reason)
    reason = deployment.reason.rstrip(".") or deployment.status
    rolled_back = say("ECS rolled the changed service back: %(reason)s", reason=reason)
    return joined(". ", [rolled_back, found.sentence, found.advice]), found.evidence


def settled(
    newest: Callable[[], Deployment | None], before: Deployment | None, sleep: Callable[[float], object]
) -> Deployment | None:
    """The deployment that followed ``before``, at its end; None when ECS lists none within a minute."""
    unseen = 0
    while unseen < _LOOKS_UNTIL_LISTED:
        found = newest()
        if found is None or (before and found.arn == before.arn):
            unseen += 1
        elif has_ended(found):
            return found
        sleep(_PAUSE_SECONDS)
    return None
