"""`slipway run`: its exit code, and what it says when nobody watches any more. Runs themselves: tests/runtime."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from cli.run import _watched, exit_code, run_line
from runtime.runs import Copy, Run, RunRequest
from tests.cli.test_usage import refusal

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RUN = Run("run-1", "orders", RunRequest("sato", "Backfill", copies=2), "succeeded", NOON, NOON)


def ended(status: Any, *codes: int | None) -> Run:
    copies = (Copy(number, "failed" if code else "succeeded", exit_code=code) for number, code in enumerate(codes, 1))
    return replace(RUN, status=status, copies=tuple(copies))


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (ended("succeeded", 0, 0), 0),
        (ended("skipped"), 0),
        (ended("failed", 7), 7),
        (ended("failed", 0, 3, 5), 3),
        (ended("failed", None), 1),
        (ended("timed-out", None), 1),
        (ended("stopped", 137), 137),
    ],
)
def test_exit_code_is_the_command_s_own(run, code):
    assert exit_code(run) == code


def test_whoever_interrupts_is_told_that_the_run_goes_on_and_how_to_stop_it(capsys):
    def interrupted(service: str, run: str) -> Run:
        raise KeyboardInterrupt

    gateways: Any = SimpleNamespace(runs=SimpleNamespace(read=interrupted))
    with pytest.raises(SystemExit) as left:
        _watched(gateways, "dev", "orders", "run-1")

    assert left.value.code == 130
    assert capsys.readouterr().err == (
        "slipway: interrupted; run-1 goes on, unwatched; `slipway runs dev orders --stop run-1` stops it\n"
    )


def test_listed_run_says_who_and_why_and_what_became_of_it():
    failed = replace(RUN, status="failed", reason="copies failed: 1 of 2")

    assert run_line(failed) == "run-1  failed  copies: 2  by sato (Backfill): copies failed: 1 of 2"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--set", "A"), "Invalid value for '--set': must be NAME=VALUE; got 'A'"),
        (("--set", "=1"), "Invalid value for '--set': must be NAME=VALUE; got '=1'"),
        (("--copies", "0"), "Invalid value for '--copies': 0 is not in the range 1<=x<=1000."),
    ],
)
def test_words_that_mean_no_run_are_refused(slipway, words, sentence):
    assert refusal(slipway("run", "dev", "orders", *words)) == sentence
