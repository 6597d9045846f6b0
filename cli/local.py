"""``slipway local``: the whole platform on this machine, over an emulated AWS."""

import shlex
import shutil
import subprocess
import sys
import time
import urllib.error
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import click

from cli import options
from cli.errors import FAILED, Refusal, report_errors
from cli.json_document import alone_on_stdout, as_json
from cli.local_platform.demo_catalog import DemoCatalog
from cli.which_catalog import catalog_at
from local_cloud.cloud import AlreadyRunning, LocalCloud, NotRunning
from local_cloud.emulators import loopback
from local_cloud.emulators.process import is_free
from service_catalog.catalog import DIRECTORY_VARIABLE, Catalog
from service_catalog.git_catalog.catalog import GitCatalog
from service_catalog.problems import CatalogError

_PORTAL_WITHIN_SECONDS = 60


@click.group("local")
def group() -> None:
    """Run the platform on this machine: no AWS account, no Docker, no Pulumi CLI."""


@group.command()
@click.option("--detach", is_flag=True, help="Return when the portal answers; `slipway local down` stops it.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Where the portal answers."
)
@click.option(
    "--catalog-changes",
    "changes",
    type=click.Choice(["files", "commit", "branch"]),
    help="Where the portal writes a change of the catalog. Default: commit in the demo's own, files in another.",
)
@options.state_directory
@options.catalog_directory
@report_errors
def up(detach: bool, port: int, changes: str | None, state_directory: Path, catalog_directory: Path | None) -> None:
    """Start the local cloud and the portal, provision environment `local`, and stay until Ctrl-C.

    A second start goes on where the first stopped. Without --catalog its catalog is a copy of the samples, made at the
    first start, in a Git repository in the state directory.
    """
    from cli.local_platform.up import LocalUp, refuse

    cloud = LocalCloud(state_directory)
    refuse(cloud, port)
    catalog, changes = _catalog(state_directory, catalog_directory, changes)
    if problems := catalog.problems():
        raise CatalogError(problems)
    raise SystemExit(_detached(cloud, port, changes) if detach else LocalUp(cloud, catalog, port, changes).run())


def _catalog(state: Path, chosen: Path | None, changes: str | None) -> tuple[Catalog, str]:
    """And how it is written. Raises CatalogError, also for commits where there is no repository."""
    demo = DemoCatalog(state)
    if chosen is None:
        demo.make(Catalog.at(None))
    catalog = catalog_at(chosen or demo.directory)
    is_demos = catalog.directory == demo.directory
    if is_demos and not demo.is_in_git:
        return catalog, "files"
    changes = changes or ("commit" if is_demos else "files")
    if changes in ("commit", "branch"):
        GitCatalog(catalog, "commit" if changes == "commit" else "branch")
    return catalog, changes


@group.command()
@as_json
@options.state_directory
@report_errors
def status(as_json: bool, state_directory: Path) -> None:
    """Say whether it runs, and where things are. Exit code 1 if it does not."""
    from cli.local_platform.up import where_things_are

    cloud = LocalCloud(state_directory)
    known = cloud.status()
    with alone_on_stdout(as_json) as hand_over:
        if not known or not known.owner or not known.is_running:
            hand_over({"running": False, "state": str(cloud.state)})
            logs = f"; the last one's logs are in {cloud.state / 'logs'}" if known else ""
            click.echo(f"no local cloud runs in {cloud.state}; start it with `{cloud.command('up')}`{logs}")
            raise SystemExit(FAILED)
        phase = known.notes.get("phase", "starting")
        portal, catalog = known.notes.get("portal"), known.notes.get("catalog")
        hand_over({"running": True, "state": str(cloud.state), "phase": phase, "portal": portal, "catalog": catalog})
        click.echo(f"{phase} (process {known.owner.pid})")
        for line in where_things_are(cloud, portal or "not yet", catalog or "not yet"):
            click.echo(line)


@group.command()
@options.state_directory
@report_errors
def down(state_directory: Path) -> None:
    """Stop it. What it holds is kept for the next start."""
    cloud = LocalCloud(state_directory)
    try:
        stopped = cloud.stop_owner()
    except AlreadyRunning as error:
        raise Refusal(str(error)) from error
    click.echo("stopped" if stopped else f"no local cloud runs in {cloud.state}")


@group.command()
@options.state_directory
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--with-catalog", is_flag=True, help="The demo's catalog too, with all that was changed in it.")
@report_errors
def reset(state_directory: Path, yes: bool, with_catalog: bool) -> None:
    """Forget everything it holds: AWS's contents, Pulumi's state, logs. The demo's catalog stays."""
    cloud = LocalCloud(state_directory)
    if not state_directory.exists():
        click.echo(f"{cloud.state} is not there; nothing to forget")
        return
    demo = DemoCatalog(cloud.state)
    if not cloud.is_here and not demo.is_there:
        raise Refusal(f"{cloud.state} is no directory of a local cloud; nothing was removed")
    stays = demo.is_there and not with_catalog
    if not yes:
        _ask(cloud, f" but {demo.directory}" if stays else "")
    try:
        cloud.reset()
    except AlreadyRunning as error:
        raise Refusal(f"{error}: `{cloud.command('down')}`") from error
    if with_catalog:
        demo.forget()
    _remove_ours(cloud.state)
    kept = f"; its catalog stays in {demo.directory}, unless you say --with-catalog" if stays else ""
    click.echo(f"{cloud.state} is forgotten{kept}")


@group.command("env")
@options.state_directory
@report_errors
def env(state_directory: Path) -> None:
    """Print what points boto3, the AWS CLI, a `pulumi` and further `slipway` commands at it: eval "$(slipway local
    env)"."""
    known = LocalCloud(state_directory).status()
    catalog = {DIRECTORY_VARIABLE: at} if known and (at := known.notes.get("catalog")) else {}
    for name, value in (_variables(state_directory) | {"SLIPWAY_STATE": str(state_directory)} | catalog).items():
        click.echo(f"export {name}={shlex.quote(value)}")


@group.command()
@options.state_directory
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where it listens; 0 takes a free one.")
@report_errors
def provider(state_directory: Path, port: int) -> None:
    """Serve the local cloud's adapters as Pulumi's `aws` provider; prints the port, and stays until Ctrl-C.

    Then: eval "$(slipway local env)"; PULUMI_DEBUG_PROVIDERS=aws:PORT pulumi preview -s local
    """
    from cli.embedded_engine import access
    from local_cloud.aws import AwsProvider
    from local_cloud.cloud import REGION
    from local_cloud.provider_server import serve

    if port and not is_free(port):
        raise Refusal(f"port {port} is taken by another program; choose another with --port, or leave it out")
    try:
        provider = AwsProvider(access(LocalCloud(state_directory), REGION))
    except NotRunning as error:
        raise Refusal(str(error)) from error
    serve(provider, package="aws", version=version("pulumi-aws"), port=port)


def _detached(cloud: LocalCloud, port: int, changes: str) -> int:
    """The same command without --detach, in a session of its own, until its portal answers."""
    log = cloud.state / "logs" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    said = ("--port", str(port), "--state", str(cloud.state), "--catalog-changes", changes)
    command = [sys.executable, "-m", "cli", "local", "up", *said]
    began = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + _PORTAL_WITHIN_SECONDS
    while not _answers(f"{url}/healthz"):
        if child.poll() is not None or time.monotonic() > deadline:
            click.echo(log.read_bytes()[began:].decode(errors="replace").strip(), err=True)
            raise Refusal(f"the local cloud did not come up; see {log}")
        time.sleep(0.1)
    click.echo(f"portal on {url}, filling up; its log is {log}")
    click.echo(f"  {cloud.command('status')}  tells how far it is")
    click.echo(f"  {cloud.command('down')}  stops it")
    return 0


def _answers(url: str) -> bool:
    try:
        loopback.ask(url, timeout_seconds=2).close()
        return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False


def _variables(state: Path) -> dict[str, str]:
    try:
        return LocalCloud(state).environment_variables()
    except NotRunning as error:
        raise Refusal(str(error)) from error


def _ask(cloud: LocalCloud, but: str) -> None:
    if not sys.stdin.isatty():
        raise Refusal("nobody can be asked here; say --yes")
    click.confirm(f"Forget everything in {cloud.state}{but}?", abort=True)


def _remove_ours(state: Path) -> None:
    """Only what a local cloud writes there: somebody may have named a directory that holds more."""
    for name in ("portal", "logs"):
        shutil.rmtree(state / name, ignore_errors=True)
    for name in ("local-cloud.lock", "filled"):
        (state / name).unlink(missing_ok=True)
    with suppress(OSError):
        state.rmdir()
