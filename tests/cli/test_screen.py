import io
import json

import pytest
from rich.console import Console

from cli.preview_text import show_previews
from cli.screen import JsonLines, LiveTable, PlainLines, sentence
from deploy.engine import Changes
from deploy.progress import Phase, Step
from deploy.results import Result

FAILED = Step("dev.orders", "create", "aws:ecs/service:Service", "orders", "failed", (), "no more addresses")
RESULTS = [
    Result("dev", "unchanged", "up to date", "up to date"),
    Result(
        "dev.orders",
        "failed",
        "new",
        "no more addresses",
        {"create": 3},
        1.5,
        details=("no more addresses", "no more gateways"),
    ),
]


def test_a_failed_step_is_said_in_a_line():
    assert sentence(FAILED) == "dev.orders: create ecs.Service orders failed: no more addresses"


def test_steps_that_went_well_are_not_said_one_by_one():
    assert sentence(Step("dev.orders", "create", "aws:ecs/service:Service", "orders")) == ""


def test_plain_lines_end_with_an_aligned_table(capsys):
    PlainLines().show(RESULTS, 1)

    assert capsys.readouterr().out.splitlines() == [
        "dev         unchanged                    up to date",
        "dev.orders  failed     3 created  1.5 s  no more addresses",
        "    no more gateways",
        "1 of 2 did not come through: dev.orders",
    ]


def test_json_lines_of_a_preview_end_with_what_it_comes_to(capsys):
    seen = [(RESULTS[0], Changes("dev")), (Result("dev.orders", "previewed", "new"), Changes("dev.orders", (FAILED,)))]

    show_previews(seen, "jsonl", 0)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["result", "step", "result", "end"]
    assert (lines[-1]["exit_code"], lines[-1]["text"]) == (0, "1 of 2 stacks differ")


def test_json_lines_are_one_object_each(capsys):
    screen = JsonLines()
    screen.hear(Phase("dev", "provisioning", "new"))
    screen.show(RESULTS, 1)

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [it["event"] for it in said] == ["phase", "result", "result", "end"]
    assert said[0] == {"event": "phase", "stack": "dev", "phase": "provisioning", "text": "new"}
    assert said[-1]["exit_code"] == 1


@pytest.fixture
def terminal():
    return Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)


def test_a_terminal_keeps_failures_above_the_table(terminal):
    with LiveTable(terminal) as screen:
        screen.hear(Phase("dev.orders", "provisioning", "new"))
        screen.hear(FAILED)

    assert "dev.orders: create ecs.Service orders failed: no more addresses" in terminal.file.getvalue()
