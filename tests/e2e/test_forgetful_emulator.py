"""An emulator that lost its last seconds: noticed before anything is built upon it, and mended."""

import pytest

from cli import connection
from cli.furnish import mend
from deploy.engine import EngineRefused
from local_cloud.serial import HeldSerial
from service_catalog import naming
from tests.e2e.platform import Platform

SERVICES = ("storefront",)

pytestmark = pytest.mark.xdist_group("e2e-forgetful")


def test_lost_changes_are_noticed_then_read_anew_and_made_again(platform: Platform) -> None:
    group = naming.log_group(naming.LOCAL, "storefront")
    platform.aws.call("logs", "delete_log_group", logGroupName=group)
    HeldSerial(platform.aws.client("ssm")).remember(1)

    with pytest.raises(
        EngineRefused, match=r"lost changes .* `slipway local down .*`, then `slipway local up .*` mends it"
    ):
        connection.engine(platform.gateways.environment, platform.cloud.state)
    mend(platform.engine, platform.gateways)
    done = platform.up()

    assert dict(done["local.storefront"].counts) == {"create": 1}
    assert platform.aws.call("logs", "describe_log_groups", logGroupNamePrefix=group)["logGroups"]
    assert platform.previews() == {}
