"""``slipway portal``: serves the portal for environments in AWS. `slipway local up` serves it for the local cloud."""

from pathlib import Path

import click

from cli import options
from cli.errors import Refusal, report_errors
from local_cloud.emulators.process import is_free
from service_catalog.catalog import Catalog


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Where it answers.")
@options.catalog_directory
@options.state_directory
@report_errors
def portal(port: int, catalog_directory: Path | None, state_directory: Path) -> None:
    """Serve the portal on 127.0.0.1 until Ctrl-C, with the AWS credentials of this shell.

    It has no sign-in yet, so it listens to this machine only.
    """
    from cli.portal_server import PortalServer, settings_for

    if not is_free(port):
        raise Refusal(f"port {port} is taken by another program; choose another with --port")
    catalog = Catalog.at(catalog_directory)
    click.echo(f"portal on http://127.0.0.1:{port}; Ctrl-C stops it")
    PortalServer(settings_for(port, catalog, state_directory), catalog, state_directory).run()
