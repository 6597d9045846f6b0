"""A test that takes ``side`` runs on the fake AWS and on the local cloud, so that neither can drift from the other."""

from datetime import UTC, datetime

import pytest

from tests.fake_aws import FakeAws
from tests.provisioning import ENVIRONMENT, Provisioner
from tests.runtime.fake_aws.sides import (
    Side,
    ends_in_the_cloud,
    ends_in_the_fake,
    run_ends_in_the_cloud,
    run_ends_in_the_fake,
)


@pytest.fixture
def fake() -> FakeAws:
    return FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, datetime(2026, 11, 20, 5, tzinfo=UTC))


@pytest.fixture(params=["fake", "local cloud"])
def side(request: pytest.FixtureRequest, service_name: str, fake: FakeAws) -> Side:
    """A service that was provisioned and never released, on either."""
    if request.param == "fake":
        provisioner = Provisioner(fake.client)
        provisioner.make_environment()
        provisioner.make_service(service_name)
        return Side(
            fake.client,
            provisioner,
            service_name,
            lambda name: ends_in_the_fake(fake, name),
            lambda run, code: run_ends_in_the_fake(fake, run, code),
        )
    aws, provisioner = request.getfixturevalue("aws"), request.getfixturevalue("provisioner")
    provisioner.make_service(service_name)
    return Side(
        aws,
        provisioner,
        service_name,
        lambda name: ends_in_the_cloud(aws, name),
        lambda run, code: run_ends_in_the_cloud(aws, run),
    )
