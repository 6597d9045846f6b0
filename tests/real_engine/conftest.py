"""What `pulumi` runs with: `slipway local provider` beside a platform, started as the CLI's user starts it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from cli.options import REPOSITORY
from deploy.pulumi_engine import PulumiEngine
from tests.e2e.platform import Platform
from tests.real_engine.cli import Pulumi, environment


@pytest.fixture(scope="module")
def provider_port(platform: Platform) -> Iterator[int]:
    command = [sys.executable, "-m", "cli", "local", "provider", "--state", str(platform.cloud.state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def pulumi(platform: Platform, provider_port: int, tmp_path_factory: pytest.TempPathFactory) -> Pulumi:
    return Pulumi(environment(platform, provider_port, tmp_path_factory.mktemp("pulumi-home")))


@pytest.fixture
def real(pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch) -> PulumiEngine:
    """The same command, as `slipway up` uses it."""
    for name, value in pulumi.environment.items():
        monkeypatch.setenv(name, value)
    return PulumiEngine(REPOSITORY)
