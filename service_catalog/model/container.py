"""What a task's containers are: image, settings, directories, rights in the kernel, sidecars."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.entry import Entry
from service_catalog.model.values import (
    ContainerName,
    Directory,
    FileSystemName,
    KeyArn,
    Repository,
    SecretId,
    VariableName,
    VariableValue,
    VolumeName,
    Words,
)


class Image(Entry):
    repository: Repository
    """Short name (a repository in the environment's own ECR registry) or a full URI without tag"""
    tag: Annotated[str, StringConstraints(pattern=patterns.TAG, max_length=128)] | None = None
    """Pins the tag as part of the definition, released by `slipway up`; without it the portal or CI deploys tags"""
    digest: Annotated[str, StringConstraints(pattern=patterns.DIGEST)] | None = None
    """Pins the exact image as part of the definition; instead of `tag`"""
    credentials: SecretId | None = None
    """Secrets Manager secret with `username` and `password` of a private registry; ECR needs none"""
    existing: bool = False
    """The repository is there, or another service's: none is made, though the environment has `registry.make`"""


UlimitName = Literal[
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
]


class Ulimit(Entry):
    soft: Annotated[int, Field(ge=0, le=1_048_576)]
    """What the program starts with; it may raise it up to `hard`"""
    hard: Annotated[int, Field(ge=0, le=1_048_576)]
    """The most it may have"""


Capability = Literal[
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
]


class Capabilities(Entry):
    add: Annotated[tuple[Capability, ...], Field(strict=False)] = ()
    """Beside those that every container has; Fargate adds `SYS_PTRACE` only"""
    drop: Annotated[tuple[Capability, ...], Field(strict=False)] = ()
    """Of those that every container has; `ALL` drops them all"""


class Volume(Entry):
    bind: VolumeName | None = None
    """Name of a directory that is empty as a task starts and goes with it; its containers may share it"""
    efs: FileSystemName | None = None
    """Name of a directory in EFS that all tasks share and that outlives them; the service makes its file system"""
    path: Directory
    """Where the program finds it; one of `bind` belongs to root unless the image declares the path as `VOLUME`"""
    read_only: bool = False
    """The program may only read it"""
    existing: Annotated[str, StringConstraints(pattern=patterns.FILE_SYSTEM)] | None = None
    """Id of a file system that is there, instead of one that the service makes"""
    access_point_id: Annotated[str, StringConstraints(pattern=patterns.ACCESS_POINT)] | None = None
    """Access point of the `existing` file system through which it is mounted; the service makes one if left out"""
    security_group_id: Annotated[str, StringConstraints(pattern=patterns.SECURITY_GROUP)] | None = None
    """Of the `existing` file system's mount targets, into which the tasks are let; left out, others let them in"""
    mount_targets: bool = False
    """The `existing` file system has none in the environment's network: the service makes them"""
    uid: Annotated[int, Field(ge=0, le=4_294_967_295)] | None = None
    """Who the program is in the file system, and who owns the directory as it is made; 1000 if left out"""
    gid: Annotated[int, Field(ge=0, le=4_294_967_295)] | None = None
    """Its group there; 1000 if left out"""
    permissions: Annotated[str, StringConstraints(pattern=patterns.PERMISSIONS)] | None = None
    """Of the directory as it is made, in octal digits: `"0755"`; 0750 if left out"""
    infrequent_after_days: Literal[1, 7, 14, 30, 60, 90, 180, 270, 365] | None = None
    """Files that nobody read for so long cost less to keep, and something to read; 30 if left out"""
    without_backup: bool = False
    """Otherwise AWS Backup keeps a copy of every day for five weeks"""
    retired: bool = False
    """No longer mounted; its file system and the rights to it stay for releases that have it"""


class Secret(Entry):
    ssm: Annotated[str, StringConstraints(pattern=patterns.PARAMETER, max_length=2048)] | None = None
    """Name or whole ARN of a parameter in SSM Parameter Store"""
    secretsmanager: SecretId | None = None
    """Name or whole ARN of a secret in Secrets Manager"""
    key: Annotated[str, StringConstraints(pattern=patterns.NO_COLON, max_length=255)] | None = None
    """One key of a secret that holds JSON; only with `secretsmanager`"""
    stage: Annotated[str, StringConstraints(pattern=patterns.NO_COLON, max_length=256)] | None = None
    """Which version of the secret, by its label; the current one if left out; only with `secretsmanager`"""
    version: Annotated[str, StringConstraints(pattern=patterns.SECRET_VERSION, max_length=64)] | None = None
    """Which version of the secret, by its id; instead of `stage`"""
    key_arn: KeyArn | None = None
    """The KMS key of its own that encrypts it, if any; the key's policy must leave it to IAM"""
    retired: bool = False
    """No longer handed to the container; releases that have it may still read it"""


DependsOn = dict[ContainerName, Literal["start", "complete", "success", "healthy"]]
"""``start``: it has been started; ``complete``: it has ended; ``success``: with exit code 0; ``healthy``: it says so"""


class Mount(Entry):
    volume: VolumeName
    """Name of one of the service's `volumes`"""
    path: Directory
    """Where the sidecar finds it"""
    read_only: bool = False
    """The sidecar may only read it"""


class SidecarHealth(Entry):
    command: Words
    """A check inside the container, as ECS spells it: `[CMD-SHELL, …]` or `[CMD, …]`"""
    grace_seconds: Annotated[int, Field(ge=0, le=300)] = 60
    """How long a new container may fail its check while it starts"""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 10
    """Time between two checks; two in a row decide"""


class Sidecar(Entry):
    preset: Literal["datadog", "mackerel", "newrelic", "otel"] | None = None
    """A container that Slipway knows: its image, settings, size, ports and rights; what is said beside it wins"""
    api_key: Secret | None = None
    """Where the key is kept with which a preset reports; `otel` reports to X-Ray and CloudWatch and needs none"""
    name: ContainerName | None = None
    """Of the container; a preset has one"""
    image: Image | None = None
    """Which container image runs, with `tag` or `digest`: releases choose the service's own only"""
    command: Words | None = None
    """What the container runs instead of the image's command"""
    entry_point: Words | None = None
    """Instead of the image's entry point"""
    environment: dict[VariableName, VariableValue] = Field(default_factory=dict)
    """Its own settings; the service's are not handed to it"""
    secrets: dict[VariableName, Secret] = Field(default_factory=dict)
    """Its own settings whose values stay in SSM or Secrets Manager"""
    ports: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], Field(strict=False)] = ()
    """Where it listens, at `localhost` for the other containers of the task"""
    depends_on: DependsOn = Field(default_factory=dict)
    """Which other containers it waits for as the task starts; the service's own is called `app`"""
    essential: bool = False
    """The task ends when it does"""
    health: SidecarHealth | None = None
    """A health check, for containers that wait until it is `healthy`"""
    cpu: Annotated[int, Field(ge=1, le=32_768)] | None = None
    """CPU units of the task that are set aside for it"""
    memory_mib: Annotated[int, Field(ge=6, le=249_856)] | None = None
    """The most memory of the task that it may take; then it is killed"""
    mounts: Annotated[tuple[Mount, ...], Field(strict=False)] = ()
    """Which of the service's volumes it finds where"""
