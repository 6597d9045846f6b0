import pytest

from tests.infra.recorder import Recorder


@pytest.fixture
def engine() -> Recorder:
    return Recorder()
