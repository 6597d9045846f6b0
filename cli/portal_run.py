"""``slipway run --portal``: a command that ends, run through the portal."""

import time
from collections.abc import Mapping
from typing import Any

import click

from cli import portal_client
from cli.errors import FAILED
from cli.json_document import say_json
from deploy.results import INTERRUPTED
from service_catalog import naming

_SECONDS = 2.0
_LOCAL_SECONDS = 0.3


def run(environment: str, service: str, said: Mapping[str, Any], as_json: bool) -> int:
    """The exit code: the command's own, wherever there is one to take."""
    asked, where = portal_client.client(), ("environments", environment, "services", service, "runs")
    id = asked.post(*where, body=said)["id"]
    click.echo(f"{id} of {service} started", err=True)
    try:
        while (found := asked.get(*where, id))["ended_at"] is None:
            time.sleep(_LOCAL_SECONDS if environment == naming.LOCAL else _SECONDS)
    except KeyboardInterrupt:
        click.echo(f"slipway: interrupted; {id} goes on, unwatched; the portal's page of runs stops it", err=True)
        return INTERRUPTED
    if as_json:
        say_json(found)
    else:
        _tell(found)
    if found["status"] == "succeeded":
        return 0
    return next((it["exit_code"] for it in found["each"] if it["exit_code"]), FAILED)


def _tell(found: Mapping[str, Any]) -> None:
    for copy in found["each"]:
        for line in copy["lines"]:
            click.echo(f"{copy['number']}> {line}" if len(found["each"]) > 1 else line)
    reason = f": {found['reason']}" if found["reason"] else ""
    click.echo(f"{found['id']} {found['status']}{reason}", err=True)
