"""``slipway services`` and ``open``: what there is, and where people look at it."""

import webbrowser
from typing import Any

import click

from cli import options, portal_client
from cli.developer_options import as_json
from cli.errors import report_errors
from cli.json_document import say_json

_PAGE = 1000


@click.command()
@click.argument("environment", metavar="[ENV]", required=False)
@click.option("--owner", default="", metavar="TEAM", help="Of this team alone.")
@click.option("--state", default="", metavar="STATE", help="In this state alone, such as failing or staged.")
@as_json
@report_errors
def services(environment: str | None, owner: str, state: str, as_json: bool) -> None:
    """List the services of ENV with the state that each is in; without ENV, the environments."""
    asked = portal_client.client()
    if environment is None:
        found = asked.get("environments")
        if as_json:
            say_json(found)
            return
        click.echo("\n".join(found["environments"]))
        return
    listed: list[dict[str, Any]] = []
    cursor, problem = "", ""
    while True:
        page = asked.get("environments", environment, "services", owner=owner, state=state, limit=_PAGE, cursor=cursor)
        listed, problem = listed + page["services"], page["problem"]
        if page["next"] is None:
            break
        cursor = page["next"]
    if as_json:
        say_json({**page, "services": listed})
        return
    for line in _table([_row(it) for it in listed]):
        click.echo(line)
    if problem:
        click.echo(f"slipway: this is an older state: {problem}", err=True)


def _row(it: dict[str, Any]) -> tuple[str, ...]:
    tasks = f"{it['running']}/{it['desired']}" if it["kind"] in ("web", "worker") else "-"
    return it["name"], it["state"]["words"], tasks, it["image"] or "-", it["owner"] or "-"


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


@click.command(name="open")
@options.environment
@options.service
@click.option("--print", "only_print", is_flag=True, help="Say the address, and open nothing.")
@report_errors
def open_page(environment: str, service: str, only_print: bool) -> None:
    """Open the page of SERVICE in ENV in a browser."""
    asked = portal_client.client()
    page = asked.get("environments", environment, "services", service)["page"]
    click.echo(f"{asked.url}{page}")
    if not only_print:
        webbrowser.open(f"{asked.url}{page}")
