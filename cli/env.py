"""``slipway env``: env files, read, compared, changed and applied through the portal."""

import sys
from typing import TextIO

import click

from cli import options, portal_client
from cli.deploy import change_line, no_wait, release
from cli.developer_options import as_json, why
from cli.errors import Refusal, report_errors
from cli.json_document import say_json
from cli.options import Assignment
from cli.portal_client import PortalClient

_file = click.argument("file", metavar="FILE")
_version = click.IntRange(min=0)


@click.group(name="env")
def group() -> None:
    """Read and change the settings of a service, without an image rebuild."""


@group.command()
@options.environment
@options.service
@_file
@click.option("--version", type=_version, help="Default: the newest.")
@as_json
@report_errors
def get(environment: str, service: str, file: str, version: int | None, as_json: bool) -> None:
    """Print a version of FILE, byte for byte."""
    found = portal_client.client().get(*_of(environment, service, file), version=version)
    if as_json:
        say_json(found)
        return
    click.echo(found["text"], nl=False)


@group.command(name="set")
@options.environment
@options.service
@_file
@click.argument("settings", metavar="[KEY=VALUE]...", nargs=-1, type=Assignment("KEY=VALUE", "KEY=VALUE"))
@click.option("--unset", multiple=True, metavar="KEY", help="Take this key away. Repeatable.")
@click.option("--from", "source", type=click.File(encoding="utf-8"), help="Save this whole file instead; - is stdin.")
@click.option("--base", type=_version, help="With --from: the version it was made from. Default: the newest.")
@click.option("--message", default="", metavar="TEXT", help="Kept with the version.")
@click.option("--no-secret", "no_secrets", multiple=True, metavar="KEY", help="Its value only looks like a secret.")
@as_json
@report_errors
def set_keys(
    environment: str,
    service: str,
    file: str,
    settings: tuple[tuple[str, str], ...],
    unset: tuple[str, ...],
    source: TextIO | None,
    base: int | None,
    message: str,
    no_secrets: tuple[str, ...],
    as_json: bool,
) -> None:
    """Save the next version of FILE. Nothing restarts: `slipway env apply` does that."""
    if bool(source) == bool(settings or unset):
        raise click.UsageError("say KEY=VALUE or --unset KEY, or a whole file by --from")
    asked, where = portal_client.client(), _of(environment, service, file)
    kept = {"message": message, "no_secrets": list(no_secrets)}
    if source:
        base = _newest(asked, where) if base is None else base
        saved = asked.post(*where, body={"text": source.read(), "base": base, **kept})
    else:
        values = options.one_value_each(click.get_current_context(), click.Argument(["settings"]), settings)
        saved = asked.post(*where, "keys", body={"set": values, "unset": list(unset), **kept})
    if as_json:
        say_json(saved)
        return
    click.echo(f"{file} v{saved['version']}; nothing restarted: `slipway env apply {environment} {service}` applies it")


@group.command()
@options.environment
@options.service
@_file
@click.argument("old", metavar="[OLD]", type=_version, required=False)
@click.argument("new", metavar="[NEW]", type=_version, required=False)
@as_json
@report_errors
def diff(environment: str, service: str, file: str, old: int | None, new: int | None, as_json: bool) -> None:
    """Compare two versions of FILE key by key; by default, what runs with the newest. Exit code 1 when they differ."""
    asked, where = portal_client.client(), _of(environment, service, file)
    if old is None:
        live = asked.get("environments", environment, "services", service)["live"]
        old = (live["env"] if live else {}).get(file, 0)
    found = asked.get(*where, "diff", old=old, new=_newest(asked, where) if new is None else new)
    if as_json:
        say_json(found)
    else:
        for change in found["changes"]:
            click.echo(change_line(change))
    sys.exit(1 if found["changes"] else 0)


@group.command(name="apply")
@options.environment
@options.service
@why
@no_wait
@as_json
@report_errors
def apply_newest(environment: str, service: str, why: str, no_wait: bool, as_json: bool) -> None:
    """Release the newest versions of all env files of SERVICE with the image that is live, and watch it to its end."""
    found = portal_client.client().get("environments", environment, "services", service)
    staged = {cell["file"]: cell["staged"] for cell in found["env"] if cell["staged"]}
    if not staged:
        raise Refusal(f"nothing is saved for {service} in {environment} that does not run already")
    release(environment, service, {"env": staged, "definition": "keep", "why": why}, no_wait, as_json)


def _of(environment: str, service: str, file: str) -> tuple[str, ...]:
    return "environments", environment, "services", service, "env", file


def _newest(asked: PortalClient, where: tuple[str, ...]) -> int:
    versions = asked.get(*where, "versions", limit=1)["versions"]
    return int(versions[0]["version"]) if versions else 0
