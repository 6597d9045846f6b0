"""Commands that the portal starts: what they said, how they ended, one at a time for each key."""

import fcntl
import json
import os
import subprocess
import sys

import pytest

from portal.child_runs import AlreadyRunning, ChildRuns
from tests.portal.conftest import NOW

WAITS_FOR_EVER = (sys.executable, "-c", "import signal; signal.pause()")


@pytest.fixture
def made(tmp_path):
    return ChildRuns(tmp_path, lambda: NOW)


def prints(*lines, code=0):
    return (sys.executable, "-c", f"print({chr(10).join(lines)!r}); raise SystemExit({code})")


def ended(made, key="orders"):
    made.wait(key)
    return made.run(key)


def test_what_was_never_started_has_no_run(made):
    assert made.run("orders") is None


def test_run_keeps_its_steps_and_how_it_ended(made):
    step = {"event": "step", "stack": "s", "type": "aws:ecs/service:Service", "name": "x"}
    same = step | {"name": "y", "action": "same"}
    said = [json.dumps(step | {"state": "begin"}), json.dumps(step | {"state": "done"}), json.dumps(same), "no json"]

    made.start("orders", prints(*said), about="why")
    run = ended(made)

    assert (run.is_running, run.exit_code, run.succeeded, run.about) == (False, 0, True, "why")
    assert run.steps == [step | {"state": "done"}, same, {"text": "no json"}]
    assert run.made == 1


def test_failed_run_says_its_exit_code_and_can_be_started_again(made):
    made.start("orders", prints("oh", code=3))
    first = ended(made)
    made.start("orders", prints("oh"))

    assert (first.exit_code, first.succeeded) == (3, False)
    assert ended(made).succeeded


@pytest.mark.parametrize("torn", ["", "\n", '{"star', '{"event": "step"'])
def test_a_torn_record_breaks_no_page_and_no_further_run(made, tmp_path, torn):
    (tmp_path / "orders.jsonl").write_text(torn)

    assert made.run("orders") is None or not made.run("orders").is_running
    made.start("orders", prints("oh"))
    assert ended(made).succeeded


def test_what_a_killed_portal_had_started_is_still_seen_and_not_started_twice(made, tmp_path):
    """The portal that is killed is a process of its own; its child prints a word and waits to be let go."""
    for pipe in ("printed", "go"):
        os.mkfifo(tmp_path / pipe)
    child = f"print('here', flush=True); open('{tmp_path}/printed', 'w').close(); open('{tmp_path}/go').close(); " + (
        """print('{"event": "end", "exit_code": 0}')"""
    )
    killed = (
        "import os, signal, pathlib, datetime; from portal.child_runs import ChildRuns; "
        f"ChildRuns(pathlib.Path({str(tmp_path)!r}), lambda: datetime.datetime.now(datetime.UTC))"
        f".start('orders', {(sys.executable, '-c', child)!r}); "
        f"open('{tmp_path}/printed').close(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", killed], check=False)

    run = made.run("orders")
    assert (run.is_running, run.lines) == (True, ({"text": "here"},))
    with pytest.raises(AlreadyRunning):
        made.start("orders", prints("oh"))
    (tmp_path / "go").open("w").close()
    with (tmp_path / "orders.jsonl").open() as output:
        fcntl.flock(output, fcntl.LOCK_SH)  # until the child has ended
    assert made.run("orders").succeeded


def test_one_run_at_a_time_for_each_key(made):
    made.start("orders", WAITS_FOR_EVER)

    with pytest.raises(AlreadyRunning):
        made.start("orders", WAITS_FOR_EVER)
    made.start("payments", WAITS_FOR_EVER)

    made.close()


def test_children_end_with_the_portal(made):
    made.start("orders", WAITS_FOR_EVER)

    made.close()

    assert ended(made).exit_code == -15


def test_run_that_died_with_its_portal_is_not_shown_as_running(made, tmp_path):
    (tmp_path / "orders.jsonl").write_text(json.dumps({"started": NOW.isoformat()}) + "\n")

    run = made.run("orders")

    assert (run.is_running, run.exit_code, run.succeeded) == (False, None, False)


def test_how_each_stack_ended_is_told_of_a_run_that_failed(made):
    made.start("orders", prints(json.dumps({"event": "result", "ended": "the port is taken"}), code=1))

    assert ended(made).complaints == ["the port is taken"]
