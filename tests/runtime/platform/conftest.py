import pytest

from tests.builders import an_environment
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.record_builders import NOON


@pytest.fixture
def dev() -> FakeEnvironment:
    """In AWS; nothing is provisioned in it."""
    environment = an_environment()
    return FakeEnvironment(FakeAws(environment.account_id, environment.region, NOON), environment)
