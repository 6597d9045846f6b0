"""Options that the commands for developers share, and how they say what the portal answered."""

import json
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="As the portal's API answers, for programs.")
why = click.option("--why", default="", metavar="TEXT", help="Kept with it.")


def say_json(answer: Any) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
