"""A provisioned platform, and `slipway local provider` beside it, started as the CLI's user starts it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.platform import Platform


@pytest.fixture(scope="module")
def provider_port(platform: Platform) -> Iterator[int]:
    command = [sys.executable, "-m", "cli", "local", "provider", "--state", str(platform.cloud.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()
