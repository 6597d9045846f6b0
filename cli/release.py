"""``slipway release``: the one operation that changes what runs. Deploys a tag, applies env, applies the definition, or
rolls back; watches ECS to its end and tells how that was."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from cli import connection, one_service, options, protection
from cli.errors import FAILED, Refusal, report_errors
from cli.json_document import alone_on_stdout, as_json
from cli.local_platform.addresses import address_of
from cli.which_catalog import catalog_of
from deploy import running_service
from deploy.release import unwatched
from deploy.results import AWAITS_APPROVAL, INTERRUPTED
from runtime.aws.errors import GatewayError
from runtime.gateways import Gateways
from runtime.releases import choices, stages
from runtime.releases.progress import Progress
from runtime.releases.proposal import Proposal
from runtime.releases.request import ReleaseRequest
from service_catalog import naming
from service_catalog.records.provisioned import TaskLimits
from service_catalog.records.releases import Outcome, Release

# Nine digits: more than anybody saves, and less than Python refuses to read.
_ENV_VERSION = re.compile(r"(?P<file>[^\s=]+)=v?(?P<number>[0-9]{1,9})")


_LIMITS = re.compile(r"(?P<min>[0-9]{1,9})(?:\.\.(?P<max>[0-9]{1,9}))?")
_PAUSED = TaskLimits(min=0, max=0)


class EnvVersion(click.ParamType):
    name = "FILE=VERSION"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> tuple[str, int]:
        said = _ENV_VERSION.fullmatch(str(value))
        if not said:
            self.fail(f"must be an env file and one of its versions, like app=12; got '{value}'", param, context)
        if not int(said["number"]):
            self.fail(f"versions begin at 1; got '{value}'", param, context)
        return said["file"], int(said["number"])


class Limits(click.ParamType):
    name = "MIN..MAX"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> TaskLimits:
        said = _LIMITS.fullmatch(str(value))
        if not said:
            self.fail(f"must be a number of tasks, or two like 3..5; got '{value}'", param, context)
        return TaskLimits(min=int(said["min"]), max=int(said["max"] or said["min"]))


@click.command()
@options.environment
@options.service
@click.option("--image", metavar="TAG", help="Deploy this tag (or sha256:… digest) of the service's image.")
@click.option(
    "--env",
    type=EnvVersion(),
    multiple=True,
    callback=options.one_value_each,
    help="Apply this version of an env file, like app=12. Repeatable, for other files.",
)
@click.option(
    "--tasks",
    type=Limits(),
    help="Run so many tasks, like 3 or 3..5, until --resume or until a changed definition is applied.",
)
@click.option("--pause", is_flag=True, help="Stop all tasks, with the same end; what is released stays.")
@click.option("--resume", is_flag=True, help="Run as many tasks as the catalog says again.")
@click.option(
    "--try",
    "try_first",
    is_flag=True,
    help="Run a job or task once first; unless that succeeds, nothing changes.",
)
@click.option("--to", type=click.IntRange(min=1), metavar="RELEASE", help="Roll back to what that release contained.")
@click.option("--stop", is_flag=True, help="Stop the release in progress; ECS puts back what ran before.")
@click.option("--continue", "goes_on", is_flag=True, help="Let a deployment go on that waits for approval.")
@click.option("--unconfirmed", is_flag=True, help="Release in a protected environment without a second person.")
@click.option("--why", default="", metavar="TEXT", help="Kept with the release.")
@as_json
@options.catalog_directory
@options.state_directory
@report_errors
def release(
    environment: str,
    service: str,
    image: str | None,
    env: dict[str, int],
    tasks: TaskLimits | None,
    pause: bool,
    resume: bool,
    try_first: bool,
    to: int | None,
    stop: bool,
    goes_on: bool,
    unconfirmed: bool,
    why: str,
    as_json: bool,
    catalog_directory: Path,
    state_directory: Path,
) -> None:
    """Release SERVICE in ENV, and watch it to its end.

    What is not said stays as it is live, but a definition that the catalog changed is applied. Exit code 1 when ECS did
    not keep the release, 4 when it waits for approval, 130 when it goes on unwatched.
    """
    says_all = {"--to": to, "--stop": stop, "--continue": goes_on, "--pause": pause, "--resume": resume}
    alone = [name for name, said in says_all.items() if said]
    _refuse_contradictions(image, alone, others=bool(image or env or tasks))
    request = ReleaseRequest(image=image, env=env, tasks=_PAUSED if pause else tasks, try_first=try_first, to=to)
    gateways = one_service.gateways_of(environment, service, catalog_directory, state_directory)
    if resume:
        request = ReleaseRequest(tasks=_limits_of_the_catalog(gateways, service))
    if request.tasks and not (image or env):
        request = replace(request, definition=False)
    goes_back = to is not None and gateways.releases.get(service, to).came_through
    # Stopping, continuing what was agreed on, and going back to what came through stay open.
    if not (goes_on or stop or goes_back or unconfirmed):
        protection.refuse_release(gateways.environment, service)
    with alone_on_stdout(as_json) as hand_over:
        if goes_on:
            made = continued(gateways, service, why)
        else:
            made = _stopped(gateways, service, why) if stop else _begun(gateways, environment, service, request, why)
        hand_over(_as_data(environment, made, made.outcome))
        test_url = _test_url(gateways, environment, service, catalog_directory, state_directory)
        outcome = made.outcome or watched(gateways, made, environment, test_url)
        hand_over(_as_data(environment, made, outcome))
        tell(gateways, made, outcome)
    wanted = ("stopped", "rolled-back", "failed", "not-carried-out") if stop else ("succeeded",)
    raise SystemExit(0 if outcome.status in wanted else FAILED)


def _as_data(environment: str, made: Release, outcome: Outcome | None) -> dict[str, Any]:
    """As the portal's API tells a release, where both say the same."""
    return {
        "environment": environment,
        "service": made.service,
        "number": made.number,
        "kind": made.kind,
        "image": made.image,
        "env": made.env,
        "definition": made.definition,
        "revision": made.revision,
        "tasks": {"min": made.tasks.min, "max": made.tasks.max} if made.tasks else None,
        "base": made.base,
        "who": made.who,
        "why": str(made.why),
        "when": made.when,
        "outcome": outcome
        and {
            "status": outcome.status,
            "when": outcome.when,
            "reason": str(outcome.reason),
            "evidence": outcome.evidence,
            "approved_by": outcome.approved_by,
        },
    }


def _limits_of_the_catalog(gateways: Gateways, service: str) -> TaskLimits:
    found = gateways.provisioned.read(service)
    if found.tasks is None:
        raise Refusal(choices.nothing_to_scale(found.kind))
    return found.tasks


def _refuse_contradictions(image: str | None, alone: Sequence[str], others: bool) -> None:
    """``alone`` are the options that say everything by themselves."""
    if image is not None and not image.strip():
        raise click.UsageError("--image must name a tag")
    if len(alone) > 1 or (alone and others):
        raise click.UsageError(f"{alone[0]} says everything by itself; leave out the other options")


def _begun(gateways: Gateways, environment: str, service: str, request: ReleaseRequest, why: str) -> Release:
    gateways.releases.settle(service)
    proposal = gateways.releases.proposal(service, request)
    if request == ReleaseRequest():
        _refuse_needless(gateways, service, proposal)
    if not (proposal.problems or proposal.in_progress):  # then it is refused, and nothing of it comes
        for line in _what_comes(gateways, service, proposal):
            click.echo(line)
    try:
        made = gateways.releases.release(service, request, who=connection.me(), why=why)
    except KeyboardInterrupt:
        _leave(environment, service, "interrupted; if the release has begun, it goes on in ECS, unwatched")
    click.echo(f"release {made.number} of {service} ({made.kind}): {_contents(made)}")
    return made


def _what_comes(gateways: Gateways, service: str, proposal: Proposal) -> Iterator[str]:
    if proposal.entry_changes:
        yield f"in the catalog entry: {'; '.join(it.sentence for it in proposal.entry_changes)}"
    if proposal.scaling:
        yield proposal.scaling
    if proposal.schedule:
        yield proposal.schedule
    if proposal.first_run:
        yield proposal.first_run.sentence
    yield from gateways.releases.lost_by(service, proposal)


def _refuse_needless(gateways: Gateways, service: str, proposal: Proposal) -> None:
    """Without options, what the catalog changed is applied: there must be something."""
    live = gateways.releases.live(service).release
    if live and not proposal.differs and not proposal.in_progress:
        raise Refusal(f"nothing differs from release {live.number} of {service}; say --image, --env or --to")


def continued(gateways: Gateways, service: str, why: str) -> Release:
    gateways.releases.settle(service)
    waiting = gateways.releases.waiting(service)
    if waiting is None:
        raise Refusal(f"nothing of {service} waits for approval")
    said = gateways.releases.answer(service, waiting.number, who=connection.me(), why=why)
    if not said.goes_on:
        raise Refusal(f"{said.who} was first, and said that it goes back")
    click.echo(f"continuing release {waiting.number} of {service}{_unless_me(said.who)}")
    if waiting.outcome:
        _leave_to_up(gateways, service)
    return waiting


def _unless_me(who: str) -> str:
    return "" if who == connection.me() else f"; {who} was first to say so"


def _leave_to_up(gateways: Gateways, service: str) -> NoReturn:
    """It is no release that goes on, but a change of the service."""
    environment = gateways.environment.name
    click.echo(f"  the changed service rolls out; `slipway up {environment} {service}` tells how it ends")
    raise SystemExit(0)


def _stopped(gateways: Gateways, service: str, why: str) -> Release:
    gateways.releases.settle(service)
    made = gateways.releases.in_progress(service)
    if made is None and (waiting := gateways.releases.waiting(service)):
        said = gateways.releases.answer(service, waiting.number, who=connection.me(), why=why, goes_on=False)
        if said.goes_on:
            raise Refusal(f"{said.who} was first, and said that it goes on")
        click.echo(f"the change of {service} goes back{_unless_me(said.who)}")
        _leave_to_up(gateways, service)
    if made is None:
        raise Refusal(f"no release of {service} is in progress; roll back with --to RELEASE")
    phase = gateways.releases.progress(service, made.number).phase
    gateways.releases.stop(service, made.number, who=connection.me())
    told = "nothing was replaced yet" if phase == "first run" else "ECS puts back what ran before"
    click.echo(f"stopping release {made.number} of {service}; {told}")
    return made


def _test_url(gateways: Gateways, environment: str, service: str, catalog: Path | None, state: Path) -> str:
    """Where testers reach new tasks, as this machine does."""
    reach = gateways.provisioned.read(service).reach
    if reach is None or not reach.test_url:
        return ""
    found = catalog_of(environment, catalog, state)
    entry = found.service(service, environment)
    return address_of(found, state)(environment, entry, reach.test_url)


def watched(gateways: Gateways, made: Release, environment: str, test_url: str = "") -> Outcome:
    goes_on = unwatched(made)
    try:
        return gateways.releases.watch(
            made.service,
            made.number,
            sleep=connection.pace(environment),
            on_progress=_changes_of_progress(made, test_url),
        )
    except KeyboardInterrupt:
        _leave(environment, made.service, goes_on)
    except stages.AwaitsApproval:
        continues = f"`slipway release {environment} {made.service} --continue` continues it, `--stop` rolls it back"
        click.echo(f"release {made.number} waits for approval: {continues}")
        raise SystemExit(AWAITS_APPROVAL) from None
    except GatewayError as error:
        # What follows a semicolon is advice, such as to try again: here that would make a second release.
        _leave(environment, made.service, f"{str(error).partition(';')[0]}; {goes_on}")


def _leave(environment: str, service: str, said: str) -> NoReturn:
    local = environment == naming.LOCAL
    look = "`slipway local status` says where the portal shows it" if local else "`slipway portal` shows it"
    stop = f"`slipway release {environment} {service} --stop` stops it and rolls back"
    click.echo(f"slipway: {said}; {look}, {stop}", err=True)
    raise SystemExit(INTERRUPTED)


def _changes_of_progress(made: Release, test_url: str) -> Callable[[Progress], None]:
    """A line whenever something moved; ``test_url`` once, as soon as the new tasks answer there."""
    last, told = "", not test_url

    def tell(progress: Progress) -> None:
        nonlocal last, told
        if not told and progress.shift and progress.shift.is_tested:
            click.echo(f"  the new tasks answer testers at {test_url}")
            told = True
        said = f"  {progress_line(made, progress)}"
        if said != last and progress.phase != "ended":
            click.echo(said)
        last = said
        waiting = stages.in_words(made.number, progress)
        if waiting and progress.shift and progress.shift.pause:
            raise stages.AwaitsApproval(waiting)

    return tell


def progress_line(made: Release, progress: Progress) -> str:
    failures = progress.breaker.failures if progress.breaker else 0
    if progress.phase == "rolling back":
        return _rolling_back(made, progress.old_running, failures)
    if progress.phase == "waiting":
        return "waiting: AWS shows nothing of it yet"
    if progress.phase == "first run":
        return f"first run: {made.run_id} goes on"
    if shifted := stages.in_words(made.number, progress):
        return shifted
    failed = f", {failures} failed" if failures else ""
    return f"{progress.phase}: {progress.running} of {progress.wanted} tasks run{failed}"


def _rolling_back(made: Release, old_running: int, failures: int) -> str:
    """ECS wants no more tasks of the release itself, so what counts is what it goes back to."""
    back_to = f" to release {made.base}" if made.base else ""
    running = f" (running tasks: {old_running})" if old_running else ""
    failed = f"; failed tasks of release {made.number}: {failures}" if failures else ""
    return f"rolling back{back_to}{running}{failed}"


def _contents(made: Release) -> str:
    env = ", ".join(f"{file} v{number}" for file, number in made.contents.env.items())
    return f"image {made.contents.image}, env {env or 'none'}, definition {made.contents.definition.rpartition('/')[2]}"


def tell(gateways: Gateways, made: Release, outcome: Outcome) -> None:
    reason = f": {outcome.reason}" if outcome.reason else ""
    approved = f", approved by {', '.join(outcome.approved_by)}" if outcome.approved_by else ""
    click.echo(f"release {made.number} {outcome.status.replace('-', ' ')}{approved}{reason}")
    if outcome.status != "succeeded":
        click.echo(f"  {running_service.after(gateways, made.service, outcome)}")
    for line in outcome.evidence:
        click.echo(f"    {line}")
