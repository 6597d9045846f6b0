"""Runs: the form, its refusals, and what the pages say of runs."""

from datetime import timedelta

import pytest

from portal import run_form
from runtime.runs import RunRequest
from tests.portal.conftest import NOW
from tests.portal.reading import part, plain, row, text_of

SERVICE = "orders-api"
PAGE = f"/local/services/{SERVICE}"


@pytest.fixture
def runs(running):
    return running.gateways.runs


@pytest.fixture
def failed(running, runs):
    """Five minutes ago; of two copies the first succeeded after one minute, and the second failed after two."""
    running.aws.now = NOW - timedelta(minutes=5)
    asked = RunRequest("Sato Yui", "Backfill", copies=2, command=("bin/fill", "--all"))
    run = runs.start(SERVICE, asked)
    running.aws.passes(minutes=1)
    running.aws.step_functions.ends(run, copy=1)
    running.aws.passes(minutes=1)
    running.aws.step_functions.ends(run, exit_code=7, lines=["<boom>"])
    running.aws.now = NOW
    return runs.read(SERVICE, run)


@pytest.fixture
def moving(runs):
    """Started by a schedule just now."""
    asked = RunRequest("schedule", "2026-11-20T05:32:08Z", command=("bin/fill",))
    return runs.read(SERVICE, runs.start(SERVICE, asked))


def test_runs_say_who_asked_why_and_how_they_ended(client, failed, moving):
    page = text_of(client, f"{PAGE}/runs")

    assert row(page, "5 min ago")[1:] == ["Failed copies failed: 1 of 2", "2", "Sato Yui: “Backfill”", "2 min 0 s"]
    assert row(page, "0 s ago")[1:4] == ["Running", "1", "the schedule"]


def test_run_shows_each_copy_with_exit_code_and_log(client, failed):
    page = text_of(client, f"{PAGE}/runs/{failed.id}")

    [first, second] = [copy.task_id for copy in failed.copies]
    assert row(page, "1")[1:] == ["Succeeded", "0", "1 min 0 s", f"Log of {first[:8]}"]
    assert row(page, "2")[1:3] == ["Failed Essential container in task exited", "7"]
    assert f"{PAGE}/logs?task={second}" in page
    assert "&lt;boom&gt;" in page
    assert "Stop this run" not in plain(page)
    assert f"{PAGE}/runs/new?copies=2&amp;command=bin/fill%0A--all" in page


def test_run_that_goes_on_can_be_stopped_by_whoever_is_asking(post, moving, runs):
    page = f"{PAGE}/runs/{moving.id}"
    assert "Stop this run" in plain(text_of(post.client, page))

    answer = post(f"{page}/stop", page)

    assert (answer.status_code, answer.location) == (303, page)
    assert "stopped by Sato Yui" in plain(text_of(post.client, page))
    assert [copy.status for copy in runs.read(SERVICE, moving.id).copies] == ["stopped"]


def test_form_starts_what_was_typed(post, runs):
    typed = {"copies": "3", "command": "bin/fill\n--all\n", "environment": "A=1\nB=x=y", "timeout": "2", "why": "Now"}

    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new", **typed)

    [started] = runs.recent(SERVICE)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/runs/{started.id}")
    assert started.request == RunRequest(
        "Sato Yui", "Now", 3, ("bin/fill", "--all"), {"A": "1", "B": "x=y"}, timeout_seconds=120
    )


def test_form_that_is_sent_twice_starts_the_one_run_that_it_was_shown_for(post, runs):
    shown = shown_for(text_of(post.client, f"{PAGE}/runs/new"))

    for _press in range(2):
        post(f"{PAGE}/runs", f"{PAGE}/runs/new", run=shown, command="bin/fill")

    assert [run.id for run in runs.recent(SERVICE)] == [shown]


def test_refused_form_is_for_another_run(post, runs):
    shown = shown_for(text_of(post.client, f"{PAGE}/runs/new"))
    post(f"{PAGE}/runs", f"{PAGE}/runs/new", run=shown, command="bin/fill")

    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new", run=shown, command="bin/fill", copies="2")

    assert f"{shown} was started from this form with other settings; start once more" in plain(answer.text)
    assert shown_for(answer.text) not in ("", shown)
    assert [run.request.copies for run in runs.recent(SERVICE)] == [1]


def test_what_cannot_be_read_is_told_at_once_and_kept(post, runs):
    typed = {
        "copies": "many",
        "environment": "A=1\nnonsense\nA=2",
        "cpu": "½",
        "memory": "8192",
        "command": "bin/fill",
        "why": "Now",
    }

    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new", **typed)

    page = answer.text
    assert answer.status_code == 422
    assert "Copies: must be a whole number, got 'many'" in plain(page)
    assert "Environment variables, line 2: write NAME=value" in plain(page)
    assert "Environment variables, line 3: A is there already" in plain(page)
    assert "CPU: must be a whole number, got '½'" in plain(page)
    assert "cpu, memory: must be 512 to 2048 MiB" in plain(page), "what could be read is checked in the same go"
    assert all(f">\n{text}</textarea>" in page for text in ("bin/fill", "A=1\nnonsense\nA=2"))
    assert 'value="many"' in page
    assert runs.recent(SERVICE) == []


def test_what_the_gateway_refuses_stands_above_the_form(post, runs):
    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new", command="bin/fill", copies="0", timeout="0", why="Now")

    assert answer.status_code == 422
    refused = "copies: must be 1 to 1000, got 0 timeout: must be 1 to 20160 minutes (14 days), got 0"
    assert f"Nothing was started. What you typed is still here. {refused}" in plain(answer.text)
    assert runs.recent(SERVICE) == []


def test_form_of_what_never_ends_asks_for_a_command(post, runs):
    form = plain(text_of(post.client, f"{PAGE}/runs/new"))
    assert "It has to end by itself, unlike what the service always runs." in form

    answer = post(f"{PAGE}/runs", f"{PAGE}/runs/new")

    assert answer.status_code == 422
    assert "command: a web service or worker never ends by itself; say what to run in its place" in plain(answer.text)
    assert runs.recent(SERVICE) == []


def shown_for(page):
    """The id of the run that a form starts."""
    return part(page, r'name="run" value="([^"]+)"')


@pytest.mark.parametrize("typed", [{}, {"copies": ""}])
def test_form_that_says_nothing_means_one_copy_of_the_usual(typed):
    assert run_form.read(typed, "Sato Yui").request == RunRequest("Sato Yui")


def test_no_copies_are_not_taken_for_one():
    assert run_form.read({"copies": "0"}, "Sato Yui").request.copies == 0
