"""``slipway``: the families of commands. A family's file is imported when it is asked for, since together they import
Pulumi, boto3 and Flask, and nobody should wait for those to read a word of help."""

import difflib
import signal
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

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
"""With the AWS credentials of this shell, in the order in which a newcomer meets them"""
OF_A_PORTAL = {
    "login": ("cli.login:login", "Say which portal to ask, and by which token"),
    "logout": ("cli.login:logout", "Forget that token"),
    "services": ("cli.services:services", "List services and the state of each"),
    "status": ("cli.deploy:status", "Say what a service is doing; --watch follows it"),
    "deploy": ("cli.deploy:deploy", "Deploy a tag, and watch it to its end"),
    "confirm": ("cli.confirm:confirm", "Confirm what another asked to release"),
    "rollback": ("cli.deploy:rollback", "Go back to an earlier release"),
    "env": ("cli.env:group", "Read, set, compare and apply settings"),
    "logs": ("cli.portal_logs:logs", "Print what a service printed; -f follows it"),
    "open": ("cli.services:open_page", "Open the page of a service"),
}
"""Through a portal, for who has no AWS credentials; `run --portal` belongs to them too"""
_OF_THE_SHELL = {"completion": ("cli.completion:completion", "Let bash, zsh or fish complete `slipway`")}
_ALL = {**FAMILIES, **OF_A_PORTAL, **_OF_THE_SHELL}


class Families(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(_ALL)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _ALL:
            return None
        module, _, attribute = _ALL[name][0].partition(":")
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
        if args[0] not in _ALL:
            close = difflib.get_close_matches(args[0], _ALL, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(_ALL)}"
            context.fail(f"no such command '{args[0]}'; {hint}")
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        sections = {"Commands": FAMILIES, "Through a portal": OF_A_PORTAL, "For the shell": _OF_THE_SHELL}
        for title, families in sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, text) in families.items()])

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """By the table: nobody who presses Tab waits for Pulumi to be imported."""
        options = click.Command.shell_complete(self, context, incomplete)
        return [
            *(CompletionItem(name, help=text) for name, (_, text) in _ALL.items() if name.startswith(incomplete)),
            *options,
        ]


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
