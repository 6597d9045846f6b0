import http.client
import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from local_cloud.tasks.health import Check
from local_cloud.tasks.process_identity import birth
from local_cloud.tasks.runtime import Runtime
from tests.local_cloud.tasks.programs import (
    HAS_CHILD,
    IGNORES_SIGTERM,
    PRINTS_ENVIRONMENT,
    SERVES,
    WAITS,
    exits,
    wanted,
)
from tests.local_cloud.waiting import eventually

PORT = 18080


@pytest.fixture
def runtime(tmp_path):
    running = Runtime(tmp_path / "tasks")
    yield running
    running.close()


def check(**more):
    facts: dict[str, Any] = {
        "port": PORT,
        "path": "/",
        "codes": frozenset({200}),
        "failure": "Task failed container health checks",
    }
    quick = {"grace_seconds": 0, "starting_interval_seconds": 0.02, "interval_seconds": 0.02, "retries": 2}
    return Check(**facts | quick | more)


def test_a_program_ends_with_its_own_code_and_words(runtime):
    container = runtime.start(wanted(exits(7)))
    assert container.wait(60) == 7
    assert eventually(lambda: container.output.lines()) == ["ending"]


def test_a_killed_program_shows_137(runtime):
    container = runtime.start(wanted(WAITS))
    os.kill(container.pid, signal.SIGKILL)
    assert container.wait(60) == 137


def test_a_program_gets_its_own_environment_and_none_of_ours(runtime, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ours")
    container = runtime.start(wanted(PRINTS_ENVIRONMENT, env={"A": "1"}, port=None))
    container.wait(60)
    [line] = eventually(container.output.lines)
    assert json.loads(line) == {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOSTNAME": container.id[:12],
        "HOST": container.address,
        "IMAGE_TAG": "1",
        "A": "1",
    } | ({"LC_CTYPE": "C.UTF-8"} if "LC_CTYPE" in json.loads(line) else {})


def test_start_returns_when_the_port_is_open(runtime):
    container = runtime.start(wanted(SERVES, port=PORT))
    connection = http.client.HTTPConnection(container.address, PORT, timeout=60)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()


def test_two_tasks_listen_on_the_same_port(runtime):
    first = runtime.start(wanted(SERVES, task="task/1", port=PORT))
    second = runtime.start(wanted(SERVES, task="task/2", port=PORT))
    assert first.address != second.address
    assert first.is_running
    assert second.is_running


def test_containers_of_one_task_share_its_address(runtime):
    assert runtime.start(wanted(WAITS)).address == runtime.start(wanted(WAITS, name="sidecar")).address


def test_a_healthy_program_says_so(runtime):
    container = runtime.start(wanted(SERVES, port=PORT, checks=(check(is_containers_own=True),)))
    assert container.is_healthy
    assert container.is_running


def test_a_program_that_fails_its_check_is_ended_with_the_reason(runtime):
    container = runtime.start(wanted(SERVES, port=PORT, env={"ANSWER": "503"}, checks=(check(is_containers_own=True),)))
    assert container.wait(60) == 137
    assert container.why_ended == "Task failed container health checks"
    assert container.is_healthy is False


def test_a_program_that_turns_unhealthy_later_is_ended_too(runtime, tmp_path):
    turning = SERVES.replace(
        "int(os.environ.get('ANSWER', '200'))", f"503 if os.path.exists('{tmp_path}/sick') else 200"
    )
    container = runtime.start(wanted(turning, port=PORT, checks=(check(),)))
    assert container.is_running
    (tmp_path / "sick").touch()
    assert container.wait(60) == 137


def test_the_others_stop_with_an_essential_container(runtime):
    sidecar = runtime.start(wanted(WAITS, name="sidecar", essential=False))
    runtime.start(wanted(exits(0)))
    assert sidecar.wait(60) == 143


def test_a_container_that_is_not_essential_ends_alone(runtime):
    app = runtime.start(wanted(WAITS))
    runtime.start(wanted(exits(0), name="sidecar", essential=False)).wait(60)
    assert app.is_running


def test_a_task_keeps_its_volumes_from_its_first_container_to_its_last(runtime):
    [mount] = runtime.volumes.mounts({"mountPoints": [{"sourceVolume": "work", "containerPath": "/work"}]}, "task/1")
    runtime.start(wanted(exits(0), name="setup", essential=False)).wait(60)
    app = runtime.start(wanted(WAITS))
    assert mount.directory.is_dir()

    app.stop(timeout_seconds=1)

    assert eventually(lambda: not mount.directory.exists())


def test_a_program_is_told_which_directory_stands_for_which_path(runtime):
    [mount] = runtime.volumes.mounts({"mountPoints": [{"sourceVolume": "work", "containerPath": "/work"}]}, "task/1")
    container = runtime.start(wanted(PRINTS_ENVIRONMENT, mounts=(mount,)))
    container.wait(60)
    eventually(lambda: len(container.output.lines()) == 2)
    note, line = container.output.lines()
    assert note == f"local cloud: {mount.note}"
    assert json.loads(json.loads(line)["MOUNTS"]) == [
        {"path": "/work", "directory": str(mount.directory), "read_only": False}
    ]


def test_stop_kills_what_does_not_listen(runtime):
    container = runtime.start(wanted(IGNORES_SIGTERM))
    eventually(container.output.lines)
    container.stop(timeout_seconds=0.1)
    assert container.wait(60) == 137


def test_a_definition_says_how_long_its_program_may_take_to_end(runtime):
    container = runtime.start(wanted(IGNORES_SIGTERM, stop_seconds=0.1))
    eventually(container.output.lines)
    container.stop(timeout_seconds=600)
    assert container.wait(60) == 137


def test_a_program_is_told_its_arguments_and_runs_where_it_is_wanted(runtime, tmp_path):
    program = "import os, sys; print(*sys.argv[1:], os.getcwd())"
    container = runtime.start(wanted(program, arguments=("exit", "7"), working_directory=str(tmp_path)))
    assert eventually(container.output.lines) == [f"exit 7 {tmp_path}"]


def test_what_has_no_effect_is_said_before_all_that_a_program_says(runtime):
    container = runtime.start(wanted(exits(0), notes=("ulimits are not set",)))
    container.wait(60)
    assert eventually(lambda: container.output.lines()[1:]) == ["ending"]
    assert container.output.lines()[0] == "local cloud: ulimits are not set"


def test_children_of_a_program_end_with_it(runtime):
    container = runtime.start(wanted(HAS_CHILD))
    [child] = eventually(container.output.lines)
    container.kill()
    assert eventually(lambda: birth(int(child)) == "")


def test_close_leaves_nothing(tmp_path):
    runtime = Runtime(tmp_path / "tasks")
    pids = [runtime.start(wanted(WAITS, task=f"task/{number}")).pid for number in range(3)]
    guard = runtime.guard_pid

    runtime.close()

    assert [birth(pid) for pid in (*pids, guard)] == [""] * 4
    assert list((tmp_path / "tasks").iterdir()) == []


OWNER = """
import sys, time
from pathlib import Path
from local_cloud.tasks.runtime import Runtime
from tests.local_cloud.tasks.programs import WAITS, wanted
runtime = Runtime(Path(sys.argv[1]))
task = runtime.start(wanted(WAITS))
while not task.output.lines():  # one that had yet to speak would end by itself once nobody listens
    time.sleep(0.01)
print(task.pid, runtime.guard_pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def owner(tmp_path):
    """A process that runs a task in ``tmp_path``, then its task's and its guard's pid."""
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    task, guard = process.stdout.readline().split()
    yield process, int(task), int(guard)
    process.kill()
    process.wait()
    process.stdout.close()


def test_no_task_survives_its_owner(owner):
    process, task, guard = owner
    process.kill()
    process.wait()
    assert eventually(lambda: birth(task) == "")
    assert eventually(lambda: birth(guard) == "")


def test_a_task_that_survived_owner_and_guard_is_ended_by_the_next_start(owner, tmp_path):
    process, task, guard = owner
    os.kill(guard, signal.SIGKILL)
    process.kill()
    process.wait()
    assert birth(task) != ""

    Runtime(tmp_path).close()

    assert eventually(lambda: birth(task) == "")


def test_a_process_that_merely_got_the_number_is_spared(tmp_path):
    bystander = subprocess.Popen(["sleep", "600"], start_new_session=True)
    (tmp_path / f"{bystander.pid}.json").write_text(json.dumps({"pid": bystander.pid, "born": "1"}))

    Runtime(tmp_path).close()

    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()
