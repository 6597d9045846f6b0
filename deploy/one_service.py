"""One service from its first difference to its verified end: ask, provision, seed env files, release, watch, mark."""

from dataclasses import replace

from deploy import running_service
from deploy.engine import Changes
from deploy.environment_records import clear_applied
from deploy.plan import Item
from deploy.questions import open_questions
from deploy.results import Result, Status
from deploy.run import Interrupted, NotBegun, Run, provisioned, result_of
from deploy.running_service import RunningService
from deploy.staged import COMES_BACK, FirstReleaseIsOpen, HoldBack, NothingStaged, ReleaseIt, decide
from deploy.verify import settled, what_failed
from runtime.aws.ecs_services import Deployment
from runtime.aws.errors import GatewayError
from runtime.bucket.release_records import ReleaseRefused, describe
from runtime.releases.request import ReleaseRequest
from service_catalog.messages import Message, joined, say
from service_catalog.model import Service
from service_catalog.records import FailedProvisioning, Outcome, Release

_ECS_SERVICE = "aws:ecs/service:Service"
_TAGS = {"tags", "tagsAll"}


def bring_up(run: Run, item: Item, service: Service, fingerprint: str) -> Result:
    """``applied`` is cleared first and marked last, so that a run which dies in between is done again."""
    started = run.clock()
    try:
        result = _bring_up(run, item, service, fingerprint)
    except GatewayError as error:
        result = Result(item.stack, "failed", item.why, error.sentence)
    except Interrupted as error:
        result = Result(item.stack, "interrupted", item.why, str(error))
    return replace(result, seconds=run.clock() - started)


def _bring_up(run: Run, item: Item, service: Service, fingerprint: str) -> Result:
    service_index, name = run.gateways.service_index, service.name
    before = running_service.read(run.gateways, name)
    if questions := open_questions(run, service, before):
        sentence = say("nothing was touched: %(question)s", question=questions[0])
        return Result(item.stack, "held-back", item.why, sentence, details=tuple(questions[1:]))
    if _went_back(run, name):
        item = replace(item, refresh=True)  # with it ECS undid what Pulumi believes to be there
    clear_applied(service_index, name)
    try:
        result = _changed(run, item, service, before)
    except NotBegun:
        raise
    except Interrupted as error:
        raise Interrupted(_and_what_runs(run, name, before, str(error))) from None
    except GatewayError as error:
        return Result(item.stack, "failed", item.why, _and_what_runs(run, name, before, error.sentence))
    if not result.is_bad:
        service_index.mark_applied(name, fingerprint)
    return result


def _changed(run: Run, item: Item, service: Service, before: RunningService) -> Result:
    changes = run.provision(item)
    if not changes.ok:
        failed = result_of(item, changes, "")
        if changes.refused:
            return failed
        return _left(run, service, _half_way(run, item, service.name, before, changes, failed))
    seed_env_files(run, service, before.ran)
    return _release(run, item, service, before, changes)


def seed_env_files(run: Run, service: Service, ran: Release | None) -> None:
    """ECS refuses to start a task whose env file is not there, so a first release needs a version of each."""
    env_files = run.gateways.env_files
    for file in service.env_files:
        if env_files.numbers(service.name, file):
            continue
        source = run.env_from.get(file)
        version = ran.contents.env.get(source) if ran and source else None
        if source and version:
            text = env_files.read(service.name, source, version).text or ""
            message = f"Copied from {source} v{version}"
        else:
            text, message = "", "Empty, to begin with"
        env_files.save(service.name, file, text, base=0, author=run.who if text else "slipway", message=message)


def _release(run: Run, item: Item, service: Service, before: RunningService, changes: Changes) -> Result:
    """Somebody else may have begun a release meanwhile: a service that this run took down waits for its end."""
    while True:
        now = running_service.read(run.gateways, service.name)
        is_down = _was_taken_down(before, now)
        if run.interrupted.is_set() and not is_down:
            raise Interrupted(say("provisioned; not released"))
        try:
            return _decided(run, item, service, before, now, changes)
        except ReleaseRefused as refused:
            if not is_down or refused.theirs is None:
                raise
            _wait_for(run, item, refused.theirs)


def _wait_for(run: Run, item: Item, theirs: Release) -> None:
    named = describe(theirs)
    run.say(item.stack, "releasing", say("waits until %(release)s by %(who)s has ended", release=named, who=theirs.who))
    try:
        run.gateways.releases.watch(theirs.service, theirs.number, sleep=run.rest)
    except Interrupted:
        raise Interrupted(
            say(
                "provisioned; no task of it runs unless %(release)s by %(who)s, which is in progress, or the next "
                "`slipway up` comes through",
                release=named,
                who=theirs.who,
            )
        ) from None


def _decided(
    run: Run, item: Item, service: Service, before: RunningService, now: RunningService, changes: Changes
) -> Result:
    name, releases = service.name, run.gateways.releases
    record = run.gateways.provisioned.read(name)
    match decide(record, releases.history(name), before.ran, now.runs, run.retry):
        case ReleaseIt(why):
            return _released(run, item, name, ReleaseRequest(), why, changes)
        case HoldBack(earlier):
            return _held_back(run, item, name, now, earlier, changes)
        case FirstReleaseIsOpen():
            how = f"`slipway release {run.environment.name} {name} --image TAG`"
            return result_of(
                item,
                changes,
                say("provisioned; nothing runs before its first release: %(how)s, or the portal", how=how),
            )
        case NothingStaged():
            return _verified(run, item, service, before, changes)


def _released(run: Run, item: Item, service: str, request: ReleaseRequest, why: str, changes: Changes) -> Result:
    releases = run.gateways.releases
    release = releases.release(service, request, who=run.who, why=say("slipway up: %(why)s", why=why))
    run.say(item.stack, "releasing", say("release %(number)s: %(why)s", number=release.number, why=why))
    try:
        outcome = releases.watch(service, release.number, sleep=run.rest)
    except Interrupted:
        stop = f"`slipway release {run.environment.name} {service} --stop`"
        raise Interrupted(
            say("release %(number)s goes on in ECS, unwatched; %(stop)s stops it", number=release.number, stop=stop)
        ) from None
    status, sentence = _read(outcome, release.number)
    run.say(item.stack, "ended", sentence)
    result = replace(result_of(item, changes, sentence), release=release.number)
    if status == "done":
        return result
    return replace(
        result, status=status, details=(running_service.after(run.gateways, service, outcome), *outcome.evidence)
    )


def _held_back(run: Run, item: Item, service: str, now: RunningService, earlier: Release, changes: Changes) -> Result:
    why = _why_held(run, service, earlier)
    if result := _as_it_was(run, item, service, now, changes):
        return result if result.is_bad else replace(result, status="held-back", details=(why,))
    ended = say("provisioned; %(why)s", why=why) if now.runs else say("provisioned, and no task runs; %(why)s", why=why)
    return replace(result_of(item, changes, ended), status="held-back")


def _half_way(run: Run, item: Item, service: str, before: RunningService, changes: Changes, failed: Result) -> Result:
    """Some resource failed. The ECS service may be another one by now, and its next release comes with the next run."""
    try:
        now = running_service.read(run.gateways, service)
        if not _was_taken_down(before, now):
            return failed
        back = _as_it_was(run, item, service, now, replace(changes, failures=()))
    except GatewayError as error:
        return replace(failed, details=(*failed.further, _and_what_runs(run, service, before, error.sentence)))
    if back is None or back.is_bad:
        said = (back.ended, *back.further) if back else (_nothing_runs(run, service),)
        return replace(failed, details=(*failed.further, *said))
    return replace(failed, release=back.release, details=(*failed.further, back.ended))


def _as_it_was(run: Run, item: Item, service: str, now: RunningService, changes: Changes) -> Result | None:
    """What ran before comes back, where the service still takes it: better than no tasks at all."""
    if now.runs or not now.ran:
        return None
    back = ReleaseRequest(to=now.ran.number)
    if run.gateways.releases.proposal(service, back).problems:
        return None
    return _released(run, item, service, back, COMES_BACK, changes)


def _was_taken_down(before: RunningService, now: RunningService) -> bool:
    """This run replaced the service under what ran."""
    return before.runs and not now.runs


def _and_what_runs(run: Run, service: str, before: RunningService, sentence: str) -> str:
    """Of a run that ended early, maybe between a replacement and the release that would have brought it back."""
    if not before.ran:
        return sentence
    try:
        now = running_service.read(run.gateways, service)
    except GatewayError:
        unknown = say(
            "AWS could not be asked whether tasks of it run; if none do, the next `slipway up %(environment)s "
            "%(service)s` brings it back",
            environment=run.environment.name,
            service=service,
        )
        return joined("; ", [sentence, unknown])
    is_down = now.live.revision is None and not now.in_progress
    return joined("; ", [sentence, _nothing_runs(run, service)]) if is_down else sentence


def _nothing_runs(run: Run, service: str) -> Message:
    return say(
        "no task of it runs until the next `slipway up %(environment)s %(service)s` comes through",
        environment=run.environment.name,
        service=service,
    )


def _why_held(run: Run, service: str, earlier: Release) -> Message:
    assert earlier.outcome
    status = earlier.outcome.status.replace("-", " ").replace("succeeded", "rolled back since")
    return say(
        "the definition was in release %(number)s (%(status)s), so it is not tried again until it changes, or by "
        "`slipway up %(environment)s %(service)s --retry`",
        number=earlier.number,
        status=status,
        environment=run.environment.name,
        service=service,
    )


def _verified(run: Run, item: Item, service: Service, before: RunningService, changes: Changes) -> Result:
    """A change of the service itself rolls the same revision, which may fail like a release."""
    if before.live.release is None or not _rolls(changes):
        if before.live.release and _went_back(run, service.name):
            return _still_gone_back(run, item, service, changes)
        return result_of(item, changes, provisioned(item, changes))
    try:
        deployment = settled(lambda: _newest_deployment(run, service.name), before.deployment, run.rest)
    except Interrupted:
        raise Interrupted(say("provisioned; the changed service rolls out in ECS, unwatched")) from None
    if deployment is None:
        sentence = say("provisioned; ECS does not list the rollout of the changed service, so nobody saw how it ended")
        return _left(run, service, replace(result_of(item, changes, sentence), status="failed"))
    if deployment.status == "SUCCESSFUL":
        return result_of(item, changes, say("provisioned; what ran runs on"))
    sentence, details = what_failed(run.gateways, before.live.release, deployment)
    result = replace(result_of(item, changes, sentence), status="rolled-back", details=details)
    return _left(run, service, result)


def _newest_deployment(run: Run, service: str) -> Deployment | None:
    return run.gateways.carriers.newest_deployment(run.gateways.provisioned.read(service))


def _went_back(run: Run, service: str) -> bool:
    failed = run.gateways.service_index.read(service).failed_provisioning
    return failed is not None and failed.is_rollback


def _still_gone_back(run: Run, item: Item, service: Service, changes: Changes) -> Result:
    """Nothing rolled this time, so nobody knows whether new tasks would get healthy by now."""
    if run.retry:
        return _released(
            run, item, service.name, ReleaseRequest(), say("tried again after ECS rolled it back"), changes
        )
    sentence = say(
        "provisioned; ECS rolled the last change of the service back and nothing changed since, so new tasks may not "
        "get healthy: mend the catalog, or `slipway up %(environment)s %(service)s --retry` tries it again",
        environment=run.environment.name,
        service=service.name,
    )
    return replace(result_of(item, changes, sentence), status="held-back")


def _left(run: Run, service: Service, result: Result) -> Result:
    """In the service index, where the portal shows it until a run comes through."""
    is_rollback = result.status == "rolled-back"
    failed = FailedProvisioning(
        when=run.now(), who=run.who, sentence=result.ended, details=result.further, is_rollback=is_rollback
    )
    try:
        run.gateways.service_index.mark_failed_provisioning(service.name, failed)
    except GatewayError as error:  # what went wrong first is what somebody has to know
        return replace(result, details=(*result.details, error.sentence))
    return result


def _rolls(changes: Changes) -> bool:
    """Every update of the service but for its tags makes ECS roll it."""
    updates = [set(step.changed) for step in changes.steps if step.type == _ECS_SERVICE and step.action == "update"]
    return any(changed - _TAGS or not changed for changed in updates)


def _read(outcome: Outcome, number: int) -> tuple[Status, Message]:
    if outcome.status == "succeeded":
        return "done", say("release %(number)s is live", number=number)
    sentences = {
        "rolled-back": say("release %(number)s was rolled back", number=number),
        "stopped": say("release %(number)s was stopped and rolled back", number=number),
        "not-carried-out": say("release %(number)s was not carried out", number=number),
    }
    sentence = sentences.get(outcome.status, say("release %(number)s failed", number=number))
    if outcome.reason:
        sentence = joined(": ", [sentence, outcome.reason])
    return "rolled-back" if outcome.status in ("rolled-back", "stopped") else "failed", sentence
