"""One emulator as a child process: started with a lifeline, ready when it answers, stopped cleanly."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local_cloud.emulators import loopback


class EmulatorFailed(Exception):
    """An emulator ended, or did not answer in time; the text says where its log is."""


@dataclass
class Emulator:
    """A running child process."""

    name: str
    process: subprocess.Popen[bytes]
    health_url: str
    log: Path

    @classmethod
    def start(cls, name: str, module: str, settings: Any, health_url: str, log: Path) -> "Emulator":
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", module, json.dumps(asdict(settings), default=str)],
                stdin=subprocess.PIPE,  # the lifeline: closed by the system when we die
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop the emulators in order
                env=_clean_environment(),
            )
        return cls(name, process, health_url, log)

    @property
    def pid(self) -> int:
        return self.process.pid

    def await_ready(self, timeout_seconds: float = 30, sleep: Callable[[float], None] = time.sleep) -> None:
        """Raises EmulatorFailed when it ends first, or is not there in time."""
        deadline = time.monotonic() + timeout_seconds
        while not self._answers():
            if self.process.poll() is not None:
                raise EmulatorFailed(f"{self.name} ended with code {self.process.returncode} at start; see {self.log}")
            if time.monotonic() > deadline:
                raise EmulatorFailed(f"{self.name} did not answer within {timeout_seconds:.0f} s; see {self.log}")
            sleep(0.02)

    def stop(self, timeout_seconds: float = 15) -> None:
        """SIGTERM, then SIGKILL to what does not listen. Returns when the process is gone."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout_seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def _answers(self) -> bool:
        try:
            with loopback.ask(self.health_url, timeout_seconds=5) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False


def free_port() -> int:
    """Somebody else may take it before it is used; then the emulator ends at start and says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _clean_environment() -> dict[str, str]:
    """The user's real AWS settings have no business in an emulator, nor have proxies between us and loopback."""
    unwanted = ("AWS_", "MINISTACK_", "MOTO_", "DOCKER_", "PULUMI_")
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(unwanted) and name.lower() not in proxies
    }
