"""What a task gets, how many run, and what changes their number."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.entry import Entry, OfServices, OfWeb, OfWorker
from service_catalog.model.values import Percent


class Spot(Entry):
    on_demand: Annotated[int, Field(ge=1, le=1000)]
    """So many tasks run on demand first of all; those beyond run on Spot"""


PlacementExpression = Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=2000)]


class Placement(Entry):
    strategies: Annotated[
        tuple[Literal["spread-zones", "spread-instances", "pack-cpu", "pack-memory", "random"], ...],
        Field(strict=False, max_length=5),
    ] = ()
    """`spread-zones`, `spread-instances`, `pack-cpu`, `pack-memory`, `random`: the first decides; zones if left out"""
    distinct_instances: bool = False
    """No two tasks on one instance"""
    member_of: Annotated[tuple[PlacementExpression, ...], Field(strict=False, max_length=9)] = ()
    """Only instances for which all of these hold, in ECS's words: `attribute:ecs.instance-type =~ m7g.*`"""


class Compute(Entry):
    capacity: Literal["fargate", "fargate-spot", "ec2", "managed-instances"] = "fargate"
    """Where tasks run; Spot costs a third and goes at two minutes' notice; instances are the environment's own"""
    network: Literal["awsvpc", "bridge"] = "awsvpc"
    """`awsvpc` gives each task an address and a security group of its own, `bridge` ports of its EC2 instance"""
    placement: Placement | None = None
    """On which of the environment's EC2 instances tasks stand; only with capacity `ec2`"""
    spot: OfServices[Spot | None] = None
    """On demand first, the rest on Spot; only with capacity `fargate`"""
    cpu: int = 256
    """CPU units of one task; 1024 are one vCPU"""
    memory_mib: int = 512
    """Memory of one task, in MiB; Fargate offers certain sizes for each `cpu`"""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """Must match the image; arm64 costs a fifth less"""
    gpus: Annotated[int, Field(ge=1, le=16)] | None = None
    """NVIDIA GPUs of one task, for itself alone; only on instances that have some"""
    storage_gib: Annotated[int, Field(ge=21, le=200)] | None = None
    """Disk of one task, in GiB, empty at its start; 20 if left out"""


class Tasks(Entry):
    min: Annotated[int, Field(ge=0, le=1000)] = 1
    """Never fewer than this; 0 pauses the service, or lets a queue scale it from zero"""
    max: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Never more than this; the same as `min` if left out, so that nothing scales"""
    daemon: bool = False
    """One task on each EC2 instance of the environment, instead of a number of them; only with capacity `ec2`"""


class ScheduledLimits(Entry):
    cron: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, max_length=200)]
    """When; minutes, hours, day of month, month, day of week, year: `0 8 ? * MON-FRI *` is each working day at 8:00"""
    timezone: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=50)] = "UTC"
    """Time zone of `cron`, by its IANA name, such as `Asia/Tokyo`"""
    min: Annotated[int, Field(ge=0, le=1000)] | None = None
    """From then on never fewer than this"""
    max: Annotated[int, Field(ge=0, le=1000)] | None = None
    """From then on never more than this; 0 stops all tasks"""


class ScalingStep(Entry):
    measure: Literal["cpu_percent", "memory_percent"] = "cpu_percent"
    """Whose average over the tasks decides"""
    above: Percent | None = None
    """From this on the step is taken; with `add`"""
    below: Percent | None = None
    """Below this the step is taken; with `remove`"""
    add: Annotated[int, Field(ge=1, le=100)] | None = None
    """So many tasks start at once"""
    remove: Annotated[int, Field(ge=1, le=100)] | None = None
    """So many tasks stop at once"""


class Scaling(Entry):
    cpu_percent: Percent | None = None
    """Average CPU to hold by starting and stopping tasks"""
    memory_percent: Percent | None = None
    """Average memory to hold by starting and stopping tasks"""
    backlog_per_task: OfWorker[Annotated[int, Field(ge=1, le=1_000_000)] | None] = None
    """Messages for each task to hold, waiting or being worked on; needs `queue`"""
    requests_per_task: OfWeb[Annotated[int, Field(ge=1, le=1_000_000)] | None] = None
    """Requests a minute for each task to hold; needs `exposure`"""
    steps: Annotated[tuple[ScalingStep, ...], Field(strict=False, max_length=20)] = ()
    """Tasks to start or stop at once where a measure is beyond a line, instead of holding it"""
    schedule: Annotated[tuple[ScheduledLimits, ...], Field(strict=False, max_length=20)] = ()
    """At these times other numbers of tasks take the place of `tasks.min` and `tasks.max`, until the next one"""
