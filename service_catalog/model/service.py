"""One service in one environment."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.compute import Compute, Scaling, Tasks
from service_catalog.model.container import Capabilities, DependsOn, Image, Secret, Sidecar, Ulimit, UlimitName, Volume
from service_catalog.model.deployment import BeforeRelease, Deployment
from service_catalog.model.discovery import CloudMap, ServiceConnect
from service_catalog.model.entry import Entry, Kind, OfJob, OfRuns, OfServices, OfWeb, OfWorker, Sets
from service_catalog.model.exposure import Exposure, Health
from service_catalog.model.logs import Logs
from service_catalog.model.permissions import Permission
from service_catalog.model.values import (
    Directory,
    EnvFileName,
    Link,
    Percent,
    ServiceName,
    VariableName,
    VariableValue,
    Words,
)
from service_catalog.model.work import Queue, Run, Schedule


class Alarms(Entry):
    cpu_percent: OfServices[Percent | None] = None
    """Average CPU at or above this for 3 minutes"""
    memory_percent: OfServices[Percent | None] = None
    """Average memory at or above this for 3 minutes"""
    unhealthy_targets: OfWeb[Annotated[int, Field(ge=1, le=1000)] | None] = None
    """This many targets unhealthy for 3 minutes; needs `exposure`"""
    message_age_seconds: OfWorker[Annotated[int, Field(ge=1, le=1_209_600)] | None] = None
    """The oldest message in the queue has waited at least this long, for 3 minutes; needs `queue`"""
    dead_letters: OfWorker[Annotated[int, Field(ge=1, le=1_000_000)] | None] = None
    """At least this many messages in the dead-letter queue; needs a `queue` of its own"""
    failed_runs: OfRuns[Annotated[int, Field(ge=1, le=1000)] | None] = None
    """At least this many runs failed within 5 minutes"""


class Service(Entry):
    """One service in one environment, overrides merged in."""

    name: ServiceName
    """The file's stem; lower-case letters, digits and hyphens, 32 at most"""
    owner: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=64)]
    """The team that may change it"""
    description: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, max_length=300)] = ""
    """One sentence for the people who find it in a list"""
    links: Annotated[tuple[Link, ...], Field(strict=False, max_length=20)] = ()
    """Pages about it, as a list: `- runbook: https://…`"""
    kind: Kind = "web"
    """`web` answers requests, `worker` takes work from a queue, `job` runs on a schedule, `task` when told to"""
    image: Image
    """Which container image runs"""
    command: Words | None = None
    """What the container runs instead of the image's command: the program, then one argument each"""
    entry_point: Words | None = None
    """Instead of the image's entry point; `command` is passed to it"""
    working_directory: Directory | None = None
    """Where the container starts, instead of the image's directory"""
    user: Annotated[str, StringConstraints(pattern=patterns.USER, max_length=255)] | None = None
    """Runs as this user instead of the image's: `user`, `user:group`, or their ids"""
    stop_seconds: Annotated[int, Field(ge=2, le=120)] | None = None
    """How long a task may take to end by itself once told to; then it is killed; 30 if left out"""
    ulimits: dict[UlimitName, Ulimit] = Field(default_factory=dict)
    """Resource limits of the program, such as `nofile: { soft: 65535, hard: 65535 }`; Fargate takes `nofile` only"""
    init_process: bool = False
    """A small init process runs as PID 1, hands on signals and reaps what the program leaves behind"""
    capabilities: Capabilities = Capabilities()
    """Linux capabilities of the container"""
    read_only_root: bool = False
    """The program may write to its `volumes` only"""
    port: OfWeb[Annotated[int, Field(ge=1, le=65535)] | None] = None
    """Where the container listens; needed with `exposure`"""
    health: OfServices[Health] = Health()
    """Health checks"""
    compute: Compute = Compute()
    """What one task gets"""
    tasks: OfServices[Tasks] = Tasks()
    """How many run"""
    scaling: OfServices[Scaling] = Scaling()
    """Auto scaling between `tasks.min` and `tasks.max`"""
    exposure: OfWeb[Exposure | None] = None
    """How it is reached; left out, nothing reaches it"""
    discovery: OfWeb[Literal["service-connect", "cloud-map", "none"]] = "none"
    """How others find it: by `service-connect` as `payments:8080`, by `cloud-map` as `payments.slipway.internal`"""
    service_connect: OfWeb[ServiceConnect | None] = None
    """Goes with `discovery: service-connect`"""
    cloud_map: OfWeb[CloudMap | None] = None
    """Goes with `discovery: cloud-map`"""
    connects_to: Annotated[tuple[ServiceName, ...], Field(strict=False, max_length=50)] = ()
    """Services that it calls: these let it in, and no other; each needs `discovery`"""
    queue: OfWorker[Annotated[Queue | None, Sets("QUEUE_URL")]] = None
    """An SQS queue that it takes messages from, with a dead-letter queue; its address is in `QUEUE_URL`"""
    schedule: OfJob[Schedule | None] = None
    """When it runs"""
    run: OfRuns[Run] = Run()
    """How one run goes"""
    environment: dict[VariableName, VariableValue] = Field(default_factory=dict)
    """Settings that belong to the definition; a change is a new definition"""
    env_files: Annotated[tuple[EnvFileName, ...], Field(strict=False, max_length=10)] = ()
    """Files of settings, edited in the portal and kept in S3; for a key in two files the first wins"""
    sensitive_env_files: Annotated[tuple[EnvFileName, ...], Field(strict=False, max_length=10)] = ()
    """Those of `env_files` whose values the portal masks: it shows one at a time, and writes down who looked"""
    secrets: dict[VariableName, Secret] = Field(default_factory=dict)
    """Settings whose values stay in SSM or Secrets Manager"""
    volumes: Annotated[tuple[Volume, ...], Field(strict=False, max_length=20)] = ()
    """Directories from outside of the image"""
    sidecars: Annotated[tuple[Sidecar, ...], Field(strict=False, max_length=9)] = ()
    """Containers that run beside the program in each task: agents, proxies, or what prepares something and ends"""
    depends_on: DependsOn = Field(default_factory=dict)
    """Which sidecars the program waits for as a task starts: `migrate-assets: success`"""
    permissions: Annotated[tuple[Permission, ...], Field(strict=False)] = ()
    """What the running program may use in AWS"""
    logs: Logs = Logs()
    """What happens to what it prints"""
    deployment: OfServices[Deployment] = Deployment()
    """How a release replaces what runs"""
    before_release: OfServices[BeforeRelease | None] = None
    """Runs with the new release before anything is replaced; unless it ends with exit code 0, nothing changes"""
    exec: bool = False
    """Allows `aws ecs execute-command`, audited"""
    alarms: Alarms = Alarms()
    """CloudWatch alarms, sent to the environment's SNS topic"""
    dashboard: bool = False
    """A dashboard of its own in CloudWatch; beyond three in an account each costs 3 dollars a month"""

    @property
    def has_ecs_service(self) -> bool:
        """Whether an ECS service keeps its tasks running; those of a job or a task come and go with each run."""
        return self.kind in ("web", "worker")
