import json
import subprocess
import sys

import pytest

from local_cloud.samples import run as runner


def run(*arguments, **env):
    settings = {"PATH": "/usr/bin", "STEP_SECONDS": "0", **env}
    program = [sys.executable, "-I", "-S", runner.__file__, "job", *arguments]
    ended = subprocess.run(program, env=settings, capture_output=True, text=True, check=False)
    return ended.returncode, [json.loads(line)["message"] for line in ended.stdout.splitlines()]


def test_it_ends_by_itself():
    assert run(STEPS="2") == (0, ["started", "step done", "step done", "finished"])


@pytest.mark.parametrize(("arguments", "env"), [(("exit", "7"), {}), ((), {"EXIT_CODE": "7"})])
def test_it_ends_with_the_code_that_it_was_told(arguments, env):
    assert run(*arguments, STEPS="1", **env)[0] == 7


def test_a_missing_variable_ends_it_with_a_clear_line():
    assert run(REQUIRED_ENV="QUEUE") == (1, ["cannot start: QUEUE is not set"])


def test_it_says_what_it_was_asked_for_and_which_copy_it_is():
    settings = {"PATH": "/usr/bin", "STEPS": "1", "STEP_SECONDS": "0", "RUN_COPY": "3"}
    program = [sys.executable, "-I", "-S", runner.__file__, "job", "bin/report", "--month", "2026-10"]
    [first, *_] = subprocess.run(program, env=settings, capture_output=True, text=True, check=True).stdout.splitlines()
    told = json.loads(first)
    assert (told["arguments"], told["copy"]) == (["bin/report", "--month", "2026-10"], "3")
