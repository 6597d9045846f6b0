"""A release made by ``slipway up``: started, watched to its end, and reported."""

from collections.abc import Callable
from dataclasses import replace

from deploy import running_service
from deploy.engine import Changes
from deploy.results import Result, Status
from deploy.run import Interrupted
from deploy.running_service import RunningService
from deploy.service_run import ServiceRun
from deploy.staged import COMES_BACK
from runtime.aws.traffic_shifts import TrafficShift
from runtime.bucket.release_records import describe
from runtime.releases import stages
from runtime.releases.first_run import CARRIED_ON_MINUTES
from runtime.releases.progress import Progress
from runtime.releases.request import ReleaseRequest
from service_catalog.messages import Message, joined, say
from service_catalog.records.releases import Outcome, Release


def release(one: ServiceRun, request: ReleaseRequest, why: str, changes: Changes) -> Result:
    """Raises ReleaseRefused where somebody else's release came first."""
    run, releases = one.run, one.gateways.releases
    begun = releases.release(one.name, request, who=run.who, why=say("slipway up: %(why)s", why=why))
    run.say(one.item.stack, "releasing", say("release %(number)s: %(why)s", number=begun.number, why=why))
    try:
        outcome = releases.watch(one.name, begun.number, sleep=run.rest, on_progress=_telling_stages(one, begun))
    except stages.AwaitsApproval as waiting:
        return awaits_approval(one, waiting.sentence, changes, begun.number)
    except Interrupted:
        stop = f"`slipway release {one.environment} {one.name} --stop`"
        raise Interrupted(say("%(goes_on)s; %(stop)s stops it", goes_on=unwatched(begun), stop=stop)) from None
    status, sentence = _read(outcome, begun.number)
    run.say(one.item.stack, "ended", sentence)
    result = replace(one.result(changes, sentence), release=begun.number)
    if status == "done":
        return result
    what_runs = running_service.after(one.gateways, one.name, outcome)
    return replace(result, status=status, details=(what_runs, *outcome.evidence))


def _telling_stages(one: ServiceRun, begun: Release) -> Callable[[Progress], None]:
    tell = telling_shifts(one, begun.number)
    return lambda progress: tell(progress.shift)


def telling_shifts(one: ServiceRun, number: int) -> Callable[[TrafficShift | None], None]:
    """A line whenever requests were shifted. Raises AwaitsApproval: who is to give it may come tomorrow."""
    last = ""

    def tell(shift: TrafficShift | None) -> None:
        nonlocal last
        said = stages.of_shift(number, shift)
        if said and said != last:
            one.run.say(one.item.stack, "releasing", said)
        last = said or last
        if said and shift and shift.pause:
            raise stages.AwaitsApproval(said)

    return tell


def awaits_approval(one: ServiceRun, said: Message, changes: Changes, number: int | None = None) -> Result:
    """It is left as it is: no command waits for a person."""
    sentence = say(
        "%(what)s: `slipway release %(environment)s %(service)s --continue` continues it, `--stop` rolls it back",
        what=said,
        environment=one.environment,
        service=one.name,
    )
    one.run.say(one.item.stack, "ended", sentence)
    return replace(one.result(changes, sentence), status="awaits-approval", release=number)


def unwatched(begun: Release) -> Message:
    """What becomes of a release that nobody watches any longer."""
    if begun.first_run is None:
        return say("release %(number)s goes on in ECS, unwatched", number=begun.number)
    return say(
        "release %(number)s goes on, unwatched; once its first run has succeeded, whoever looks at the release within "
        "%(minutes)s minutes carries it on, and later nothing changes",
        number=begun.number,
        minutes=CARRIED_ON_MINUTES,
    )


def put_back(one: ServiceRun, now: RunningService, changes: Changes) -> Result | None:
    """What ran before, where nothing runs and the service still takes it: better than no tasks at all."""
    if now.runs or not now.ran:
        return None
    back = ReleaseRequest(to=now.ran.number)
    if one.gateways.releases.proposal(one.name, back).problems:
        return None
    return release(one, back, COMES_BACK, changes)


def wait_for(one: ServiceRun, theirs: Release) -> None:
    """Raises AwaitsApproval."""
    named, run = describe(theirs), one.run
    told = say("waits until %(release)s by %(who)s has ended", release=named, who=theirs.who)
    run.say(one.item.stack, "releasing", told)
    try:
        tell = _telling_stages(one, theirs)
        one.gateways.releases.watch(theirs.service, theirs.number, sleep=run.rest, on_progress=tell)
    except Interrupted:
        raise Interrupted(
            say(
                "provisioned; no task of it runs unless %(release)s by %(who)s, which is in progress, or the next "
                "`slipway up` comes through",
                release=named,
                who=theirs.who,
            )
        ) from None


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
