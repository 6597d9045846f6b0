import pytest

from local_cloud.instances.placement import Needs
from local_cloud.instances.pools import ManagedPool


def taken(needs: Needs, **requirements: object) -> str:
    """The type that is chosen; empty if there is none."""
    template = {"networkConfiguration": {"subnets": ["subnet-1"]}, "instanceRequirements": requirements}
    provider = {"managedInstancesProvider": {"instanceLaunchTemplate": template}}
    pool = ManagedPool(provider, type("Ec2", (), {"_subnets": {}}), "now")
    return str(pool.members[0]["InstanceType"]) if pool.grow(needs) else ""


SMALL = Needs(cpu=512, memory_mib=1024, interfaces=1, architecture="x86_64")


@pytest.mark.parametrize(
    ("requirements", "chosen"),
    [
        ({}, "c7a.medium"),
        ({"cpuManufacturers": ["intel"]}, "c7i.large"),
        ({"allowedInstanceTypes": ["r7i.*"]}, "r7i.large"),
        ({"allowedInstanceTypes": ["r7g.*"]}, ""),
        ({"allowedInstanceTypes": ["x2idn.16xlarge"]}, "x2idn.16xlarge"),
        ({"excludedInstanceTypes": ["c*.*"]}, "m7a.medium"),
        ({"vCpuCount": {"min": 8, "max": 16}}, "c7a.2xlarge"),
        ({"memoryMiB": {"min": 65536}}, "r7a.2xlarge"),
        ({"burstablePerformance": "required"}, "t3a.medium"),
        ({"acceleratorCount": {"min": 4}}, "g5.12xlarge"),
    ],
)
def test_the_smallest_that_may_be_taken_is(requirements, chosen):
    assert taken(SMALL, **requirements) == chosen


def test_a_task_with_gpus_goes_only_where_there_are_some():
    needs = Needs(cpu=512, memory_mib=1024, gpus=1)
    assert taken(needs) == ""
    assert taken(needs, acceleratorCount={"min": 1}) == "g5.xlarge"
