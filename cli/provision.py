"""``slipway preview | up | down``: an environment, or some of its services, as the catalog says."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from cli import connection, options
from cli.preview_text import show_previews
from cli.refusals import Refusal, in_sentences
from cli.screen import Screen, screen_for
from deploy.down import NotConfirmed
from deploy.plan import Item
from deploy.progress import OnEvent
from deploy.results import exit_code
from deploy.run import Run
from service_catalog.catalog import Catalog


@click.command()
@options.of_a_run
@in_sentences
def preview(
    environment: str, services: Sequence[str], catalog_directory: Path, state_directory: Path, form: str
) -> None:
    """Say what `up` would do to ENV, resource by resource. Nothing is touched."""
    from deploy.preview import preview as work

    previews = work(_run(catalog_directory, state_directory, environment, lambda event: None), services)
    show_previews(previews, form)
    raise SystemExit(exit_code(result for result, _ in previews))


@click.command()
@options.of_a_run
@options.yes
@click.option("--retry", is_flag=True, help="Release again what was rolled back before.")
@in_sentences
def up(
    environment: str,
    services: Sequence[str],
    catalog_directory: Path,
    state_directory: Path,
    form: str,
    yes: bool,
    retry: bool,
) -> None:
    """Provision what differs in ENV, and release what that staged.

    Without SERVICE everything is compared, and what left the catalog is destroyed, after asking. Exit code 1 when
    something failed or was rolled back.
    """
    from deploy.up import up as work

    screen = screen_for(form)
    run = _run(catalog_directory, state_directory, environment, screen.hear, retry)
    with screen:
        results = work(run, services, lambda items: yes or _asked(screen, items))
    screen.show(results)
    raise SystemExit(exit_code(results))


@click.command()
@options.of_a_run
@options.yes
@in_sentences
def down(
    environment: str, services: Sequence[str], catalog_directory: Path, state_directory: Path, form: str, yes: bool
) -> None:
    """Destroy SERVICE in ENV; without SERVICE all of them, then the environment itself."""
    from deploy.down import down as work

    screen = screen_for(form)
    run = _run(catalog_directory, state_directory, environment, screen.hear)
    try:
        with screen:
            results = work(run, services, lambda items: yes or _asked(screen, items))
    except NotConfirmed as error:
        hint = "" if sys.stdin.isatty() else "; say --yes where nobody can be asked"
        raise Refusal(f"{error}{hint}") from error
    screen.show(results)
    raise SystemExit(exit_code(results))


def _run(catalog_directory: Path, state: Path, environment: str, on_event: OnEvent, retry: bool = False) -> Run:
    catalog = Catalog.at(catalog_directory)
    where = catalog.environment(environment)
    return Run(
        catalog,
        where,
        connection.engine(where, state),
        connection.gateways(where, state),
        on_event,
        who=connection.me(),
        retry=retry,
        sleep=connection.pace(environment),
    )


def _asked(screen: Screen, items: Sequence[Item]) -> bool:
    """Where nobody can be asked the answer is no."""
    if not sys.stdin.isatty():
        return False
    screen.__exit__(None, None, None)
    for item in items:
        click.echo(f"{item.stack}: would be destroyed ({item.why})")
    answer = click.confirm("Destroy?" if len(items) == 1 else f"Destroy all {len(items)}?")
    screen.__enter__()
    return answer
