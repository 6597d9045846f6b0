"""``slipway run`` and ``slipway runs``: a command that ends, in as many copies as somebody asks for."""

from datetime import UTC
from pathlib import Path
from typing import Any

import click

from cli import connection, one_service, options, portal_run, protection
from cli.errors import FAILED, Refusal, report_errors
from cli.json_document import alone_on_stdout, as_json
from deploy.results import INTERRUPTED
from runtime.gateways import Gateways
from runtime.runs import Copy, Run, RunRequest
from service_catalog import run_sizes

_SECONDS_BETWEEN_LOOKS = 2.0


@click.command()
@options.environment
@options.service
@click.argument("command", nargs=-1, metavar="[-- COMMAND ...]")
@click.option(
    "--copies",
    type=click.IntRange(1, run_sizes.COPIES_MAX),
    help="Start so many tasks at once. Default: as the catalog says.",
)
@click.option(
    "--set",
    "variables",
    type=options.Assignment("NAME=VALUE", "NAME=VALUE"),
    multiple=True,
    callback=options.one_value_each,
    help="On top of the service's own settings. Repeatable.",
)
@click.option("--cpu", type=click.IntRange(min=1), metavar="UNITS", help="1024 is one vCPU.")
@click.option("--memory", type=click.IntRange(min=1), metavar="MIB")
@click.option("--timeout", type=click.IntRange(min=1), metavar="MINUTES", help="For each attempt; then it is stopped.")
@click.option("--why", default="", metavar="TEXT", help="Kept with the run.")
@click.option("--unconfirmed", is_flag=True, help="Start it in a protected environment without a second person.")
@click.option("--portal", "by_portal", is_flag=True, help="Through the portal of `slipway login`.")
@as_json
@options.catalog_directory
@options.state_directory
@report_errors
def run(
    environment: str,
    service: str,
    command: tuple[str, ...],
    copies: int | None,
    variables: dict[str, str],
    cpu: int | None,
    memory: int | None,
    timeout: int | None,
    why: str,
    unconfirmed: bool,
    by_portal: bool,
    as_json: bool,
    catalog_directory: Path,
    state_directory: Path,
) -> None:
    """Run SERVICE in ENV once, and wait for its end.

    What is released runs, with COMMAND in place of its own; a web service or worker, which never ends, needs one. The
    exit code is the command's; of several copies, that of the first that failed. 1 when it was left out, since an
    earlier run still went on; 130 when it goes on unwatched.
    """
    if by_portal:
        asked = {"copies": copies, "cpu": cpu, "memory_mib": memory, "timeout_minutes": timeout, "why": why}
        said = {**asked, "command": list(command) or None, "environment": variables}
        raise SystemExit(portal_run.run(environment, service, said, as_json))
    gateways = one_service.gateways_of(environment, service, catalog_directory, state_directory)
    if not unconfirmed:
        protection.refuse_run(gateways.environment, service)
    entry = gateways.provisioned.read(service).entry or {}
    request = RunRequest(
        who=connection.me(),
        why=why,
        copies=copies or entry.get("run", {}).get("copies", 1),
        command=command or None,
        environment=variables,
        cpu=cpu,
        memory_mib=memory,
        timeout_seconds=timeout * 60 if timeout else None,
    )
    started = gateways.runs.start(service, request)
    click.echo(f"{started} of {service} started, copies: {request.copies}", err=True)
    with alone_on_stdout(as_json) as hand_over:
        hand_over({"id": started})
        ended = _watched(gateways, environment, service, started)
        hand_over({**_as_data(ended), "each": [_copy_as_data(it) for it in ended.copies]})
        _tell(ended)
    raise SystemExit(exit_code(ended))


def _as_data(it: Run) -> dict[str, Any]:
    """As the portal's API tells a run."""
    return {
        "id": it.id,
        "status": it.status,
        "who": it.request.who,
        "why": it.request.why,
        "copies": it.request.copies,
        "command": it.request.command or (),
        "started_at": it.started_at,
        "ended_at": it.ended_at,
        "reason": it.reason,
    }


def _copy_as_data(it: Copy) -> dict[str, Any]:
    return {
        "number": it.number,
        "status": it.status,
        "task": it.task_id,
        "exit_code": it.exit_code,
        "reason": it.reason,
        "started_at": it.started_at,
        "ended_at": it.ended_at,
        "lines": it.lines,
    }


def _watched(gateways: Gateways, environment: str, service: str, started: str) -> Run:
    wait = connection.pace(environment)
    try:
        while (seen := gateways.runs.read(service, started)).ended_at is None:
            wait(_SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        stop = f"`slipway runs {environment} {service} --stop {started}` stops it"
        click.echo(f"slipway: interrupted; {started} goes on, unwatched; {stop}", err=True)
        raise SystemExit(INTERRUPTED) from None
    return seen


def _tell(ended: Run) -> None:
    for copy in ended.copies:
        for line in copy.lines:
            click.echo(f"{copy.number}> {line}" if len(ended.copies) > 1 else line)
    reason = f": {ended.reason}" if ended.reason else ""
    click.echo(f"{ended.id} {ended.status}{reason}", err=True)
    for copy in ended.copies:
        if copy.status not in ("succeeded", "failed") or len(ended.copies) > 1 or copy.reason:
            click.echo(f"  {copy_line(copy)}", err=True)


def copy_line(copy: Copy) -> str:
    code = f", exit code {copy.exit_code}" if copy.exit_code is not None else ""
    return f"copy {copy.number} {copy.status}{code}{f': {copy.reason}' if copy.reason else ''}"


def exit_code(ended: Run) -> int:
    """The command's own, wherever there is one to take."""
    if ended.status == "succeeded":
        return 0
    return next((code for code in ended.exit_codes if code), FAILED)


@click.command()
@options.environment
@options.service
@click.option("--stop", metavar="RUN", help="Stop this run, with its tasks.")
@click.option("--pause", is_flag=True, help="Of a job: its schedule starts nothing until --resume.")
@click.option("--resume", is_flag=True, help="Of a job: its schedule starts runs again.")
@click.option("--why", default="", metavar="TEXT", help="Kept with the pause.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="How many to list.")
@as_json
@options.catalog_directory
@options.state_directory
@report_errors
def runs(
    environment: str,
    service: str,
    stop: str | None,
    pause: bool,
    resume: bool,
    why: str,
    limit: int,
    as_json: bool,
    catalog_directory: Path,
    state_directory: Path,
) -> None:
    """List the runs of SERVICE in ENV, the newest first; stop one, or pause a job's schedule."""
    if sum(map(bool, (stop, pause, resume))) > 1:
        raise click.UsageError("--stop, --pause and --resume each say everything; choose one")
    gateways = one_service.gateways_of(environment, service, catalog_directory, state_directory)
    with alone_on_stdout(as_json) as hand_over:
        if stop:
            was = gateways.runs.read(service, stop)
            gateways.runs.stop(service, stop, who=connection.me())
            hand_over(_as_data(gateways.runs.read(service, stop)))
            click.echo(f"{stop} had ended already: {was.status}" if was.ended_at else f"{stop} is stopped")
        elif pause or resume:
            _switch(gateways, service, why, is_on=resume)
            hand_over({"schedule": "on" if resume else "paused"})
        else:
            recent = gateways.runs.recent(service, limit)
            hand_over({"runs": [_as_data(it) for it in recent]})
            for found in recent:
                click.echo(run_line(found))
            if not recent:
                click.echo(f"{service} had no run in {environment} in the last 90 days")


def _switch(gateways: Gateways, service: str, why: str, *, is_on: bool) -> None:
    if gateways.provisioned.read(service).schedule is None:
        raise Refusal(f"{service} has no schedule; tasks that always run are paused by `slipway release --pause`")
    switch = gateways.operations.resume if is_on else gateways.operations.pause
    switch(service, connection.me(), why)
    told = "starts runs again" if is_on else "starts nothing until --resume; what it misses is not made up for"
    click.echo(f"the schedule of {service} {told}")


def run_line(found: Run) -> str:
    started = f"{found.started_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    words = [started, found.id, found.status, f"copies: {found.request.copies}", f"by {found.request.who or '?'}"]
    if found.request.release:
        words.append(f"first run of release {found.request.release}")
    why = f" ({found.request.why})" if found.request.why else ""
    reason = f": {found.reason}" if found.reason else ""
    return f"{'  '.join(words)}{why}{reason}"
