"""Ctrl-C, SIGTERM and a closed terminal while `slipway up` has a `pulumi` at work."""

import fcntl
import http.server
import json
import os
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.deploy.world import World

CTRL_C = b"\x03"
STUB = Path(__file__).with_name("stub_pulumi.py")


class EmptyAws(http.server.BaseHTTPRequestHandler):
    """Nothing is there yet: what is asked is not found."""

    def do_GET(self) -> None:
        said = b"<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>"
        self.send_response(404)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_PUT = do_GET

    def log_message(self, *said: object) -> None:
        """It keeps quiet."""


@pytest.fixture
def aws() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), EmptyAws) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Terminal:
    """`slipway up dev` in a terminal of its own, its output in a pipe. Leaves once Pulumi's `up` works."""

    def __init__(self, directory: Path, aws: str):
        self.directory = directory
        for pipe in ("begun", "go"):
            os.mkfifo(directory / pipe)
        self.keyboard, terminal = os.openpty()
        self.slipway = subprocess.Popen(
            [sys.executable, "-m", "cli", "up", "dev", "--format", "jsonl"],
            env={
                **os.environ,
                "PATH": str(self._pulumi().parent),
                "STUB_PULUMI": str(directory),
                "SLIPWAY_CATALOG": str(directory / "catalog"),
                "AWS_ENDPOINT_URL": aws,
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "secret",
            },
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=self._take_the_terminal,
        )
        os.close(terminal)
        (directory / "begun").open().close()

    def _take_the_terminal(self) -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a suite under nohup ignores it, and so would what it starts

    def _pulumi(self) -> Path:
        command = self.directory / "bin" / "pulumi"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {STUB} "$@"\n')
        command.chmod(0o755)
        return command

    def press(self, keys: bytes) -> None:
        os.write(self.keyboard, keys)

    def close(self) -> None:
        os.close(self.keyboard)

    def says(self, phase: str) -> str:
        """Reads on until a phase is told."""
        assert self.slipway.stdout is not None
        for line in self.slipway.stdout:
            said = json.loads(line)
            if said.get("phase") == phase:
                return said["text"]
        raise AssertionError(f"it never said {phase}")

    def let_pulumi_end(self) -> None:
        (self.directory / "go").open("w").close()

    def ends(self) -> tuple[int, dict[str, tuple[str, str]]]:
        """Its exit code, and how each stack ended."""
        printed, errors = self.slipway.communicate()
        assert "Traceback" not in errors
        told = [json.loads(line) for line in printed.splitlines()]
        return self.slipway.returncode, {it["stack"]: (it["status"], it["ended"]) for it in told if "status" in it}

    @property
    def notes(self) -> list[dict[str, int]]:
        return [json.loads(line) for line in (self.directory / "notes").read_text().splitlines()]


@pytest.fixture
def terminal(tmp_path: Path, aws: str) -> Iterator[Terminal]:
    (tmp_path / "catalog").mkdir()
    World(tmp_path / "catalog", orders={})
    opened = Terminal(tmp_path, aws)
    yield opened
    if opened.slipway.poll() is None:
        opened.slipway.kill()
    opened.slipway.communicate()
    with suppress(OSError):
        opened.close()


INTERRUPTIONS = {
    "Ctrl-C": lambda terminal: terminal.press(CTRL_C),
    "SIGINT": lambda terminal: terminal.slipway.send_signal(signal.SIGINT),
    "SIGTERM": lambda terminal: terminal.slipway.send_signal(signal.SIGTERM),
    "closed": lambda terminal: terminal.close(),
}


@pytest.mark.parametrize("interruption", INTERRUPTIONS)
def test_pulumi_hears_nothing_of_it_and_ends_its_stack_and_nothing_else_begins(terminal, interruption):
    INTERRUPTIONS[interruption](terminal)

    assert terminal.says("interrupted").startswith("nothing new is started; what is in progress ends first")
    terminal.let_pulumi_end()
    code, stacks = terminal.ends()
    assert code == 130
    assert stacks["dev"] == ("failed", "dev: pulumi says: the disk is full")
    assert stacks["dev.orders"][0] in ("skipped", "interrupted")
    [started] = terminal.notes
    assert started["session"] not in (os.getsid(0), terminal.slipway.pid)


def test_a_second_ctrl_c_makes_pulumi_break_off_by_its_own_means(terminal):
    terminal.press(CTRL_C)
    terminal.says("interrupted")
    terminal.press(CTRL_C)

    code, stacks = terminal.ends()
    assert code == 130
    assert stacks["dev"][0] == "interrupted"
    assert stacks["dev"][1].startswith("cancelled half-way")
    assert [it["heard"] for it in terminal.notes if "heard" in it] == [signal.SIGINT]


def test_a_reader_that_goes_away_ends_no_run_half_way(terminal):
    terminal.slipway.stdout.close()
    terminal.let_pulumi_end()

    errors = terminal.slipway.stderr.read()
    assert (terminal.slipway.wait(), errors) == (1, "")
