"""Runs: the form, its refusals, and what a page says of runs. Runs themselves are shown on the local cloud."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal import run_form
from runtime.runs import Copy, Run, RunInvalid, RunRequest
from tests.portal.conftest import NOW
from tests.portal.reading import part, plain, row, text_of

PAGE = "/local/services/orders-api"
DONE = Run(
    "run-2",
    "orders-api",
    RunRequest("Sato Yui", "Backfill", copies=2, command=("bin/fill", "--all")),
    "failed",
    NOW - timedelta(minutes=5),
    NOW - timedelta(minutes=3),
    reason="copies failed: 1 of 2",
    copies=(
        Copy(1, "succeeded", "a" * 32, 0, started_at=NOW - timedelta(minutes=5), ended_at=NOW - timedelta(minutes=4)),
        Copy(2, "failed", "b" * 32, 7, "Essential container exited", lines=("<boom>",)),
    ),
)
MOVING = Run(
    "run-3", "orders-api", RunRequest("schedule", "2026-11-26T15:35:42Z"), "running", NOW, copies=(Copy(1, "waiting"),)
)


class HeldRuns:
    """What the pages ask of the gateway, from memory: its own tests run it on the local cloud."""

    def __init__(self):
        self.held = {run.id: run for run in (MOVING, DONE)}
        self.started, self.stopped, self.problems = [], [], ()
        self.drawn, self.ids = 0, []

    def recent(self, service, limit=50):
        return list(self.held.values())

    def read(self, service, run):
        return self.held[run]

    def new_id(self):
        self.drawn += 1
        return f"drawn-{self.drawn}"

    def refusals(self, service, request):
        return [f"refused with copies {request.copies}"]

    def start(self, service, request, run=""):
        if self.problems:
            raise RunInvalid(*self.problems)
        self.started.append(request)
        self.ids.append(run)
        return "run-3"

    def stop(self, service, run, who):
        self.stopped.append((run, who))


@pytest.fixture
def held(running):
    return HeldRuns()


@pytest.fixture
def connect(connect, held):
    return lambda name: replace(connect(name), runs=held)


def test_runs_say_who_asked_why_and_how_they_ended(client, held):
    page = text_of(client, f"{PAGE}/runs")

    assert row(page, "5 min ago")[1:] == ["Failed copies failed: 1 of 2", "2", "Sato Yui: “Backfill”", "2 min 0 s"]
    assert row(page, "0 s ago")[1:4] == ["Running", "1", "the schedule"]


def test_run_shows_each_copy_with_exit_code_and_log(client, held):
    page = text_of(client, f"{PAGE}/runs/run-2")

    assert row(page, "1")[1:] == ["Succeeded", "0", "1 min 0 s", "Log of aaaaaaaa"]
    assert row(page, "2")[1:3] == ["Failed Essential container exited", "7"]
    assert f"{PAGE}/logs?task={'b' * 32}" in page
    assert "&lt;boom&gt;" in page
    assert "Stop this run" not in plain(page)
    assert f"{PAGE}/runs/new?copies=2&amp;command=bin/fill%0A--all" in page


def test_run_that_goes_on_can_be_stopped_by_whoever_is_asking(post, held):
    assert "Stop this run" in plain(text_of(post.client, f"{PAGE}/runs/run-3"))

    answer = post(f"{PAGE}/runs/run-3/stop", f"{PAGE}/runs/run-3")

    assert (answer.status_code, answer.location) == (303, f"{PAGE}/runs/run-3")
    assert held.stopped == [("run-3", "Sato Yui")]


def test_form_starts_what_was_typed(post, held):
    typed = {"copies": "3", "command": "bin/fill\n--all\n", "environment": "A=1\nB=x=y", "timeout": "2", "why": "Now"}

    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new", **typed)

    assert (answer.status_code, answer.location) == (303, f"{PAGE}/runs/run-3")
    assert held.started == [
        RunRequest("Sato Yui", "Now", 3, ("bin/fill", "--all"), {"A": "1", "B": "x=y"}, timeout_seconds=120)
    ]


def test_form_that_is_sent_twice_asks_for_the_run_that_it_was_shown_for(post, held):
    shown = part(text_of(post.client, f"{PAGE}/runs/new"), r'name="run" value="([^"]+)"')

    for _press in range(2):
        post(f"{PAGE}/runs", f"{PAGE}/runs/new", run=shown)

    assert held.ids == ["drawn-1", "drawn-1"]


def test_refused_form_is_for_another_run(post, held):
    held.problems = ("drawn-1 was started from this form with other settings; start once more",)

    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new", run="drawn-1")

    assert 'name="run" value="drawn-1"' not in answer.text
    assert 'name="run" value="drawn-' in answer.text


def test_what_cannot_be_read_is_told_at_once_and_kept(post, held):
    typed = {"copies": "many", "environment": "A=1\nnonsense", "cpu": "½", "command": "bin/fill", "why": "Now"}

    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new", **typed)

    page = answer.text
    assert answer.status_code == 422
    assert "Copies: must be a whole number, got 'many'" in plain(page)
    assert "Environment, line 2: write NAME=value" in plain(page)
    assert "CPU: must be a whole number, got '½'" in plain(page)
    assert "refused with copies 1" in plain(page), "what could be read is checked in the same go"
    assert all(f">\n{text}</textarea>" in page for text in ("bin/fill", "A=1\nnonsense"))
    assert 'value="many"' in page
    assert held.started == []


def test_what_the_gateway_refuses_stands_above_the_form(post, held):
    held.problems = ("copies: must be 1 to 1000, got 0", "cpu, memory: no")

    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new", copies="0", why="Now")

    assert answer.status_code == 422
    assert (
        "Nothing was started. What you typed is still here. copies: must be 1 to 1000, got 0 cpu, memory: no"
        in plain(answer.text)
    )


@pytest.mark.parametrize("typed", [{}, {"copies": ""}])
def test_form_that_says_nothing_means_one_copy_of_the_usual(typed):
    assert run_form.read(typed, "Sato Yui").request == RunRequest("Sato Yui")


def test_no_copies_are_not_taken_for_one():
    assert run_form.read({"copies": "0"}, "Sato Yui").request.copies == 0
