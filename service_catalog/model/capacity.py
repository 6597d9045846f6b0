"""What an environment's tasks can run on besides Fargate."""

from typing import Annotated

from pydantic import Field

from service_catalog.model.entry import Entry
from service_catalog.model.values import InstanceType, Percent


class SpotInstances(Entry):
    on_demand: Annotated[int, Field(ge=0, le=1000)]
    """So many instances are bought on demand first of all; those beyond are Spot"""


class Ec2Alarms(Entry):
    network_mbps: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Average traffic of an instance, in and out, at or above so many megabits a second for 10 minutes"""


class Ec2Capacity(Entry):
    instance_types: Annotated[tuple[InstanceType, ...], Field(strict=False, min_length=1, max_length=20)]
    """Which instances, of one architecture; of several AWS takes what there is"""
    min: Annotated[int, Field(ge=0, le=1000)] = 0
    """Never fewer instances than this"""
    max: Annotated[int, Field(ge=1, le=1000)]
    """Never more than this; between the two ECS starts as many as the tasks need"""
    spot: SpotInstances | None = None
    """On demand first, the rest Spot, which AWS may take away with two minutes' notice; left out, all on demand"""
    disk_gib: Annotated[int, Field(ge=30, le=16_384)] = 30
    """Encrypted disk of an instance, in GiB, for images and tasks"""
    target_percent: Percent = 100
    """How full ECS keeps the instances; less keeps room for tasks that start"""
    warm_up_seconds: Annotated[int, Field(ge=0, le=10_000)] = 120
    """How long a new instance takes until it runs tasks; scaling waits so long for it"""
    alarms: Ec2Alarms = Ec2Alarms()
    """CloudWatch alarms besides the one for failed status checks, which is always there"""


class Capacity(Entry):
    ec2: Ec2Capacity | None = None
    """EC2 instances for services with `compute.capacity: ec2`; you pay for them, full or empty"""
