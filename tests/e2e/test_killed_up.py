"""``slipway up`` killed in the middle, at six points: the next run finishes what was half-made, and nothing twice."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_cloud.cloud import LocalCloud
from service_catalog import naming
from tests.e2e.platform import Platform, copy_catalog

KILLED_AFTER_EVENTS = (3, 17, 36, 59, 80, 105)
"""Spread over the environment's and the services' resources, in the order in which `up` begins and ends them."""


class Up:
    """A `slipway up local` of its own process, told in JSON lines."""

    def __init__(self, platform: Platform):
        told = {"SLIPWAY_STATE": str(platform.cloud.state), "SLIPWAY_CATALOG": str(platform.catalog.directory)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up", naming.LOCAL, "--format", "jsonl"],
            stdout=subprocess.PIPE,
            env={**os.environ, **told},
            text=True,
        )

    def events(self) -> Iterator[dict[str, object]]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            yield json.loads(line)

    def killed_after(self, count: int) -> bool:
        """Whether it was still at work then."""
        with self.process:
            for number, _ in enumerate(self.events(), 1):
                if number == count:
                    self.process.send_signal(signal.SIGKILL)
                    break
        return self.process.returncode == -signal.SIGKILL


def held(platform: Platform) -> Counter[str]:
    """How many of each kind AWS holds, of what could be made twice without a name to stop it."""
    aws = platform.aws
    counts = {
        "vpc": aws.call("ec2", "describe_vpcs", Filters=[{"Name": "isDefault", "Values": ["false"]}])["Vpcs"],
        "subnet": aws.call("ec2", "describe_subnets")["Subnets"],
        "address": aws.call("ec2", "describe_addresses")["Addresses"],
        "nat": [
            gateway
            for gateway in aws.call("ec2", "describe_nat_gateways")["NatGateways"]
            if gateway["State"] != "deleted"
        ],
        "route table": aws.call("ec2", "describe_route_tables")["RouteTables"],
        "security group": aws.call("ec2", "describe_security_groups")["SecurityGroups"],
        "load balancer": aws.call("elbv2", "describe_load_balancers")["LoadBalancers"],
        "target group": aws.call("elbv2", "describe_target_groups")["TargetGroups"],
        "service": aws.call("ecs", "list_services", cluster=naming.cluster(naming.LOCAL))["serviceArns"],
        "bucket": aws.call("s3", "list_buckets")["Buckets"],
        "key": aws.call("kms", "list_keys")["Keys"],
        "topic": aws.call("sns", "list_topics")["Topics"],
    }
    return Counter({kind: len(found) for kind, found in counts.items()})


@pytest.fixture
def platforms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Platform]]:
    """Two of the same catalog: one to be killed over and over, one to compare with."""
    catalog = copy_catalog(tmp_path / "catalog", "orders-api", "storefront")
    monkeypatch.setenv("SLIPWAY_CATALOG", str(catalog.directory))
    clouds = [LocalCloud(tmp_path / name) for name in ("killed", "whole")]
    for cloud in clouds:
        cloud.start()
    yield [Platform.over(catalog, cloud) for cloud in clouds]
    for cloud in clouds:
        cloud.stop()


def test_an_up_that_is_killed_six_times_ends_as_one_that_never_was(platforms: list[Platform]) -> None:
    killed, whole = platforms

    was_at_work = [Up(killed).killed_after(count) for count in KILLED_AFTER_EVENTS]
    killed.up()
    whole.up()

    assert sum(was_at_work) >= 4  # the last ones may find less left to do than their number of events
    assert held(killed) == held(whole)
    assert killed.previews() == {}
    assert {result.status for result in killed.up().values()} == {"unchanged"}
