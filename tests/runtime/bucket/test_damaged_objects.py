"""Objects that the platform can do without when nobody can read them."""

from datetime import UTC, datetime

import pytest

from service_catalog import naming
from tests.fake_aws import FakeAws
from tests.fake_aws.environment import FakeEnvironment
from tests.provisioning import ENVIRONMENT, Wanted

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("key", [naming.service_index_key("nightly"), naming.live_key("nightly")])
def test_a_damaged_object_is_told_of_once_until_another_is_written(key, caplog):
    world = FakeEnvironment(FakeAws(ENVIRONMENT.account_id, ENVIRONMENT.region, NOON), ENVIRONMENT)
    world.provisioner.make_service("nightly", Wanted(kind="job", env_files=()))
    world.begin("nightly", "1.0.0")

    def writes(body: bytes) -> None:
        world.aws.s3.put_object(world.provisioner.bucket, key, body)
        for _look in range(3):
            world.gateways.snapshots.take()
            world.gateways.service_index.read("nightly")
            world.gateways.carriers.state(world.gateways.provisioned.read("nightly"))

    writes(b"{")
    once = list(caplog.messages)
    writes(b"{{")

    assert len(once) == 1
    assert once[0].startswith(f"object damaged until it is written again key={key} error=Invalid JSON: ")
    assert len(caplog.messages) == 2
