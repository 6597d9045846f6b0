"""``slipway deploy``, ``rollback`` and ``status``: what runs, changed through the portal and watched to its end."""

import time
from collections.abc import Mapping
from typing import Any, NoReturn

import click

from cli import options, portal_client
from cli.developer_options import as_json, why
from cli.errors import FAILED, Refusal, report_errors
from cli.json_document import say_json
from cli.portal_client import PortalClient
from cli.release import EnvVersion
from deploy.results import AWAITS_APPROVAL, INTERRUPTED
from service_catalog import naming

WATCH_SECONDS = 3.0
_LOCAL_SECONDS = 0.3
no_wait = click.option("--no-wait", is_flag=True, help="Begin it, and do not watch it to its end.")


@click.command()
@options.environment
@options.service
@click.argument("tag", metavar="TAG")
@click.option(
    "--env",
    type=EnvVersion(),
    multiple=True,
    callback=options.one_value_each,
    help="Apply this version of an env file with it, like app=12. Repeatable.",
)
@why
@click.option("--dry-run", is_flag=True, help="Say what it would change, and begin nothing.")
@no_wait
@as_json
@report_errors
def deploy(
    environment: str,
    service: str,
    tag: str,
    env: dict[str, int],
    why: str,
    dry_run: bool,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Deploy TAG (or a sha256:… digest) of SERVICE's image in ENV, and watch it to its end.

    Exit code 0 when it came through, 1 when ECS did not keep it, 2 when it was refused, 4 when it waits for approval,
    or for the second person that a protected environment wants (`slipway confirm`), 130 when it goes on unwatched.
    """
    wanted = {"image": tag, "env": env or None}
    if dry_run:
        review(portal_client.client(), environment, service, wanted, as_json)
        return
    release(environment, service, {**wanted, "why": why}, no_wait, as_json)


@click.command()
@options.environment
@options.service
@click.argument("number", metavar="[RELEASE]", type=click.IntRange(min=1), required=False)
@why
@no_wait
@as_json
@report_errors
def rollback(environment: str, service: str, number: int | None, why: str, no_wait: bool, as_json: bool) -> None:
    """Roll SERVICE in ENV back to what RELEASE contained, image, settings and definition; without RELEASE, to the last
    that succeeded before the one that is live.

    While a release is in progress it is stopped instead, and ECS puts back what ran before.
    """
    asked = portal_client.client()
    if number is None:
        found = asked.get("environments", environment, "services", service)
        if moving := found["in_progress"]:
            _stop(asked, environment, service, moving["number"], as_json)
        number = _before(asked, environment, service, found["live"])
    release(environment, service, {"to": number, "why": why}, no_wait, as_json)


def _stop(asked: PortalClient, environment: str, service: str, number: int, as_json: bool) -> NoReturn:
    asked.post("environments", environment, "services", service, "releases", number, "stop", body={})
    click.echo(f"stopping release {number} of {service}; ECS puts back what ran before", err=as_json)
    ended = watched(asked, environment, service, number, as_json)
    raise SystemExit(FAILED if ended["outcome"]["status"] == "succeeded" else 0)


def _before(asked: PortalClient, environment: str, service: str, live: Mapping[str, Any] | None) -> int:
    if live is None:
        raise Refusal(f"{service} has no live release in {environment}, so none to go back from")
    listed = asked.get("environments", environment, "services", service, "releases", before=live["number"], limit=100)
    for it in listed["releases"]:
        if it["outcome"] and it["outcome"]["status"] == "succeeded" and _contents(it) != _contents(live):
            return int(it["number"])
    raise Refusal(f"no release of {service} before {live['number']} succeeded with something else; name one")


def _contents(it: Mapping[str, Any]) -> tuple[Any, ...]:
    return it["image"], it["env"], it["definition"]


@click.command()
@options.environment
@options.service
@click.option("--watch", is_flag=True, help="Follow the release in progress to its end.")
@as_json
@report_errors
def status(environment: str, service: str, watch: bool, as_json: bool) -> None:
    """Say what SERVICE in ENV is doing. With --watch the exit codes are those of `deploy`."""
    asked = portal_client.client()
    found = asked.get("environments", environment, "services", service)
    moving = found["in_progress"]
    if watch and moving:
        _end(asked, environment, service, moving["number"], as_json)
    if as_json:
        say_json(found)
        return
    click.echo(f"{service}: {found['state']['words']}{_because(found['why'])}")
    if found["live"]:
        click.echo(f"  live: release {found['live']['number']}, {in_words(found['live'])}, by {found['live']['who']}")
    if moving:
        click.echo(f"  release {moving['number']}: {progress_line(moving)}")
    if found["kind"] in ("web", "worker"):
        click.echo(f"  tasks: {found['running']} of {found['desired']}")
    for cell in found["env"]:
        if cell["staged"]:
            click.echo(f"  staged: {cell['file']} v{cell['staged']}")
    if found["address"]:
        click.echo(f"  {found['address']}")
    if found["problem"]:
        click.echo(f"slipway: this is an older state: {found['problem']}", err=True)


def _because(why: str) -> str:
    return f": {why}" if why else ""


def review(asked: PortalClient, environment: str, service: str, wanted: Mapping[str, Any], as_json: bool) -> None:
    told = asked.post("environments", environment, "services", service, "releases", "review", body=wanted)
    if as_json:
        say_json(told)
    else:
        click.echo(f"{told['kind']}: {in_words(told['wanted'])}")
        for change in told["definition"]:
            click.echo(f"  {change['what']}: {change['old'] or '-'} -> {change['new'] or '-'}")
        for file in told["env"]:
            for change in file["changes"]:
                click.echo(f"  {file['file']} v{file['new']}: {change_line(change)}")
        for line in (*told["entry"], *told["consequences"], *told["lost"], *told["notes"]):
            click.echo(f"  {line}")
    if told["problems"]:
        raise Refusal("\n".join(told["problems"]))


def change_line(change: Mapping[str, Any]) -> str:
    old, new = change["old"], change["new"]
    if change["kind"] == "added":
        return f"+ {change['key']}={new}"
    if change["kind"] == "removed":
        return f"- {change['key']}={old}"
    return f"~ {change['key']}: {old} -> {new}"


def release(environment: str, service: str, wanted: Mapping[str, Any], no_wait: bool, as_json: bool) -> None:
    asked = portal_client.client()
    where = ("environments", environment, "services", service, "releases")
    if wanted.get("to") is None and asked.get("environments")["protection"].get(environment) == "four-eyes":
        _ask(asked, environment, service, wanted, as_json)
    follow(asked, environment, service, asked.post(*where, body=wanted), no_wait, as_json)


def _ask(asked: PortalClient, environment: str, service: str, wanted: Mapping[str, Any], as_json: bool) -> NoReturn:
    """Where one releases nothing alone."""
    made = asked.post("environments", environment, "services", service, "releases", "asked", body=wanted)
    click.echo(f"request {made['number']} of {service} ({made['kind']}): {in_words(made)}", err=as_json)
    confirms = f"`slipway confirm {environment} {service}`, or {asked.url}{made['page']}"
    click.echo(f"  nothing was started: another of the team has to confirm it, by {confirms}", err=as_json)
    if as_json:
        say_json(made)
    raise SystemExit(AWAITS_APPROVAL)


def follow(
    asked: PortalClient, environment: str, service: str, made: Mapping[str, Any], no_wait: bool, as_json: bool
) -> NoReturn:
    """A release that has begun, to its end."""
    click.echo(f"release {made['number']} of {service} ({made['kind']}): {in_words(made)}", err=as_json)
    if no_wait:
        if as_json:
            say_json(made)
        raise SystemExit(0)
    _end(asked, environment, service, made["number"], as_json)


def _end(asked: PortalClient, environment: str, service: str, number: int, as_json: bool) -> NoReturn:
    ended = watched(asked, environment, service, number, as_json)
    raise SystemExit(0 if ended["outcome"]["status"] == "succeeded" else FAILED)


def watched(asked: PortalClient, environment: str, service: str, number: int, as_json: bool) -> Any:
    """The release with its outcome. Ends the command where it waits for somebody, and where it goes on unwatched."""
    last = ""
    try:
        while True:
            found = asked.get("environments", environment, "services", service, "releases", number)
            if found["outcome"]:
                _tell(found, as_json)
                return found
            said = progress_line(found)
            if said != last:
                click.echo(f"  {said}", err=as_json)
            last = said
            if found["progress"] and found["progress"]["waits_for"]:
                click.echo(f"release {number} waits for approval, on the page of {service}", err=as_json)
                if as_json:
                    say_json(found)
                raise SystemExit(AWAITS_APPROVAL)
            time.sleep(_LOCAL_SECONDS if environment == naming.LOCAL else WATCH_SECONDS)
    except KeyboardInterrupt:
        words = f"interrupted; release {number} goes on in ECS, unwatched"
        click.echo(f"slipway: {words}; `slipway rollback {environment} {service}` stops it", err=True)
        raise SystemExit(INTERRUPTED) from None


def progress_line(found: Mapping[str, Any]) -> str:
    """As `slipway release` says it."""
    progress = found["progress"]
    if progress is None or progress["phase"] == "waiting":
        return "waiting: AWS shows nothing of it yet"
    if progress["phase"] == "first run":
        return "first run: it goes on"
    if progress["phase"] == "rolling back":
        return f"rolling back{f' to release {base}' if (base := found['base']) else ''}"
    failed = f", {progress['failed']} failed" if progress["failed"] else ""
    shifted = f", {progress['percent']:g} % of the requests" if progress["percent"] else ""
    return f"{progress['phase']}: {progress['running']} of {progress['wanted']} tasks run{failed}{shifted}"


def _tell(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(found)
        return
    outcome = found["outcome"]
    approved = f", approved by {', '.join(outcome['approved_by'])}" if outcome["approved_by"] else ""
    said = f"release {found['number']} {outcome['status'].replace('-', ' ')}{approved}"
    click.echo(f"{said}{_because(outcome['reason'])}")
    for line in outcome["evidence"]:
        click.echo(f"    {line}")


def in_words(it: Mapping[str, Any]) -> str:
    env = ", ".join(f"{file} v{number}" for file, number in it["env"].items())
    return f"image {it['image']}, env {env or 'none'}, definition {it['definition'].rpartition('/')[2]}"
