"""What a run shows while it goes on and at its end: a live table in a terminal, plain lines elsewhere, or JSON."""

import errno
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.json_document import say_json
from deploy import progress, results
from deploy.progress import Event, Phase, Step
from deploy.results import Result

_COLOURS = {
    "done": "green",
    "unchanged": "dim",
    "previewed": "cyan",
    "not-destroyed": "yellow",
    "awaits-approval": "yellow",
}
_BAD_COLOUR = "red"


class Screen(Protocol):
    """Entered while the run goes on; ``hear`` is called from many threads."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def hear(self, event: Event) -> None: ...

    def show(self, outcome: Sequence[Result], exit_code: int) -> None: ...


def screen_for(form: str) -> Screen:
    if form == "jsonl":
        return ToNobodyIfNeedBe(JsonLines())
    if form == "json":
        return ToNobodyIfNeedBe(JsonDocument())
    return ToNobodyIfNeedBe(LiveTable() if sys.stdout.isatty() else PlainLines())


class JsonLines:
    """One JSON object a line, for programs: steps and phases as they happen, then a result for each stack."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def hear(self, event: Event) -> None:
        self._print(progress.as_json(event))

    def show(self, outcome: Sequence[Result], exit_code: int) -> None:
        for result in outcome:
            self._print(results.as_json(result))
        self._print({"event": "end", "exit_code": exit_code, "text": results.summary(outcome)})

    def _print(self, fields: dict[str, Any]) -> None:
        click.echo(json.dumps(fields, ensure_ascii=False))


class JsonDocument:
    """One JSON document at the end; what a person would read meanwhile goes to stderr."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def hear(self, event: Event) -> None:
        if said := sentence(event):
            click.echo(said, err=True)

    def show(self, outcome: Sequence[Result], exit_code: int) -> None:
        found = {"results": [asdict(it) for it in outcome], "text": results.summary(outcome), "exit_code": exit_code}
        say_json(found)


class PlainLines:
    """One line for each thing worth knowing, for logs and pipes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def hear(self, event: Event) -> None:
        said = sentence(event)
        if said:
            click.echo(said)

    def show(self, outcome: Sequence[Result], exit_code: int) -> None:
        rows = [results.row(result) for result in outcome]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
        for result, row in zip(outcome, rows, strict=True):
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            click.echo(
                "  ".join([*(cell for cell, width in zip(cells, widths, strict=True) if width), row[4]]).rstrip()
            )
            for detail in result.further:
                click.echo(f"    {detail}")
        click.echo(results.summary(outcome))


@dataclass
class _Row:
    """What the live table says of one stack."""

    phase: str
    text: str
    since: float
    steps: int = 0
    ended: bool = False


@dataclass
class LiveTable:
    """A row for each stack that is being worked on, drawn anew four times a second; failures stay above it."""

    console: Console = field(default_factory=lambda: Console(highlight=False))

    def __post_init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._live = Live(get_renderable=self._table, console=self.console, refresh_per_second=4, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def hear(self, event: Event) -> None:
        if isinstance(event, Phase):
            started = self._rows[event.stack].since if event.stack in self._rows else time.monotonic()
            self._rows[event.stack] = _Row(event.phase, event.text, started)
        elif event.state == "failed":
            self.console.print(Text(sentence(event), style=_BAD_COLOUR))
        elif event.stack in self._rows and event.action != "same":
            row = self._rows[event.stack]
            row.steps += event.state == "done"
            row.text = f"{row.steps} done, {event.action} {_short(event)}"

    def show(self, outcome: Sequence[Result], exit_code: int) -> None:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for heading in ("stack", "ended", "resources", "time", ""):
            table.add_column(heading, no_wrap=heading in ("stack", "ended", "time"))
        for result in outcome:
            stack, ended, resources, seconds, said = results.row(result)
            style = _BAD_COLOUR if result.is_bad else _COLOURS[result.status]
            table.add_row(stack, Text(ended, style=style), resources, seconds, "\n".join([said, *result.further]))
        self.console.print(table)
        self.console.print(results.summary(outcome))

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, show_header=False)
        for stack, row in list(self._rows.items()):
            table.add_row(stack, Text(row.phase, style="cyan"), f"{time.monotonic() - row.since:.0f} s", row.text)
        return table


@dataclass(frozen=True)
class ToNobodyIfNeedBe:
    """Around another screen. A terminal that was closed (SIGHUP) and a reader that went away (``| head``) end no run
    half-way: it goes on, told to nobody."""

    screen: Screen

    def __enter__(self) -> Self:
        with _even_unread():
            self.screen.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        with _even_unread():
            self.screen.__exit__(None, None, None)

    def hear(self, event: Event) -> None:
        with _even_unread():
            self.screen.hear(event)

    def show(self, outcome: Sequence[Result], exit_code: int) -> None:
        with _even_unread():
            self.screen.show(outcome, exit_code)


@contextmanager
def _even_unread() -> Iterator[None]:
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in [sys.stdout] if error.errno == errno.EPIPE else [sys.stdout, sys.stderr]:
            os.dup2(nowhere, stream.fileno())


def sentence(event: Event) -> str:
    """A line of text; empty for steps that went well, of which there are hundreds."""
    if isinstance(event, Phase):
        return f"{event.stack}: {event.phase} ({event.text})"
    return f"{event.stack}: {event.action} {_short(event)} failed: {event.reason}" if event.state == "failed" else ""


def _short(step: Step) -> str:
    """``ecs.Service orders-api`` for ``aws:ecs/service:Service``."""
    module, _, kind = step.type.rpartition(":")
    return f"{module.partition(':')[2].partition('/')[0]}.{kind} {step.name}" if module else f"{kind} {step.name}"
