"""``slipway confirm``: the second person of a release, where the environment wants two."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from cli import deploy, options, portal_client
from cli.developer_options import as_json, why
from cli.errors import Refusal, report_errors
from cli.json_document import say_json
from cli.portal_client import PortalClient


@click.command()
@options.environment
@options.service
@click.argument("request", metavar="[REQUEST]", type=click.IntRange(min=1), required=False)
@click.option("--decline", is_flag=True, help="Decline it in place of that; of one's own request, withdraw it.")
@why
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@deploy.no_wait
@as_json
@report_errors
def confirm(
    environment: str,
    service: str,
    request: int | None,
    decline: bool,
    why: str,
    yes: bool,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Confirm the release of SERVICE in ENV that another asked for, and watch it to its end.

    Without REQUEST the one that waits. Exit codes are those of `deploy`.
    """
    asked = portal_client.client()
    where = ("environments", environment, "services", service, "releases", "asked")
    found = asked.get(*where, request) if request else asked.get(*where)["waiting"]
    if found is None:
        raise Refusal(f"nothing of {service} waits for a second person in {environment}")
    click.echo(_request_in_words(service, found), err=as_json)
    act = "decline" if decline else "confirm"
    if not yes and not _agreed(act, asked, found):
        raise Refusal(f"nothing was answered; --yes says that it is meant to {act}")
    made = asked.post(*where, found["number"], act, body={"why": why})
    if decline:
        _tell(made, as_json)
        return
    deploy.follow(asked, environment, service, made, no_wait, as_json)


def _request_in_words(service: str, it: Mapping[str, Any]) -> str:
    why = f" ({it['why']})" if it["why"] else ""
    return f"request {it['number']} of {service} ({it['kind']}) by {it['who']}{why}: {deploy.in_words(it)}"


def _agreed(act: str, asked: PortalClient, found: Mapping[str, Any]) -> bool:
    """Where nobody can be asked the answer is no."""
    if not sys.stdin.isatty():
        return False
    click.echo(f"  {asked.url}{found['page']} shows what it changes", err=True)
    return click.confirm(f"{act.capitalize()} it?", err=True)


def _tell(told: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        click.echo(f"request {told['number']} is {told['state']}")
