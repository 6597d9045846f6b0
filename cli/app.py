"""``slipway``: the families of commands. A family's file is imported when it is asked for, since together they import
Pulumi, boto3 and Flask, and nobody should wait for those to read a word of help."""

import difflib
import signal
from importlib import import_module
from typing import Any

import click

from cli import log_lines
from cli.interruption import handled_by
from deploy.results import INTERRUPTED

FAMILIES = {
    "local": ("cli.local:group", "Run the platform on this machine, without an AWS account"),
    "catalog": ("cli.catalog:group", "Check the entries, show one resolved, keep the lock"),
    "preview": ("cli.provision:preview", "Say what `up` would do, resource by resource"),
    "up": ("cli.provision:up", "Provision what differs, release what that staged"),
    "release": ("cli.release:release", "Deploy, apply env, apply a definition, roll back"),
    "run": ("cli.run:run", "Run a command once, in as many copies as you like"),
    "runs": ("cli.run:runs", "List the runs of a service, stop one"),
    "cost": ("cli.cost:cost", "Estimate what an environment or a service costs a month"),
    "down": ("cli.provision:down", "Destroy services, or a whole environment"),
    "portal": ("cli.portal:portal", "Serve the portal on this machine"),
}
"""In the order in which a newcomer meets them."""


class Families(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(FAMILIES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in FAMILIES:
            return None
        module, _, attribute = FAMILIES[name][0].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, context: click.Context) -> Any:
        """An interruption, also while a family is imported or asks, is no failure: click would answer it with 1."""
        try:
            with handled_by(signal.default_int_handler):
                return super().invoke(context)
        except (KeyboardInterrupt, click.Abort):
            click.echo("slipway: interrupted", err=True)
            raise SystemExit(INTERRUPTED) from None

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in FAMILIES:
            close = difflib.get_close_matches(args[0], FAMILIES, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(FAMILIES)}"
            context.fail(f"no such command '{args[0]}'; {hint}")
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in FAMILIES.items()])


@click.group(cls=Families, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="slipway", prog_name="slipway")
@click.option(
    "--log",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    envvar="SLIPWAY_LOG",
    show_envvar=True,
    help="What to log on stderr.",
)
def main(log: str) -> None:
    """A self-service platform for AWS ECS.

    The catalog says what shall be. `up` provisions it with Pulumi, and releases what that staged; `release` changes
    what runs; `local up` brings all of it to this machine.
    """
    log_lines.write_to_stderr(log)
