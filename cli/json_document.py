"""``--json``: one JSON document on stdout, when all is over; what a person would read meanwhile goes to stderr."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from typing import Any

import click

as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on stdout; what goes on meanwhile is told on stderr."
)


@contextmanager
def alone_on_stdout(is_wanted: bool) -> Iterator[Callable[[Any], None]]:
    """Whatever ends the command, the last that was handed over is printed; of what was refused, nothing."""
    if not is_wanted:
        yield lambda _: None
        return
    handed: list[Any] = []
    try:
        with redirect_stdout(sys.stderr):
            yield handed.append
    finally:
        if handed:
            say_json(handed[-1])


def say_json(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=_in_json))


def _in_json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
