"""One service from its first difference to its verified end: ask, provision, seed env files, release, watch, mark."""

from dataclasses import replace

from deploy import running_service
from deploy.engine import Changes
from deploy.environment_records import clear_applied
from deploy.plan import Item
from deploy.questions import open_questions
from deploy.release import awaits_approval, put_back, release, wait_for
from deploy.results import Result
from deploy.run import Interrupted, NotBegun, Run
from deploy.running_service import RunningService
from deploy.service_run import ServiceRun
from deploy.staged import FirstReleaseIsOpen, HoldBack, NothingStaged, ReleaseIt, decide
from deploy.verify import recorded, verified, went_back
from runtime.aws.errors import GatewayError
from runtime.bucket.release_records import ReleaseRefused
from runtime.releases import stages
from runtime.releases.request import ReleaseRequest
from service_catalog.messages import Message, say
from service_catalog.model import Service
from service_catalog.records.releases import Release


def bring_up(run: Run, item: Item, service: Service, fingerprint: str) -> Result:
    started = run.clock()
    try:
        result = _bring_up(run, item, service, fingerprint)
    except GatewayError as error:
        result = Result(item.stack, "failed", item.why, error.sentence)
    except Interrupted as error:
        result = Result(item.stack, "interrupted", item.why, str(error))
    return replace(result, seconds=run.clock() - started)


def _bring_up(run: Run, item: Item, service: Service, fingerprint: str) -> Result:
    """``applied`` is cleared first and marked last, so that a run which dies in between is done again."""
    service_index = run.gateways.service_index
    one = ServiceRun(run, item, service, running_service.read(run.gateways, service.name))
    if questions := open_questions(run, service, one.before):
        sentence = say("nothing was touched: %(question)s", question=questions[0])
        return Result(item.stack, "held-back", item.why, sentence, details=tuple(questions[1:]))
    if went_back(one):
        one = replace(one, item=replace(item, refresh=True))  # with it ECS undid what Pulumi believes to be there
    clear_applied(service_index, service.name)
    try:
        result = _provisioned_and_released(one)
    except NotBegun:
        raise
    except Interrupted as error:
        raise Interrupted(one.and_what_runs(str(error))) from None
    except GatewayError as error:
        return Result(item.stack, "failed", item.why, one.and_what_runs(error.sentence))
    if not result.is_bad and result.status != "awaits-approval":
        service_index.mark_applied(service.name, fingerprint)
    return result


def _provisioned_and_released(one: ServiceRun) -> Result:
    if one.before.pauses and not one.service.deployment.approval:
        one.gateways.ecs_services.pause_no_more(one.name)
    changes = one.run.provision(one.item)
    if changes.refused:
        return one.result(changes, "")
    _switch_schedule(one)
    if not changes.ok:
        return recorded(one, _half_way(one, changes))
    _seed_env_files(one)
    return _released(one, changes)


def _switch_schedule(one: ServiceRun) -> None:
    """Pulumi ignores whether a schedule is on, but sends a changed one whole, which would end somebody's pause. A pause
    lasts until somebody resumes, or the catalog says otherwise than it did."""
    wanted = one.service.schedule
    found = one.gateways.schedules.find(one.name) if wanted else None
    if wanted is None or found is None:
        return
    said = one.before.entry.get("schedule", {}).get("paused", False)
    is_paused = wanted.paused if wanted.paused != said else one.before.is_schedule_paused
    if found.is_paused != is_paused:
        one.gateways.schedules.switch(one.name, is_on=not is_paused)


def _half_way(one: ServiceRun, changes: Changes) -> Result:
    """Some resource failed. The ECS service may be another one by now, and its next release comes with the next run."""
    failed = one.result(changes, "")
    try:
        now = one.now()
        if not one.took_down(now):
            return failed
        back = put_back(one, now, replace(changes, failures=()))
    except GatewayError as error:
        return replace(failed, details=(*failed.further, one.and_what_runs(error.sentence)))
    if back is None or back.is_bad:
        said = (back.ended, *back.further) if back else (one.nothing_runs(),)
        return replace(failed, details=(*failed.further, *said))
    return replace(failed, release=back.release, details=(*failed.further, back.ended))


def _seed_env_files(one: ServiceRun) -> None:
    """ECS refuses to start a task whose env file is not there, so a first release needs a version of each."""
    env_files, ran = one.gateways.env_files, one.before.ran
    for file in one.service.env_files:
        if env_files.numbers(one.name, file):
            continue
        source = one.run.env_from.get(file)
        version = ran.contents.env.get(source) if ran and source else None
        if source and version:
            text = env_files.read(one.name, source, version).text or ""
            message = f"Copied from {source} v{version}"
        else:
            text, message = "", "Empty, to begin with"
        env_files.save(one.name, file, text, base=0, author=one.run.who if text else "slipway", message=message)


def _released(one: ServiceRun, changes: Changes) -> Result:
    """Somebody else may have begun a release meanwhile: a service that this run took down waits for its end."""
    while True:
        now = one.now()
        is_down = one.took_down(now)
        if one.run.interrupted.is_set() and not is_down:
            raise Interrupted(say("provisioned; not released"))
        try:
            return _decided(one, now, changes)
        except ReleaseRefused as refused:
            if not is_down or refused.theirs is None:
                raise
            theirs = refused.theirs
        try:
            wait_for(one, theirs)
        except stages.AwaitsApproval as waiting:
            return awaits_approval(one, waiting.sentence, changes, theirs.number)


def _decided(one: ServiceRun, now: RunningService, changes: Changes) -> Result:
    record, history = one.gateways.provisioned.read(one.name), one.gateways.releases.history(one.name)
    ran = now.live.release or one.before.ran  # somebody else may have released meanwhile
    match decide(record, history.from_newest(), ran, now.runs, one.run.retry, now.live.changed_outside):
        case ReleaseIt(why):
            return release(one, ReleaseRequest(), why, changes)
        case HoldBack(earlier):
            return _held_back(one, now, earlier, changes)
        case FirstReleaseIsOpen():
            return _first_released(one, changes)
        case NothingStaged():
            return verified(one, changes)


def _first_released(one: ServiceRun, changes: Changes) -> Result:
    if request := one.run.first_release(one.service):
        return release(one, request, say("first release"), changes)
    how = f"`slipway release {one.environment} {one.name} --image TAG`"
    told = say("provisioned; nothing runs before its first release: %(how)s, or the portal", how=how)
    return one.result(changes, told)


def _held_back(one: ServiceRun, now: RunningService, earlier: Release, changes: Changes) -> Result:
    why = _why_held(one, earlier)
    if result := put_back(one, now, changes):
        return result if result.is_bad else replace(result, status="held-back", details=(why,))
    ended = say("provisioned; %(why)s", why=why) if now.runs else say("provisioned, and no task runs; %(why)s", why=why)
    return replace(one.result(changes, ended), status="held-back")


def _why_held(one: ServiceRun, earlier: Release) -> Message:
    assert earlier.outcome
    status = earlier.outcome.status.replace("-", " ").replace("succeeded", "rolled back since")
    if earlier.first_run_failed:
        status = "its first run failed"
    return say(
        "the definition was in release %(number)s (%(status)s), so it is not tried again until it changes, or by "
        "`slipway up %(environment)s %(service)s --retry`",
        number=earlier.number,
        status=status,
        environment=one.environment,
        service=one.name,
    )
