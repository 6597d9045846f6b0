"""What an environment's tasks can run on besides Fargate."""

from typing import Annotated, Literal

from pydantic import Field

from service_catalog.model.entry import Entry
from service_catalog.model.values import InstanceType, InstanceTypes, Percent


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


class Between(Entry):
    min: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    """At least so many"""
    max: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    """At most so many; without a limit if left out"""


class ManagedInstances(Entry):
    instance_types: Annotated[tuple[InstanceTypes, ...], Field(strict=False, max_length=400)] = ()
    """Which instances ECS may take: `m7g.large`, `m7g.*`; if left out, the cheapest of all that fit the tasks"""
    excluded_types: Annotated[tuple[InstanceTypes, ...], Field(strict=False, max_length=400)] = ()
    """Which it may not take; not beside `instance_types`"""
    cpu_manufacturers: Annotated[
        tuple[Literal["intel", "amd", "amazon-web-services"], ...], Field(strict=False, max_length=3)
    ] = ()
    """Whose processors; `amazon-web-services` are arm64, the others x86_64; either if left out"""
    generations: Annotated[tuple[Literal["current", "previous"], ...], Field(strict=False, max_length=2)] = ()
    """Which generations of instances; either if left out"""
    burstable: Literal["included", "excluded", "required"] | None = None
    """Whether instances of family `t` may be taken, or must be; AWS leaves them out unless it is said"""
    vcpus: Between | None = None
    """How many vCPUs one instance has"""
    memory_mib: Between | None = None
    """How much memory one instance has, in MiB"""
    gpus: Between | None = None
    """How many NVIDIA GPUs one instance has; none if left out"""
    disk_gib: Annotated[int, Field(ge=30, le=16_384)] = 80
    """Encrypted disk of an instance, in GiB, for images and tasks"""
    idle_seconds: Annotated[int, Field(ge=0, le=3600)] | None = None
    """How long ECS keeps an instance that is idle; if left out, as long as it finds good"""
    detailed_monitoring: bool = False
    """Metrics of instances by the minute instead of five; it costs per instance"""


class Capacity(Entry):
    ec2: Ec2Capacity | None = None
    """EC2 instances for services with `compute.capacity: ec2`; you pay for them, full or empty"""
    managed_instances: ManagedInstances | None = None
    """Instances that ECS chooses, starts, mends and ends, for services with `compute.capacity: managed-instances`"""
