"""Options that the commands for developers share."""

import click

as_json = click.option("--json", "as_json", is_flag=True, help="As the portal's API answers, for programs.")
why = click.option("--why", default="", metavar="TEXT", help="Kept with it.")
