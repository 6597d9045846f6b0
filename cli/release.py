"""``slipway release``: the one operation that changes what runs. Deploys a tag, applies env, applies the definition, or
rolls back; watches ECS to its end and tells how that was."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from cli import connection, options
from cli.refusals import FAILED, Refusal, did_you_mean, in_sentences
from runtime.gateways import Gateways
from runtime.progress import Progress
from runtime.records import Outcome, Release, Wish
from service_catalog.catalog import Catalog


class EnvVersion(click.ParamType):
    name = "FILE=VERSION"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> tuple[str, int]:
        file, _, number = str(value).partition("=")
        if not file or not number.removeprefix("v").isdigit():
            self.fail(f"must be an env file and one of its versions, like app=12; got '{value}'", param, context)
        return file, int(number.removeprefix("v"))


@click.command()
@options.environment
@click.argument("service", metavar="SERVICE")
@click.option("--image", metavar="TAG", help="Deploy this tag (or sha256:… digest) of the service's image.")
@click.option(
    "--env", type=EnvVersion(), multiple=True, help="Apply this version of an env file, like app=12. Repeatable."
)
@click.option("--to", type=click.IntRange(min=1), metavar="RELEASE", help="Roll back to what that release contained.")
@click.option("--stop", is_flag=True, help="Stop the release in progress; ECS puts back what ran before.")
@click.option("--why", default="", metavar="TEXT", help="Kept with the release.")
@options.catalog_directory
@options.state_directory
@in_sentences
def release(
    environment: str,
    service: str,
    image: str | None,
    env: Sequence[tuple[str, int]],
    to: int | None,
    stop: bool,
    why: str,
    catalog_directory: Path,
    state_directory: Path,
) -> None:
    """Release SERVICE in ENV, and watch it to its end.

    What is not said stays as it is live, but a definition that the catalog changed is applied. Exit code 1 when ECS did
    not keep the release.
    """
    if (to is not None or stop) and (image or env or (to is not None and stop)):
        raise click.UsageError("--to and --stop say everything by themselves; leave out the other options")
    catalog = Catalog.at(catalog_directory)
    where = catalog.environment(environment)
    _refuse_unknown(catalog, service, environment)
    gateways = connection.gateways(where, state_directory)
    if stop:
        made = _stopped(gateways, service)
    else:
        wish = Wish(image=image, env=dict(env), to=to)
        made = gateways.releases.release(service, wish, who=connection.me(), why=why)
        click.echo(f"release {made.number} of {service} ({made.kind}): {_contents(made)}")
    outcome = made.outcome or _watched(gateways, made, environment)
    _tell(made, outcome)
    wanted = ("stopped", "rolled-back", "failed") if stop else ("succeeded",)
    raise SystemExit(0 if outcome.status in wanted else FAILED)


def _refuse_unknown(catalog: Catalog, service: str, environment: str) -> None:
    """The entry itself is not read: what runs can be released and rolled back while an entry is broken."""
    known = catalog.service_names(environment)
    if service not in known:
        raise Refusal(f"there is no service '{service}' in {environment}{did_you_mean(service, known)}")


def _stopped(gateways: Gateways, service: str) -> Release:
    gateways.releases.settle(service)
    made = gateways.releases.in_progress(service)
    if made is None:
        raise Refusal(f"no release of {service} is in progress; roll back with --to RELEASE")
    gateways.releases.stop(service, made.number, who=connection.me())
    click.echo(f"stopping release {made.number} of {service}; ECS puts back what ran before")
    return made


def _watched(gateways: Gateways, made: Release, environment: str) -> Outcome:
    try:
        return gateways.releases.watch(
            made.service, made.number, sleep=connection.pace(environment), on_progress=_changes_of_progress()
        )
    except KeyboardInterrupt:
        click.echo(
            f"\nrelease {made.number} goes on in ECS, unwatched; `slipway release {environment} {made.service} --stop` "
            "stops it and rolls back",
            err=True,
        )
        raise SystemExit(130) from None


def _changes_of_progress() -> Callable[[Progress], None]:
    """A line whenever something moved."""
    last = ""

    def tell(progress: Progress) -> None:
        nonlocal last
        failures = f", {progress.breaker.failures} failed" if progress.breaker and progress.breaker.failures else ""
        said = f"  {progress.phase}: {progress.running} of {progress.wanted} tasks run{failures}"
        if said != last and progress.phase != "ended":
            click.echo(said)
        last = said

    return tell


def _contents(made: Release) -> str:
    env = ", ".join(f"{file} v{number}" for file, number in made.contents.env.items())
    return f"image {made.contents.image}, env {env or 'none'}, definition {made.contents.definition.rpartition('/')[2]}"


def _tell(made: Release, outcome: Outcome) -> None:
    reason = f": {outcome.reason}" if outcome.reason else ""
    click.echo(f"release {made.number} {outcome.status.replace('-', ' ')}{reason}")
    for line in outcome.evidence:
        click.echo(f"    {line}")
