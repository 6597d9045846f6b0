"""``slipway preview | up | down``: an environment, or some of its services, as the catalog says."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from cli import connection, options
from cli.errors import Refusal, report_errors
from cli.interruption import handled_by
from cli.preview_text import show_previews
from cli.screen import PlainLines, Screen, screen_for, sentence
from cli.which_catalog import catalog_of
from deploy.down import NotConfirmed
from deploy.plan import Item
from deploy.progress import Event, OnEvent, Phase
from deploy.results import INTERRUPTED, Result, exit_code
from deploy.run import Run

_refresh = click.option(
    "--refresh", is_flag=True, help="Look at every resource in AWS first, for what was changed or deleted outside."
)


@click.command()
@options.of_a_run
@_refresh
@report_errors
def preview(
    environment: str, services: Sequence[str], catalog_directory: Path, state_directory: Path, form: str, refresh: bool
) -> None:
    """Say what `up` would do to ENV: in words, then resource by resource. Nothing in AWS is touched."""
    from deploy.preview import preview as work

    run = _run(catalog_directory, state_directory, environment, _say_interruptions, refresh_first=refresh)
    with _interruptible(run, PlainLines()):
        previews = work(run, services)
    code = _exit_code(run, [result for result, _ in previews])
    show_previews(previews, form, code)
    raise SystemExit(code)


@click.command()
@options.of_a_run
@options.yes
@_refresh
@click.option(
    "--retry",
    is_flag=True,
    help="Release again what was rolled back or failed its first run, start what somebody stopped, put back what was "
    "changed outside.",
)
@click.option(
    "--env-from",
    type=options.Assignment("NEW=[OLD]", "a new env file and the one to copy, like settings=app"),
    multiple=True,
    callback=options.one_value_each,
    help="How a new env file begins that takes the place of another: NEW=OLD copies the keys of OLD that are live, "
    "NEW= begins empty. Repeatable.",
)
@click.option(
    "--delete-messages", is_flag=True, help="Delete the queue that a worker no longer has with the messages in it."
)
@report_errors
def up(
    environment: str,
    services: Sequence[str],
    catalog_directory: Path,
    state_directory: Path,
    form: str,
    yes: bool,
    refresh: bool,
    retry: bool,
    env_from: dict[str, str],
    delete_messages: bool,
) -> None:
    """Provision what differs in ENV, and release what that staged.

    Without SERVICE everything is compared, and what left the catalog is destroyed, after asking. A service that runs is
    not touched while its next release has an open question. Exit code 1 when something failed, was rolled back or held
    back.
    """
    from deploy.up import up as work

    for flag, is_said in (("--env-from", env_from), ("--delete-messages", delete_messages)):
        if is_said and len(services) != 1:
            raise click.UsageError(f"{flag} is about one service: name it")
    screen = screen_for(form)
    run = _run(
        catalog_directory,
        state_directory,
        environment,
        screen.hear,
        retry=retry,
        env_from=env_from,
        delete_messages=delete_messages,
        refresh_first=refresh,
    )
    with screen, _interruptible(run, screen):
        results = work(run, services, lambda items: yes or _asked(screen, items, form))
    _show(screen, run, results)


@click.command()
@options.of_a_run
@options.yes
@report_errors
def down(
    environment: str, services: Sequence[str], catalog_directory: Path, state_directory: Path, form: str, yes: bool
) -> None:
    """Destroy SERVICE in ENV; without SERVICE all of them, then the environment itself."""
    from deploy.down import down as work

    screen = screen_for(form)
    run = _run(catalog_directory, state_directory, environment, screen.hear)
    try:
        with screen, _interruptible(run, screen):
            results = work(run, services, lambda items: yes or _asked(screen, items, form))
    except NotConfirmed as error:
        hint = "" if sys.stdin.isatty() else "; say --yes where nobody can be asked"
        raise Refusal(f"{error}{hint}") from error
    _show(screen, run, results)


@contextmanager
def _interruptible(run: Run, screen: Screen) -> Iterator[None]:
    """Stacks under way come to their end first. Where there are none, KeyboardInterrupt ends the command."""

    def hear(number: int, frame: FrameType | None) -> None:
        if run.interrupt():
            return
        if not run.at_work.is_set():
            raise KeyboardInterrupt
        screen.__exit__(None, None, None)
        click.echo("slipway: ended at once; the next run goes on", err=True)
        os._exit(INTERRUPTED)  # else the threads would be waited for

    with handled_by(hear):
        yield


def _say_interruptions(event: Event) -> None:
    if isinstance(event, Phase) and event.phase == "interrupted":
        click.echo(sentence(event), err=True)


def _show(screen: Screen, run: Run, results: Sequence[Result]) -> NoReturn:
    code = _exit_code(run, results)
    screen.show(results, code)
    raise SystemExit(code)


def _exit_code(run: Run, results: Sequence[Result]) -> int:
    return INTERRUPTED if run.interrupted.is_set() else exit_code(results)


def _run(
    catalog_directory: Path,
    state: Path,
    environment: str,
    on_event: OnEvent,
    **options: Any,
) -> Run:
    catalog = catalog_of(environment, catalog_directory, state)
    where = catalog.environment(environment)
    return Run(
        catalog,
        where,
        connection.engine(where, state),
        connection.gateways(where, state),
        on_event,
        who=connection.me(),
        **options,
        sleep=connection.pace(environment),
    )


def _asked(screen: Screen, items: Sequence[Item], form: str) -> bool:
    """Where nobody can be asked the answer is no."""
    if not sys.stdin.isatty():
        return False
    screen.__exit__(None, None, None)
    is_for_programs = form != "text"
    for item in items:
        click.echo(f"{item.stack}: would be destroyed ({item.why})", err=is_for_programs)
    answer = click.confirm("Destroy?" if len(items) == 1 else f"Destroy all {len(items)}?", err=is_for_programs)
    screen.__enter__()
    return answer
