"""How a change of the ECS service itself ended: ECS rolls the same revision, which may fail as a release does."""

from dataclasses import replace

from deploy.engine import Changes
from deploy.release import awaits_approval, release, telling_shifts
from deploy.results import Result
from deploy.run import Interrupted, provisioned
from deploy.service_run import ServiceRun
from runtime.aws.ecs_services import Deployment
from runtime.aws.errors import GatewayError
from runtime.releases import stages
from runtime.releases.progress import has_ended
from runtime.releases.request import ReleaseRequest
from service_catalog.messages import joined, say
from service_catalog.records.releases import Release
from service_catalog.records.service_index import FailedProvisioning

_PAUSE_SECONDS = 2.0
_LOOKS_UNTIL_LISTED = 30
"""ECS may list a deployment some moments after it was asked for it."""
_ECS_SERVICE = "aws:ecs/service:Service"
_SCHEDULED_ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction"
_TAGS = {"tags", "tagsAll"}


def verified(one: ServiceRun, changes: Changes) -> Result:
    live = one.before.live.release
    if live is None:
        return one.result(changes, provisioned(one.item, changes))
    if changes.touched(_SCHEDULED_ACTION, "create", "update", "replace", "delete"):
        # An action waits for its time: what a changed schedule would have set by now is set here.
        one.gateways.carriers.of(live.workload).set_limits(live)
    if not _rolls(changes) and not _still_rolls(one, live):
        return _still_gone_back(one, changes) if went_back(one) else one.result(changes, provisioned(one.item, changes))
    try:
        deployment = _watched(one, live, beginning=_rolls(changes))
    except stages.AwaitsApproval as waiting:
        return awaits_approval(one, waiting.sentence, changes)
    except Interrupted:
        raise Interrupted(say("provisioned; the changed service rolls out in ECS, unwatched")) from None
    if deployment is None:
        sentence = say("provisioned; ECS does not list the rollout of the changed service, so nobody saw how it ended")
        return recorded(one, replace(one.result(changes, sentence), status="failed"))
    if deployment.status == "SUCCESSFUL":
        return one.result(changes, say("provisioned; what ran keeps running"))
    found = one.gateways.failures.of_rollout(live, deployment.created_at, deployment.reason, deployment.rang)
    reason = deployment.reason.rstrip(".") or deployment.status
    rolled_back = say("ECS rolled the changed service back: %(reason)s", reason=reason)
    sentence = joined(". ", [rolled_back, found.sentence, found.advice])
    return recorded(one, replace(one.result(changes, sentence), status="rolled-back", details=found.evidence))


def went_back(one: ServiceRun) -> bool:
    """ECS rolled the last change of the service back, and no run came through since."""
    failed = one.gateways.service_index.read(one.name).failed_provisioning
    return failed is not None and failed.is_rollback


def recorded(one: ServiceRun, result: Result) -> Result:
    """A failure is kept in the service index, where the portal shows it until a run comes through."""
    failed = FailedProvisioning(
        when=one.run.now(),
        who=one.run.who,
        sentence=result.ended,
        details=result.further,
        is_rollback=result.status == "rolled-back",
    )
    try:
        one.gateways.service_index.mark_failed_provisioning(one.name, failed)
    except GatewayError as error:  # the first error is the one to report
        return replace(result, details=(*result.details, error.sentence))
    return result


def _rolls(changes: Changes) -> bool:
    """Every update of the service but for its tags makes ECS roll one."""
    updates = [set(step.changed) for step in changes.steps if step.type == _ECS_SERVICE and step.action == "update"]
    return any(changed - _TAGS or not changed for changed in updates)


def _still_rolls(one: ServiceRun, live: Release) -> bool:
    """An earlier change of the service, which nobody watched to its end: it waited for somebody."""
    deployment = one.before.deployment
    if deployment is None or deployment.revision != live.revision or went_back(one):
        return False
    return not has_ended(deployment) or (one.before.pauses and deployment.status != "SUCCESSFUL")


def _watched(one: ServiceRun, live: Release, *, beginning: bool) -> Deployment | None:
    """The deployment of the changed service at its end: one that this run's change is ``beginning``, or one that goes
    on; None when ECS lists none within a minute."""
    before, unseen = one.before.deployment if beginning else None, 0
    tell = telling_shifts(one, live.number)
    while unseen < _LOOKS_UNTIL_LISTED:
        found = one.gateways.carriers.newest_deployment(one.gateways.provisioned.read(one.name))
        if found is None or (before and found.arn == before.arn):
            unseen += 1
        elif has_ended(found):
            return found
        else:
            tell(found.shift)
        one.run.rest(_PAUSE_SECONDS)
    return None


def _still_gone_back(one: ServiceRun, changes: Changes) -> Result:
    """Nothing rolled this time, so nobody knows whether new tasks would get healthy by now."""
    if one.run.retry:
        return release(one, ReleaseRequest(), say("tried again after ECS rolled it back"), changes)
    sentence = say(
        "provisioned; ECS rolled the last change of the service back and nothing changed since, so new tasks may not "
        "get healthy: correct the catalog, or `slipway up %(environment)s %(service)s --retry` tries it again",
        environment=one.environment,
        service=one.name,
    )
    return replace(one.result(changes, sentence), status="held-back")
