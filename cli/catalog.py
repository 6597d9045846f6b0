"""``slipway catalog``: check the entries, show one resolved, keep the lock."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.errors import FAILED, Refusal, report_errors
from cli.json_document import alone_on_stdout, as_json, say_json
from cli.options import catalog_directory
from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.problems import Problem
from service_catalog.yaml_text.writer import render


@click.group("catalog")
def group() -> None:
    """Check the catalog, show an entry as it is resolved, keep the lock."""


@group.command()
@catalog_directory
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--json", "form", flag_value="json", help="As --format json.")
@report_errors
def validate(catalog_directory: Path | None, form: str) -> None:
    """Say every problem of the catalog at once. Exit code 1 if there is one; warnings alone are none."""
    catalog = Catalog.at(catalog_directory)
    problems = [*catalog.problems(), *catalog.ended_schedules(datetime.now(UTC))]
    warnings = catalog.warnings()
    if form == "json":
        found = [_as_json(it, "problem") for it in problems] + [_as_json(it, "warning") for it in warnings]
        say_json(found)
    else:
        _say(catalog, problems, warnings)
    raise SystemExit(FAILED if problems else 0)


@group.command()
@click.argument("name")
@click.option("--env", "environment", required=True, metavar="ENV", help="Whose overrides are merged in.")
@click.option("--json", "as_json", is_flag=True, help="As JSON in place of YAML.")
@catalog_directory
@report_errors
def show(name: str, environment: str, as_json: bool, catalog_directory: Path | None) -> None:
    """Print the entry NAME as it is in one environment: overrides merged, defaults filled in."""
    service = Catalog.at(catalog_directory).service(name, environment)
    entry = service.model_dump(mode="json", exclude_none=True)
    if as_json:
        say_json(entry)
    else:
        click.echo(render(entry), nl=False)


@group.command()
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 if the lock does not fit the entries.")
@click.option(
    "--gone",
    multiple=True,
    metavar="STACK",
    help="The stack (dev.mail) is gone: free the slots that it left. Repeatable.",
)
@as_json
@catalog_directory
@report_errors
def lock(check: bool, gone: Sequence[str], as_json: bool, catalog_directory: Path | None) -> None:
    """Allocate what must be unique across services (listener-rule priorities) into lock.yaml.

    A service that leaves the catalog, or moves, leaves its slot marked (leaving): nobody gets it while a rule may still
    stand there. `slipway up` and `down` free it once nothing does. Where they could not write the catalog, and where
    nothing was ever provisioned, say --gone.
    """
    catalog = Catalog.at(catalog_directory)
    with alone_on_stdout(as_json) as hand_over:
        if check:
            problems = catalog.lock_problems()
            hand_over({"written": False, "problems": [_as_json(it, "problem") for it in problems]})
            for problem in problems:
                click.echo(str(problem), err=True)
            raise SystemExit(FAILED if problems else 0)
        is_written = bool(catalog.update_lock() or gone)
        _free(catalog, gone)
        left = _left(catalog)
        hand_over({"written": is_written, "left": left})
        click.echo(f"{catalog.directory / 'lock.yaml'}: {'written' if is_written else 'up to date'}")
        for stack, slots in left.items():
            free = f"free after `slipway up {stack.partition('.')[0]}`, or say --gone"
            click.echo(f"{stack} left {', '.join(slots)}: {free}")


def _free(catalog: Catalog, stacks: Collection[str]) -> None:
    left = _left(catalog)
    for stack in stacks:
        if stack not in left:
            marked = f"; marked as leaving are {', '.join(left)}" if left else "; none is marked as leaving"
            raise Refusal(f"lock.yaml: {stack} left no slot{marked}")
    for stack in stacks:
        environment, _, service = stack.partition(".")
        catalog.free_slots(environment, [service])


def _left(catalog: Catalog) -> dict[str, list[str]]:
    """By stack, the slots that it left."""
    return {naming.stack(environment, service): slots for environment, service, slots in catalog.left_slots()}


def _say(catalog: Catalog, problems: Sequence[Problem], warnings: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    if problems:
        click.echo(_count(problems, "problem"), err=True)
        return
    environments = catalog.environment_names()
    services = {name for environment in environments for name in catalog.service_names(environment)}
    click.echo(f"{_count(services, 'service')} in {_count(environments, 'environment')}: no problems")


def _count(things: Collection[object], what: str) -> str:
    return f"{len(things)} {what}{'' if len(things) == 1 else 's'}"


def _as_json(problem: Problem, severity: str) -> dict[str, object]:
    fields = asdict(problem)
    return {"severity": severity} | {key: fields[key] for key in ("file", "line", "path", "message", "hint")}
