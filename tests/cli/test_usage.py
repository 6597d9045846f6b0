"""Wrong inputs: each is answered with a sentence and exit code 2, and touches nothing."""

import socket
import subprocess
import sys

import pytest

from cli.app import FAMILIES

NOT_RUNNING = "no local cloud runs in {state}; start it with `slipway local up --state {state}`"


def refusal(result):
    assert result.exit_code == 2
    assert result.stdout == ""
    return result.stderr.splitlines()[-1].removeprefix("slipway: ").removeprefix("Error: ")


@pytest.mark.parametrize("words", [("preview", "local"), ("up", "local"), ("down", "local", "--yes")])
def test_what_needs_the_local_cloud_says_how_to_start_it(slipway, words):
    assert refusal(slipway(*words)) == NOT_RUNNING.format(state=slipway.state)


@pytest.mark.parametrize("words", [("release", "local", "orders"), ("local", "env"), ("local", "provider")])
def test_whoever_looks_for_the_local_cloud_is_told_how_to_start_it(slipway, words):
    slipway.write_service("orders", environments={"local": {}})
    assert refusal(slipway(*words)) == NOT_RUNNING.format(state=slipway.state)


def test_status_of_nothing_says_how_to_start_it(slipway):
    result = slipway("local", "status")

    assert (result.exit_code, result.stdout) == (1, f"{NOT_RUNNING.format(state=slipway.state)}\n")


def test_a_directory_of_something_else_is_neither_used_nor_emptied(slipway, tmp_path):
    theirs = tmp_path / "theirs"
    (theirs / "portal").mkdir(parents=True)
    (theirs / "portal" / "app.py").write_text("precious\n")

    started = slipway("local", "up", "--state", str(theirs))
    reset = slipway("local", "reset", "--yes", "--state", str(theirs))

    assert refusal(started) == f"{theirs} holds other things than a local cloud; name another directory with --state"
    assert refusal(reset) == f"{theirs} is no directory of a local cloud; nothing was removed"
    assert [path.name for path in theirs.rglob("*")] == ["portal", "app.py"]


def test_a_broken_catalog_is_refused_before_anything_is_started(slipway):
    slipway.write_service("orders", port="80", environments={"local": {}})

    result = slipway("local", "up", "--detach")

    assert result.exit_code == 2
    assert "port: must be a whole number, got the text '80'; write 80" in result.stderr
    assert not slipway.state.exists()


@pytest.mark.parametrize("words", [("local", "status"), ("local", "up"), ("up", "local")])
def test_a_state_directory_that_cannot_be_one_is_told_in_a_sentence(slipway, tmp_path, words):
    (tmp_path / "file").write_text("")
    beneath = tmp_path / "file" / "state"
    assert refusal(slipway(*words, "--state", str(beneath))).endswith(": not a directory")


def test_a_port_of_the_provider_that_is_taken_is_refused(slipway):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refusal(slipway("local", "provider", "--port", str(port))) == (
            f"port {port} is taken by another program; choose another with --port, or leave it out"
        )


def test_stopping_nothing_is_no_failure(slipway):
    result = slipway("local", "down")

    assert (result.exit_code, result.stdout) == (0, f"no local cloud runs in {slipway.state}\n")


def test_environments_in_aws_need_a_pulumi(slipway):
    assert refusal(slipway("up", "dev")) == (
        "there is no `pulumi` on the PATH, and only environment 'local' runs without it; install the Pulumi CLI, then "
        "`pulumi login`"
    )


@pytest.mark.parametrize("command", ["preview", "up", "down"])
def test_an_unknown_environment_is_answered_with_what_was_meant(slipway, command):
    assert refusal(slipway(command, "deb")) == "environments: there is no environment 'deb'; did you mean 'dev'?"


def test_an_unknown_service_is_answered_with_what_was_meant(slipway):
    assert refusal(slipway("release", "dev", "ordres")) == (
        "there is no service 'ordres' in dev; did you mean 'orders'?"
    )


def test_a_release_of_a_service_whose_environment_is_misspelt_is_told_so(slipway):
    slipway.write_service("orders", environments={"dve": {}})

    assert "there is no environment 'dve'; did you mean 'dev'?" in refusal(slipway("release", "dev", "orders"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--env", "app"),
            "Invalid value for '--env': must be an env file and one of its versions, like app=12; got 'app'",
        ),
        (("--to", "0"), "Invalid value for '--to': 0 is not in the range x>=1."),
        (("--to", "3", "--image", "1.0"), "--to says everything by itself; leave out the other options"),
        (("--pause", "--tasks", "3"), "--pause says everything by itself; leave out the other options"),
        (("--pause", "--resume"), "--pause says everything by itself; leave out the other options"),
        (("--tasks", "some"), "Invalid value for '--tasks': must be a number of tasks, or two like 3..5; got 'some'"),
        (("--to", "3", "--stop"), "--to says everything by itself; leave out the other options"),
    ],
)
def test_a_release_that_makes_no_sense_is_refused(slipway, words, sentence):
    assert refusal(slipway("release", "dev", "orders", *words)) == sentence


def test_a_mistyped_command_is_answered_with_what_was_meant(slipway):
    assert refusal(slipway("catlog")) == "no such command 'catlog'; did you mean 'catalog'?"


def test_a_busy_port_is_said_before_anything_is_started(slipway):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = refusal(slipway("local", "up", "--port", str(port)))

    assert said.startswith(f"port {port} is taken by another program; choose another: ")
    assert not slipway.state.exists()


def test_resetting_asks_first(slipway):
    slipway.state.mkdir()
    (slipway.state / "local-cloud.lock").touch()

    assert refusal(slipway("local", "reset")) == "nobody can be asked here; say --yes"


def test_resetting_removes_what_a_local_cloud_wrote_and_nothing_else(slipway):
    (slipway.state / "pulumi").mkdir(parents=True)
    (slipway.state / "local-cloud.lock").touch()
    (slipway.state / "logs").mkdir()
    (slipway.state / "letter.txt").write_text("mine")

    result = slipway("local", "reset", "--yes")

    assert result.exit_code == 0
    assert [path.name for path in slipway.state.iterdir()] == ["letter.txt"]


def test_every_family_has_help(slipway):
    for name in FAMILIES:
        assert slipway(name, "--help").exit_code == 0


def test_help_names_every_family(slipway):
    shown = slipway("--help").stdout
    assert all(f"  {name} " in shown for name in FAMILIES)


def test_the_package_runs_as_a_module():
    ran = subprocess.run([sys.executable, "-m", "cli", "--version"], capture_output=True, text=True, check=True)

    assert ran.stdout.startswith("slipway, version ")


def test_help_does_not_wait_for_pulumi_boto3_or_flask():
    code = "import sys, cli.app; print({'pulumi', 'boto3', 'flask', 'pydantic'} & set(sys.modules))"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "set()\n"
