"""Options that several commands share, spelled and explained once."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from local_cloud.cloud import DEFAULT_STATE

Command = TypeVar("Command", bound=Callable[..., Any])
V = TypeVar("V")

REPOSITORY = Path(__file__).resolve().parent.parent
"""Where Pulumi.yaml and infra/ stand: what an engine runs in."""


class Assignment(click.ParamType):
    """Two words with ``=`` between them; the second may be empty."""

    def __init__(self, name: str, wanted: str):
        self.name = name
        self._wanted = wanted

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> tuple[str, str]:
        left, equals, right = str(value).partition("=")
        if not left or not equals:
            self.fail(f"must be {self._wanted}; got '{value}'", param, context)
        return left, right


def one_value_each(context: click.Context, param: click.Parameter, chosen: Sequence[tuple[str, V]]) -> dict[str, V]:
    """Of a repeatable option: whoever says a name twice meant something else with one of them."""
    names = [name for name, _ in chosen]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise click.BadParameter(f"names {', '.join(twice)} more than once; say one value of each", context, param)
    return dict(chosen)


def _export(variable: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """The Pulumi program and child processes learn the directory from the environment."""

    def callback(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
        if value is not None:
            os.environ[variable] = str(value)
        return value

    return callback


catalog_directory = click.option(
    "--catalog",
    "catalog_directory",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    envvar="SLIPWAY_CATALOG",
    metavar="DIR",
    callback=_export("SLIPWAY_CATALOG"),
    help="Directory with services/, environments/ and lock.yaml ($SLIPWAY_CATALOG). Default: this repository's.",
)

state_directory = click.option(
    "--state",
    "state_directory",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    envvar="SLIPWAY_STATE",
    metavar="DIR",
    default=DEFAULT_STATE,
    callback=_export("SLIPWAY_STATE"),
    help="Where the local cloud keeps its state ($SLIPWAY_STATE). Default: .slipway in this repository.",
)

yes = click.option("--yes", "-y", is_flag=True, help="Do not ask before something is destroyed.")

output_format = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="jsonl: one JSON object a line, as it happens; json: as --json.",
)

as_json = click.option(
    "--json", "form", flag_value="json", help="One JSON document on stdout; what goes on meanwhile is told on stderr."
)

environment = click.argument("environment", metavar="ENV")
service = click.argument("service", metavar="SERVICE")
services = click.argument("services", metavar="[SERVICE]...", nargs=-1)


def of_a_run(command: Command) -> Command:
    """What preview, up and down are all told: where, which, from what, and how to say it."""
    for option in (output_format, as_json, state_directory, catalog_directory, services, environment):
        command = option(command)
    return command
