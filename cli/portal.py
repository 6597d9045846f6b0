"""``slipway portal``: serves the portal for environments in AWS. `slipway local up` serves it for the local cloud."""

from collections.abc import Sequence
from pathlib import Path

import click

from cli import options, portal_sign_in
from cli.errors import Refusal, report_errors
from cli.log_lines import LogFormat
from cli.which_catalog import catalog_at
from local_cloud.emulators.process import is_free
from service_catalog.git_catalog.clone import clone


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Where it answers.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="SLIPWAY_HOST", help="The address it listens on."
)
@click.option(
    "--proxies",
    type=click.IntRange(0, 9),
    default=0,
    show_default=True,
    envvar="SLIPWAY_PROXIES",
    help="How many proxies stand before it, such as 1 for a load balancer: so many are believed in X-Forwarded-For "
    "and -Proto ($SLIPWAY_PROXIES).",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    envvar="SLIPWAY_LOG_FORMAT",
    help="Of the lines on stderr, one a request among them ($SLIPWAY_LOG_FORMAT).",
)
@click.option(
    "--provision",
    "provisions",
    metavar="ENV",
    multiple=True,
    help="An environment whose services may be provisioned from its pages, with the rights of this shell. Repeatable.",
)
@click.option(
    "--catalog-changes",
    type=click.Choice(["files", "commit", "branch"]),
    default="files",
    show_default=True,
    envvar="SLIPWAY_CATALOG_CHANGES",
    help="Where a change of the catalog is written: its files, a commit on the default branch, or on a branch.",
)
@click.option(
    "--catalog-clone",
    metavar="URL[#DIR]",
    default="",
    envvar="SLIPWAY_CATALOG_CLONE",
    help="The Git repository to clone the catalog from, and its directory in it, where no clone is mounted: changes "
    "must be commits then ($SLIPWAY_CATALOG_CLONE).",
)
@click.option(
    "--pull-request-url",
    metavar="TEMPLATE",
    default="",
    help="Where a pull request is opened on a host of your own: https://…/{repository}/…/{base}/{branch}.",
)
@portal_sign_in.options
@options.catalog_directory
@options.state_directory
@report_errors
def portal(
    port: int,
    host: str,
    proxies: int,
    log_format: LogFormat,
    provisions: Sequence[str],
    catalog_changes: str,
    catalog_clone: str,
    pull_request_url: str,
    catalog_directory: Path | None,
    state_directory: Path,
    **said: str,
) -> None:
    """Serve the portal until Ctrl-C, with the AWS credentials of this shell.

    Without a sign-in it listens to this machine only. For others it wants a way to sign in (--oidc-… or --alb-…),
    --public-url, and $SLIPWAY_SESSION_KEY; see docs/operate.md.
    """
    from cli.portal_server import PortalServer, settings_for
    from portal import writer
    from portal.settings import BadSettings, NotLoopback

    if not is_free(port):
        raise Refusal(f"port {port} is taken by another program; choose another with --port")
    catalog = catalog_at(_cloned(catalog_clone, state_directory, catalog_changes) or catalog_directory)
    for name in provisions:
        catalog.environment(name)  # a misspelled one is told now
    if not said["home_environment"] and (said["oidc_issuer"] or said["alb_arn"]):
        raise Refusal("--home-environment: missing; a portal that signs people in keeps in its bucket who signed out")
    try:
        told = {"host": host, "proxies": proxies, "provisions": provisions, **portal_sign_in.settings(said)}
        into = {"catalog_changes": catalog_changes, "pull_request_template": pull_request_url}
        settings = settings_for(port, catalog, state_directory, **told, **into)
        writer(settings, catalog)  # a catalog in no repository is told now
    except (BadSettings, NotLoopback) as error:
        raise Refusal(str(error)) from error
    if settings.signs_people_in:
        catalog.environment(settings.home)
    click.echo(f"portal on {settings.public_url or f'http://127.0.0.1:{port}'}; Ctrl-C stops it")
    PortalServer(settings, catalog, state_directory, log_format).run()


def _cloned(source: str, state: Path, changes: str) -> Path | None:
    """Where the clone's catalog is. None where none is asked for."""
    if not source:
        return None
    if changes == "files":
        raise Refusal("--catalog-clone: what is written into files of a clone is lost; choose --catalog-changes too")
    return clone(source, state / "catalog")
