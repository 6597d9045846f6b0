"""What Pulumi provisioned of a service, where its releases start from, and of its environment."""

import json
from typing import Any, Self

from service_catalog import model
from service_catalog.messages import say
from service_catalog.records.record import Part, Record

Workload = model.Kind
"""The kind of a service, which says what carries its releases"""
SERVED: frozenset[Workload] = frozenset({"web", "worker"})
"""Those of which an ECS service keeps the tasks running"""


class TaskLimits(Part):
    """How many tasks may run."""

    min: int
    max: int

    def clamp(self, count: int) -> int:
        """The count nearest to ``count`` within the limits."""
        return min(max(count, self.min), self.max)

    def __str__(self) -> str:
        """A message, so that a sentence which holds it is translated whole."""
        return say("%(min)s to %(max)s", min=self.min, max=self.max) if self.min != self.max else str(self.min)


class ProvisionedImage(Part):
    repository: str
    """Full URI without a tag"""
    tag: str | None = None
    digest: str | None = None

    @property
    def pinned(self) -> str | None:
        """The reference that the catalog pins; None leaves the tag to releases."""
        if self.digest:
            return f"{self.repository}@{self.digest}"
        return f"{self.repository}:{self.tag}" if self.tag else None


class Reach(Part):
    """What leads to a service."""

    url: str
    """Where a person reaches it"""
    test_url: str = ""
    """Where testers reach new tasks before anybody else does; empty where they do not"""
    load_balancer: str = ""
    """DNS name of the one that leads to it, where hosts of its rules point; empty in objects of before it was kept"""
    namespace: str = "AWS/ApplicationELB"
    """Where CloudWatch keeps its metrics, by ``dimensions``"""
    dimensions: dict[str, str]
    alternate_dimensions: dict[str, str] = {}
    """Of the target group that serves after every second release; empty where no requests are shifted"""


class Queue(Part):
    """What a worker takes its messages from, and where those end that it cannot handle."""

    url: str
    name: str
    arn: str
    dead_letter_url: str | None = None
    """None for a queue that was there before: whose dead letters those are is not known"""
    dead_letter_name: str | None = None


class ScheduledLimits(Part):
    """What the scaling schedule of a service sets at one of its times."""

    cron: str
    timezone: str = "UTC"
    min: int | None = None
    """None leaves it as it is"""
    max: int | None = None

    @property
    def bounds(self) -> dict[str, int]:
        """Those that it sets."""
        return {name: count for name in ("min", "max") if (count := getattr(self, name)) is not None}


class ScheduleName(Part):
    """What starts a job's runs, as EventBridge Scheduler finds it."""

    name: str
    group: str


class Found(Part):
    """How others find a service, and get in."""

    address: str
    """Host and port"""
    callers_group: str
    """The security group in which each of its callers has a rule"""


class Provisioned(Record):
    """``provisioned/<service>.json``: where a release of the service starts from."""

    service: str = ""
    """Empty in objects of before it was kept: the key says it"""
    kind: Workload = "web"
    definition: str
    """ARN of the task definition with placeholders"""
    execution_role: str
    task_role: str
    tasks: TaskLimits | None
    """None for jobs and tasks, and for a daemon: one task runs on each instance"""
    image: ProvisionedImage
    env_files: tuple[str, ...]
    reach: Reach | None = None
    """None for what nothing leads to"""
    queue: Queue | None = None
    found: Found | None = None
    """None for what nobody finds"""
    connections: dict[str, str | None] = {}
    """By service that it calls, the security group in which it has a rule; None: that service was not there yet"""
    state_machine: str | None = None
    """ARN of what starts runs; None in objects of before there were any"""
    schedule: ScheduleName | None = None
    made_repository: str | None = None
    """Name of the ECR repository that its stack made; None where it made none"""
    scaling_schedule: tuple[ScheduledLimits, ...] = ()
    log_groups: dict[str, str] = {}
    """By the route that leads there, those beside the service's own; ``_router`` is the log router's"""
    logs_elsewhere: dict[str, str] = {}
    """By the route that leads there, where lines are that are in no log group: ``s3://…`` or ``firehose:…``"""
    file_systems: dict[str, str] = {}
    """By the volume that is in it, the id; those that only earlier releases mount among them"""
    fingerprint: str
    entry: dict[str, Any] | None = None
    """The catalog's entry that it was provisioned from, without defaults; None in objects of before it was kept"""

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Raises UnreadableRecord."""
        record = super().from_json(text)
        return super().from_json(_with_reach(text)) if "routed" in (record.model_extra or {}) else record


def _with_reach(text: bytes | str) -> str:
    """Objects were written with ``url`` and ``routed`` when all that led to a service was a load balancer."""
    said = json.loads(text)
    url, routed = said.pop("url", None), said.pop("routed")
    if routed:
        names = {"load_balancer": "LoadBalancer", "target_group": "TargetGroup"}
        is_whole = isinstance(routed, dict) and names.keys() <= routed.keys()
        dimensions = {name: routed[old] for old, name in names.items()} if is_whole else routed
        said["reach"] = {"url": url, "dimensions": dimensions}
    return json.dumps(said)


class ProvisionedEnvironment(Record):
    """``provisioned/_environment.json``."""

    fingerprint: str
    exports: dict[str, Any]
