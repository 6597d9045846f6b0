"""Watches a rollout that is no release: the one that ECS starts when the service itself was changed."""

import re
from collections.abc import Callable

from runtime.deployments import Deployment, Deployments
from runtime.gateways import Gateways
from runtime.progress import has_ended
from runtime.records import Release
from service_catalog.model import Service
from service_catalog.saying import Message, joined, say

_UNHEALTHY = re.compile(r"is unhealthy in .*due to \(reason (?P<why>.+?)\)\.?$")
_PAUSE_SECONDS = 2.0
_LOOKS_UNTIL_LISTED = 30
"""ECS may list a deployment some moments after it was asked for it."""


def what_failed(
    gateways: Gateways, service: Service, release: Release, deployment: Deployment
) -> tuple[Message, tuple[str, ...]]:
    """Why ECS rolled the change back, and what was seen of it: health check, tasks, last log lines."""
    found = gateways.failures.of_rollout(release, deployment.created_at, deployment.reason)
    rolled_back = say("ECS rolled the changed service back: %(reason)s", reason=deployment.reason or deployment.status)
    asked = _health_check(gateways, service, deployment) if service.exposure else []
    return joined(". ", [rolled_back, found.sentence, found.advice]), (*asked, *found.evidence)


def _health_check(gateways: Gateways, service: Service, deployment: Deployment) -> list[Message]:
    """What the load balancer asked, and what it got, as ECS tells it in its events."""
    events = gateways.deployments.service(service.name).events
    said = [_UNHEALTHY.search(event.message) for event in events if event.when >= deployment.created_at]
    asked = {"path": service.health.path, "port": service.port}
    for answer in filter(None, said):
        return [say("the health check asked %(path)s on port %(port)s: %(answer)s", answer=answer["why"], **asked)]
    return [say("the health check asks %(path)s on port %(port)s", **asked)]


def newest(deployments: Deployments, service: str) -> Deployment | None:
    return next(iter(deployments.history(service, limit=1)), None)


def settled(
    deployments: Deployments, service: str, before: Deployment | None, sleep: Callable[[float], object]
) -> Deployment | None:
    """The deployment that followed ``before``, at its end; None when ECS lists none within a minute."""
    unseen = 0
    while unseen < _LOOKS_UNTIL_LISTED:
        found = newest(deployments, service)
        if found is None or (before and found.arn == before.arn):
            unseen += 1
        elif has_ended(found):
            return found
        sleep(_PAUSE_SECONDS)
    return None
