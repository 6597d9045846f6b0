from pathlib import Path

import pytest

from local_cloud.engine import Backend
from tests.local_cloud.engine.fake_cloud import FakeCloud
from tests.local_cloud.engine.stack import StackUnderTest


@pytest.fixture
def cloud(tmp_path: Path) -> FakeCloud:
    return FakeCloud(tmp_path / "cloud.json")


@pytest.fixture
def backend(tmp_path: Path) -> Backend:
    return Backend(tmp_path / "state", "trial")


@pytest.fixture
def stack(cloud: FakeCloud, backend: Backend) -> StackUnderTest:
    return StackUnderTest("dev", backend, cloud)
