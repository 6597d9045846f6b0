"""The `pulumi` on this machine, in a shell that `slipway local env` has pointed at a local cloud."""

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.options import REPOSITORY
from service_catalog.catalog import DIRECTORY_VARIABLE
from tests.e2e.platform import Platform

needs_pulumi = pytest.mark.skipif(
    shutil.which("pulumi") is None,
    reason="no `pulumi` is on the PATH; install the Pulumi CLI to hold the embedded engine against the real one",
)

_WITHIN_SECONDS = 300
_FLAGS = ("--non-interactive", "--color", "never")


class PulumiFailed(Exception):
    """The text is what the command printed."""

    def __init__(self, command: tuple[str, ...], printed: str):
        super().__init__(f"pulumi {shlex.join(command)}\n{printed}")


@dataclass(frozen=True)
class Pulumi:
    environment: dict[str, str]

    def __call__(self, *command: str) -> str:
        """What it printed. Raises PulumiFailed."""
        done = subprocess.run(
            ["pulumi", *command, *_FLAGS],
            cwd=REPOSITORY,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_WITHIN_SECONDS,
            check=False,
        )
        if done.returncode:
            raise PulumiFailed(command, done.stdout + done.stderr)
        return done.stdout

    def must_find_nothing_to_do(self, stack: str) -> None:
        """Raises PulumiFailed with the differences, if there are any."""
        self("preview", "-s", stack, "--expect-no-changes", "--diff")

    def apply(self, what: str, stack: str, *more: str) -> str:
        return self(what, "-s", stack, "--yes", "--skip-preview", *more)


def environment(platform: Platform, provider_port: int, home: Path) -> dict[str, str]:
    """``home`` keeps what the command notes about itself (which stack is selected) apart from the user's own."""
    return {
        **_printed_by_slipway(platform.cloud.state),
        DIRECTORY_VARIABLE: str(platform.catalog.directory),
        "PULUMI_DEBUG_PROVIDERS": f"aws:{provider_port}",
        "PULUMI_HOME": str(home),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
    }


def _printed_by_slipway(state: Path) -> dict[str, str]:
    command = [sys.executable, "-m", "cli", "local", "env", "--state", str(state)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    exports = [shlex.split(line)[1] for line in printed.splitlines() if line.startswith("export ")]
    return dict(export.split("=", 1) for export in exports)
