"""``slipway logs``: what a service printed, read through the portal."""

import json
import time
from typing import Any

import click

from cli import options, portal_client
from cli.developer_options import as_json
from cli.errors import report_errors
from cli.json_document import say_json
from deploy.results import INTERRUPTED

_FOLLOW_SECONDS = 2.0


@click.command()
@options.environment
@options.service
@click.option("--follow", "-f", is_flag=True, help="Go on printing what comes, until Ctrl-C.")
@click.option("--task", default="", metavar="ID", help="Of one task alone.")
@click.option("--search", default="", metavar="WORDS", help="Lines that have all of these words.")
@click.option("--pattern", default="", metavar="PATTERN", help="A filter pattern of CloudWatch.")
@click.option("--level", type=click.Choice(["warning", "error"]), help="Of this level, or worse.")
@as_json
@report_errors
def logs(
    environment: str, service: str, follow: bool, task: str, search: str, pattern: str, level: str | None, as_json: bool
) -> None:
    """Print the newest lines of SERVICE in ENV, the newest last. --json: one JSON object a line with --follow."""
    asked = portal_client.client()
    wanted = {"task": task, "q": search, "pattern": pattern, "level": level}
    where = ("environments", environment, "services", service, "logs")
    found = asked.get(*where, **wanted)
    if not follow:
        if as_json:
            say_json(found)
            return
        for line in found["lines"]:
            click.echo(_line(line))
        return
    seen: dict[tuple[Any, ...], None] = {}
    try:
        while True:
            for line in found["lines"]:
                key = (line["when"], line["task"], line["text"])
                if key not in seen:
                    click.echo(json.dumps(line, ensure_ascii=False) if as_json else _line(line))
                seen[key] = None
            for old in list(seen)[:-5000]:
                del seen[old]
            time.sleep(_FOLLOW_SECONDS)
            found = asked.get(*where, **wanted, after=found["next"])
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def _line(line: dict[str, Any]) -> str:
    return f"{line['when']} {line['task'][:8]} {line['text']}"
