"""An emulator that lost its last seconds: noticed before anything is built upon it, and mended."""

import json

import pytest

from cli import connection
from cli.local_platform.fill import forgotten, mend
from deploy.engine import EngineRefused
from local_cloud.serial import HeldSerial
from service_catalog import naming
from tests.e2e.platform import Platform

SERVICES = ("storefront",)


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


def test_releases_whose_revisions_were_lost_are_told(platform: Platform) -> None:
    platform.first_release("storefront")
    kept = platform.gateways.releases.history("storefront", limit=1).releases[0].number
    platform.release("storefront", image="1.1.0")
    platform.release("storefront", image="1.0.0")
    rewrite_release(platform, kept + 1, image="web:0.9.0")
    rewrite_release(platform, kept + 2, revision="local_storefront:99")
    services = [platform.catalog.service("storefront", naming.LOCAL)]
    later = connection.gateways(platform.gateways.environment, platform.cloud.state)

    newest, before = forgotten(later, services)

    assert (
        newest == f"storefront: release {kept + 2}: the cloud has forgotten its revision, so it cannot be gone back to"
    )
    assert before.startswith(f"storefront: release {kept + 1}: its revision local_storefront:")


def rewrite_release(platform: Platform, number: int, **changes: str) -> None:
    """As it stands where an emulator was killed before it remembered."""
    bucket = naming.config_bucket(naming.LOCAL, platform.gateways.environment.account_id)
    where = {"Bucket": bucket, "Key": f"releases/storefront/r{number:06}.json"}
    record = json.loads(platform.aws.call("s3", "get_object", **where)["Body"].read())
    platform.aws.call("s3", "put_object", **where, Body=json.dumps(record | changes).encode())
