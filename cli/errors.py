"""How the command says no: one sentence, an exit code, never a traceback for what somebody can put right."""

import difflib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import click

from deploy.engine import EngineRefused
from runtime.aws.errors import GatewayError
from service_catalog.problems import CatalogError

FAILED = 1
REFUSED = 2
HELD_BACK = 3
"""Of `cli.local_platform.fill`: all came up but what waits for somebody's word"""
EXPECTED = (CatalogError, GatewayError, EngineRefused)


class Refusal(click.ClickException):
    """Wrong usage, or something is missing: nothing was touched."""

    exit_code = REFUSED

    def show(self, file: Any = None) -> None:
        click.echo(f"slipway: {self.message}", err=True, file=file)


def report_errors(work: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(work)
    def answered(*args: Any, **options: Any) -> Any:
        try:
            return work(*args, **options)
        except EXPECTED as error:
            raise Refusal(str(error)) from error
        except OSError as error:
            if error.filename is None:
                raise
            raise Refusal(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error

    return answered


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """An ending for a sentence: empty when nothing is close."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
