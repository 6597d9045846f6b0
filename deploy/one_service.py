"""One service from its first difference to its verified end: provision, seed env files, release, watch, mark."""

from dataclasses import dataclass, replace

from deploy.engine import Changes
from deploy.plan import Item
from deploy.recorded import clear_applied
from deploy.results import Result, Status
from deploy.run import Interrupted, Run, result_of
from deploy.staged import FirstReleaseIsOpen, HoldBack, NothingStaged, ReleaseIt, decide
from deploy.verify import newest, settled
from runtime.deployments import Deployment
from runtime.errors import GatewayError
from runtime.records import Outcome, Release, Wish
from service_catalog.model import Service

_ECS_SERVICE = "aws:ecs/service:Service"
_TAGS = {"tags", "tagsAll"}


@dataclass(frozen=True)
class Before:
    """What ran before Pulumi touched the service: ECS forgets it when the service is replaced."""

    live: Release | None
    deployment: Deployment | None


def bring_up(run: Run, item: Item, service: Service, fingerprint: str) -> Result:
    """``applied`` is cleared first and marked last, so that a run which dies in between is done again."""
    started = run.clock()
    try:
        result = _bring_up(run, item, service, fingerprint)
    except GatewayError as error:
        result = Result(item.stack, "failed", item.why, str(error))
    except Interrupted as error:
        result = Result(item.stack, "interrupted", item.why, str(error))
    return replace(result, seconds=run.clock() - started)


def _bring_up(run: Run, item: Item, service: Service, fingerprint: str) -> Result:
    heads, name = run.gateways.heads, service.name
    live = heads.read(name).live
    before = Before(live, newest(run.gateways.deployments, name) if live else None)
    clear_applied(heads, name)
    changes = run.provision(item)
    if not changes.ok:
        return result_of(item, changes, "")
    seed_env_files(run, service)
    result = _release(run, item, name, before, changes)
    if not result.is_bad:
        heads.mark_applied(name, fingerprint)
    return result


def seed_env_files(run: Run, service: Service) -> None:
    """ECS refuses to start a task whose env file is not there, so a first release needs a version of each."""
    env_files = run.gateways.env_files
    for file in service.env_files:
        if not env_files.numbers(service.name, file):
            env_files.save(service.name, file, "", base=0, author="slipway", message="Empty, to begin with")


def _release(run: Run, item: Item, service: str, before: Before, changes: Changes) -> Result:
    releases = run.gateways.releases
    releases.settle(service)
    replaced = before.live is not None and changes.touched(_ECS_SERVICE, "create", "replace")
    provisioned = run.gateways.provisioned.read(service)
    match decide(provisioned, releases.history(service), before.live, replaced, run.retry):
        case ReleaseIt(wish, why):
            return _released(run, item, service, wish, why, changes)
        case HoldBack(earlier):
            return replace(result_of(item, changes, _held_back(run, service, earlier)), status="held-back")
        case FirstReleaseIsOpen():
            how = f"`slipway release {run.environment.name} {service} --image TAG`"
            return result_of(item, changes, f"provisioned; nothing runs before its first release: {how}, or the portal")
        case NothingStaged():
            return _verified(run, item, service, before, changes)


def _released(run: Run, item: Item, service: str, wish: Wish, why: str, changes: Changes) -> Result:
    releases = run.gateways.releases
    release = releases.release(service, wish, who=run.who, why=f"slipway up: {why}")
    run.say(item.stack, "releasing", f"release {release.number}: {why}")
    try:
        outcome = releases.watch(service, release.number, sleep=run.rest)
    except Interrupted:
        stop = f"`slipway release {run.environment.name} {service} --stop` stops it"
        raise Interrupted(f"release {release.number} goes on in ECS, unwatched; {stop}") from None
    status, sentence = _read(outcome, release.number)
    run.say(item.stack, "ended", sentence)
    result = replace(result_of(item, changes, sentence), release=release.number)
    return result if status == "done" else replace(result, status=status, details=outcome.evidence)


def _verified(run: Run, item: Item, service: str, before: Before, changes: Changes) -> Result:
    """A change of the service itself rolls the same revision, which may fail like a release."""
    if before.live is None or not _rolls(changes):
        return result_of(item, changes, "provisioned")
    try:
        deployment = settled(run.gateways.deployments, service, before.deployment, run.rest)
    except Interrupted:
        raise Interrupted("provisioned; the changed service rolls out in ECS, unwatched") from None
    if deployment is None:
        sentence = "provisioned; ECS does not list the rollout of the changed service, so nobody saw how it ended"
        return replace(result_of(item, changes, sentence), status="failed")
    if deployment.status == "SUCCESSFUL":
        return result_of(item, changes, "provisioned; what ran runs on")
    sentence = f"ECS rolled the changed service back: {deployment.reason or deployment.status}"
    return replace(result_of(item, changes, sentence), status="rolled-back")


def _rolls(changes: Changes) -> bool:
    """Every update of the service but for its tags makes ECS roll it."""
    updates = [set(step.changed) for step in changes.steps if step.type == _ECS_SERVICE and step.action == "update"]
    return any(changed - _TAGS or not changed for changed in updates)


def _read(outcome: Outcome, number: int) -> tuple[Status, str]:
    reason = f": {outcome.reason}" if outcome.reason else ""
    if outcome.status == "succeeded":
        return "done", f"release {number} is live"
    if outcome.status == "rolled-back":
        return "rolled-back", f"release {number} was rolled back{reason}"
    if outcome.status == "stopped":
        return "rolled-back", f"release {number} was stopped and rolled back{reason}"
    return "failed", f"release {number} {outcome.status.replace('-', ' ')}{reason}"


def _held_back(run: Run, service: str, earlier: Release) -> str:
    assert earlier.outcome
    status = earlier.outcome.status.replace("-", " ").replace("succeeded", "rolled back since")
    return (
        f"provisioned; the definition was in release {earlier.number} ({status}), so it is not tried again until it "
        f"changes, or by `slipway up {run.environment.name} {service} --retry`"
    )
