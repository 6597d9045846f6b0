"""What a catalog entry may say: a service and an environment, as frozen, strict models.

Nothing is coerced (``port: "80"`` is told, not guessed) and unknown keys are refused. Rules of one field stand here,
rules where fields meet in ``validation``, those between entries in ``listener_rules``. Each description is what the
table of ``docs/catalog.md``, the JSON Schema and the portal's form show. A field that only some kinds of service have
says so in its type: ``OfWeb[...]``. ``environments:`` is no field here: ``overrides.py`` merges it away before an entry
is read.
"""

from functools import cache
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service_catalog import naming, patterns, run_sizes

ServiceName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.SERVICE_NAME_MAX)]
EnvironmentName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.ENVIRONMENT_NAME_MAX)]
EnvFileName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.ENV_FILE_NAME_MAX)]
VariableName = Annotated[str, StringConstraints(pattern=patterns.VARIABLE, max_length=255)]
VariableValue = Annotated[str, StringConstraints(pattern=patterns.NO_NUL)]
Repository = Annotated[str, StringConstraints(pattern=patterns.REPOSITORY, max_length=255)]
Cidr = Annotated[str, StringConstraints(pattern=patterns.NETWORK)]
PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
SubnetId = Annotated[str, StringConstraints(pattern=patterns.SUBNET)]
InstanceType = Annotated[str, StringConstraints(pattern=patterns.INSTANCE_TYPE, max_length=40)]
UrlPath = Annotated[str, StringConstraints(pattern=patterns.URL_PATH, max_length=1024)]
PathPattern = Annotated[str, StringConstraints(pattern=patterns.PATH_PATTERN, max_length=128)]
HostPattern = Annotated[str, StringConstraints(pattern=patterns.HOST_PATTERN, max_length=128)]
HostName = Annotated[str, StringConstraints(pattern=patterns.HOST_NAME, max_length=128)]
Paths = Annotated[tuple[PathPattern, ...], Field(strict=False, min_length=1, max_length=5)]
Addresses = Annotated[str, StringConstraints(pattern=patterns.ADDRESSES)]
SourceAddresses = Annotated[tuple[Addresses, ...], Field(strict=False, max_length=5)]
HeaderName = Annotated[str, StringConstraints(pattern=patterns.TOKEN, max_length=40)]
HeaderPattern = Annotated[str, StringConstraints(pattern=patterns.HEADER_VALUE, min_length=1, max_length=128)]
Headers = dict[HeaderName, Annotated[tuple[HeaderPattern, ...], Field(strict=False, min_length=1)]]
HeaderText = Annotated[str, StringConstraints(pattern=patterns.HEADER_TEXT, min_length=1, max_length=1024)]
CertificateArn = Annotated[str, StringConstraints(pattern=patterns.CERTIFICATE)]
ManagedGroup = Literal[
    "common",
    "known-bad-inputs",
    "ip-reputation",
    "anonymous-ip",
    "admin",
    "sql",
    "linux",
    "posix",
    "windows",
    "php",
    "wordpress",
]
ProviderName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=32)]
HttpsAddress = Annotated[str, StringConstraints(pattern=patterns.HTTPS_ADDRESS, max_length=2048)]
AnswerCodes = Annotated[str, StringConstraints(pattern=patterns.ANSWER_CODES, max_length=128)]
Issuer = Annotated[str, StringConstraints(pattern=patterns.ISSUER, max_length=2048)]
Origin = Annotated[str, StringConstraints(pattern=patterns.ORIGIN, max_length=300)]
ClaimName = Annotated[str, StringConstraints(pattern=patterns.CLAIM, max_length=128)]
AuthorizerName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=64)]
TokenWord = Annotated[str, StringConstraints(pattern=patterns.NO_BLANK, min_length=1, max_length=256)]
QueueName = Annotated[str, StringConstraints(pattern=patterns.QUEUE, max_length=80)]
SecretId = Annotated[str, StringConstraints(pattern=patterns.SECRET, max_length=2048)]
"""Name or whole ARN, in Secrets Manager"""
VolumeName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=64)]
"""Without underscore, so that those of features may have one."""
ContainerName = Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=64)]
Directory = Annotated[str, StringConstraints(pattern=patterns.DIRECTORY, max_length=1024)]
LinkName = Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=40)]
Link = Annotated[
    dict[LinkName, Annotated[str, StringConstraints(pattern=patterns.HTTPS_ADDRESS, max_length=2048)]],
    Field(min_length=1, max_length=1),
]
HttpMethod = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "*"]
Words = Annotated[tuple[VariableValue, ...], Field(strict=False, min_length=1)]
"""A command as a list: the program, then one argument each. No shell reads it."""
Minutes = Annotated[int, Field(ge=1, le=10_080)]
"""A week at most"""
Percent = Annotated[int, Field(ge=1, le=100)]
KeyArn = Annotated[str, StringConstraints(pattern=patterns.KEY)]
"""Of the key itself: IAM knows no aliases."""
Retention = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
"""Days, as CloudWatch Logs takes them."""


Kind = Literal["web", "worker", "job", "task"]
"""Of a service: what runs it, and so which fields it has."""


class OnlyFor(NamedTuple):
    """Beside a field's type: the kinds of service that have it. A field without belongs to all of them."""

    kinds: tuple[Kind, ...]


class Sets(NamedTuple):
    """Beside a field's type: the environment variable that the program gets where the field is given."""

    variable: str


_T = TypeVar("_T")
OfWeb = Annotated[_T, OnlyFor(("web",))]
OfWorker = Annotated[_T, OnlyFor(("worker",))]
OfJob = Annotated[_T, OnlyFor(("job",))]
OfServices = Annotated[_T, OnlyFor(("web", "worker"))]
"""Kinds that run as an ECS service: tasks that are replaced and counted"""
OfRuns = Annotated[_T, OnlyFor(("job", "task"))]
"""Kinds whose tasks end by themselves"""


class Entry(BaseModel):
    """Base of everything a catalog file may hold."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)


# --- a service --------------------------------------------------------------------------------------------------------


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


class Health(Entry):
    path: OfWeb[UrlPath | None] = None
    """What the load balancer asks for; left out, `/`; of `grpc` any answer is good then, by `nlb` any connection"""
    codes: OfWeb[AnswerCodes] = "200-399"
    """Which status codes are healthy: `200`, `200-299` or `200,404`; of gRPC `0` to `99`"""
    grace_seconds: Annotated[int, Field(ge=0, le=7200)] = 60
    """How long a new task may fail its health checks while it starts"""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 10
    """Time between two checks; two in a row decide"""
    command: Words | None = None
    """A check inside the container, as ECS spells it: `[CMD-SHELL, …]` or `[CMD, …]`"""


class Spot(Entry):
    on_demand: Annotated[int, Field(ge=1, le=1000)]
    """So many tasks run on demand first of all; those beyond run on Spot"""


class Compute(Entry):
    capacity: Literal["fargate", "fargate-spot", "ec2"] = "fargate"
    """Where tasks run; Spot costs a third and is taken away at two minutes' notice; `ec2` is the environment's own"""
    spot: OfServices[Spot | None] = None
    """On demand first, the rest on Spot; only with capacity `fargate`"""
    cpu: int = 256
    """CPU units of one task; 1024 are one vCPU"""
    memory_mib: int = 512
    """Memory of one task, in MiB; Fargate offers certain sizes for each `cpu`"""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """Must match the image; arm64 costs a fifth less"""
    storage_gib: Annotated[int, Field(ge=21, le=200)] | None = None
    """Disk of one task, in GiB, empty at its start; 20 if left out"""


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
    bind: VolumeName
    """Name of a directory that is empty as a task starts and goes with it; its containers may share it"""
    path: Directory
    """Where the program finds it; it belongs to root unless the image declares the path as `VOLUME`"""
    read_only: bool = False
    """The program may only read it"""


class Tasks(Entry):
    min: Annotated[int, Field(ge=0, le=1000)] = 1
    """Never fewer than this; 0 pauses the service, or lets a queue scale it from zero"""
    max: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Never more than this; the same as `min` if left out, so that nothing scales"""


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


class Route(Entry):
    """Requests that one rule of a load balancer leads to the service: what is said of them must all be so."""

    host: HostPattern | None = None
    """Only requests for this host name; `*` and `?` match"""
    paths: Paths = ("/*",)
    """Only requests for these paths; `/orders/*` does not match `/orders`, so say both"""
    source_ips: SourceAddresses = ()
    """Only requests that come from these addresses, such as `203.0.113.0/24`; all others get a 404"""
    headers: Headers = {}
    """Only requests with each of these headers, and one of the values written for it; `*` and `?` match"""


class Sticky(Entry):
    seconds: Annotated[int, Field(ge=1, le=604_800)] = 86_400
    """How long a client keeps its task; a week at most"""
    cookie: Annotated[str, StringConstraints(pattern=patterns.TOKEN, max_length=256)] | None = None
    """The program's own cookie, which begins and ends it; left out, the load balancer sets one with its first answer"""


class TokenCheck(Entry):
    issuer: Issuer | None = None
    """Whose JWTs are good: `iss` in them, below which OpenID Connect tells where their keys are"""
    audience: Annotated[tuple[TokenWord, ...], Field(strict=False, max_length=50)] = ()
    """For whom they must be made: one of these is their `aud` or `client_id`; needed with `issuer`"""


class Authorizer(TokenCheck):
    name: AuthorizerName | None = None
    """One of the environment's `api.authorizers`, instead of an `issuer` of its own"""
    scopes: Annotated[tuple[TokenWord, ...], Field(strict=False, max_length=10)] = ()
    """A token must hold one of these scopes"""
    headers: dict[HeaderName, ClaimName] = {}
    """Claims that are passed on, by request header: `X-Partner: sub`; a client's own header of the name is replaced"""


class SignIn(Entry):
    provider: ProviderName
    """One of the environment's `sign_in`"""
    scope: Annotated[str, StringConstraints(pattern=patterns.SCOPE, max_length=512)] = "openid"
    """What is asked of the provider about a user, words with spaces between: `openid email`"""
    session_seconds: Annotated[int, Field(ge=1, le=604_800)] = 43_200
    """How long a user stays signed in; a week at most"""
    unauthenticated: Literal["authenticate", "deny", "allow"] = "authenticate"
    """`authenticate` sends who is not signed in to the provider, `deny` answers 401, `allow` lets them through"""


class Exposure(Entry):
    via: Literal["alb", "api-gateway", "nlb"] = "alb"
    """The environment's Application Load Balancer, its HTTP API, which checks tokens, or its Network Load Balancer"""
    audience: Literal["public", "internal"] = "internal"
    """`public` is reached from the internet, `internal` from the VPC"""
    host: HostPattern | None = None
    """Only requests for this host name; `*` and `?` match"""
    paths: Paths = ("/*",)
    """Only requests for these paths; `/orders/*` does not match `/orders`, so say both"""
    source_ips: SourceAddresses = ()
    """Only requests that come from these addresses, such as `203.0.113.0/24`; all others get a 404"""
    headers: Headers = {}
    """Only requests with each of these headers, and one of the values written for it; `*` and `?` match"""
    protocol: Literal["http", "http2", "grpc", "tcp", "tls"] = "http"
    """How it is spoken to; `http` carries WebSockets, `http2` and `grpc` need HTTPS, `tcp` and `tls` a `via: nlb`"""
    target_protocol: Literal["http", "https"] = "http"
    """`https` where the container ends TLS itself; its certificate is not checked, so a self-signed one will do"""
    sticky: Sticky | None = None
    """A client's requests all go to one task"""
    slow_start_seconds: Annotated[int, Field(ge=30, le=900)] | None = None
    """A new task gets its full share of requests only after this long"""
    deregistration_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    """How long a task that leaves may take to finish its requests; then they are cut off"""
    listener_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Where `nlb` listens, one service a port; the container's `port` if left out"""
    authorizer: Authorizer | None = None
    """Whose requests `api-gateway` lets through; everybody's if left out"""
    sign_in: SignIn | None = None
    """Only for users who signed in with an OpenID Connect provider, which the load balancer sees to; needs HTTPS"""
    rules: Annotated[tuple[Route, ...], Field(strict=False, max_length=20)] = ()
    """Further requests that lead here, such as those for another host; each takes a slot of its own"""

    @property
    def routes(self) -> tuple[Route, ...]:
        """One for each rule at the load balancer."""
        return (Route(**{name: getattr(self, name) for name in Route.model_fields}), *self.rules)


class ServiceConnect(Entry):
    protocol: Literal["http", "http2", "grpc", "tcp"] = "http"
    """What the container speaks, which decides metrics and retries; a change makes the ECS service anew"""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """The port that others ask, such as 80; the container's own if left out"""
    idle_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """A silent connection is closed after so long, 0 never; 5 minutes if left out, an hour for `tcp`"""
    request_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """A whole answer may take so long, 0 for ever; 15 seconds if left out; not for `tcp`"""


class CloudMap(Entry):
    records: Annotated[tuple[Literal["A", "SRV"], ...], Field(strict=False, min_length=1, max_length=2)] = ("A",)
    """What DNS answers: `A` the addresses of tasks, `SRV` addresses and port"""
    ttl_seconds: Annotated[int, Field(ge=0, le=86_400)] = 10
    """How long whoever asked may keep an answer; so long it asks tasks that are gone"""


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
    retired: bool = False
    """No longer handed to the container; releases that have it may still read it"""


ConditionValues = str | Annotated[tuple[str, ...], Field(strict=False, min_length=1)]


class Statement(Entry):
    actions: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=patterns.ACTION, max_length=128)], ...],
        Field(strict=False, min_length=1),
    ]
    """What the program may do, such as `lambda:InvokeFunction`; each action by its whole name"""
    resources: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=patterns.RESOURCE, max_length=2048)], ...],
        Field(strict=False, min_length=1),
    ]
    """Whole ARNs, or `lambda:function:resize` for what is in the environment's own account and region"""
    conditions: dict[
        Annotated[str, StringConstraints(pattern=patterns.OPERATOR)],
        dict[Annotated[str, StringConstraints(pattern=patterns.CONDITION_KEY, max_length=256)], ConditionValues],
    ] = {}
    """As IAM spells them: `StringEquals: { aws:RequestedRegion: ap-northeast-1 }`"""


class Permission(Entry):
    bucket: Annotated[str, StringConstraints(pattern=patterns.BUCKET)] | None = None
    """Name of an S3 bucket"""
    queue: QueueName | None = None
    """Name of an SQS queue in the same account and region"""
    table: Annotated[str, StringConstraints(pattern=patterns.TABLE)] | None = None
    """Name of a DynamoDB table in the same account and region"""
    topic: Annotated[str, StringConstraints(pattern=patterns.TOPIC, max_length=256)] | None = None
    """Name of an SNS topic in the same account and region, to publish to"""
    event_bus: Annotated[str, StringConstraints(pattern=patterns.EVENT_BUS, max_length=256)] | None = None
    """Name of an EventBridge event bus in the same account and region, to put events on"""
    model: Annotated[str, StringConstraints(pattern=patterns.MODEL, max_length=256)] | None = None
    """Id of a Bedrock model or of an inference profile of AWS's, to invoke"""
    statement: Statement | None = None
    """A statement of IAM, for what the fields before do not say"""
    access: Literal["read", "write", "read-write"] = "read"
    """To a bucket, queue or table; `read` a queue is to receive and delete, `write` to send"""
    key_arn: KeyArn | None = None
    """The KMS key of your own that bucket, queue, table or topic are encrypted with; its policy must leave it to IAM"""


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
    environment: dict[VariableName, VariableValue] = {}
    """Its own settings; the service's are not handed to it"""
    secrets: dict[VariableName, Secret] = {}
    """Its own settings whose values stay in SSM or Secrets Manager"""
    ports: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], Field(strict=False)] = ()
    """Where it listens, at `localhost` for the other containers of the task"""
    depends_on: DependsOn = {}
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


LineField = Annotated[str, StringConstraints(pattern=patterns.LINE_FIELD, max_length=200)]
LinePattern = Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=200)]
"""A regular expression; which of them are taken, ``line_patterns`` says."""


class Multiline(Entry):
    first_line: LinePattern
    """Regular expression for the line that begins a message; every other line belongs to the message before it"""
    retired: bool = False
    """Joins nothing any more; the log router stays there for releases that have it"""


class LogRoute(Entry):
    name: Annotated[str, StringConstraints(pattern=patterns.NAME, max_length=naming.LOG_ROUTE_NAME_MAX)]
    """Ends the name of its log group, beside the others of the service"""
    when: Annotated[dict[LineField, LinePattern], Field(min_length=1, max_length=10)]
    """Fields of the JSON line with a regular expression each, all of which must match; `a.b` is `b` inside of `a`"""
    retention_days: Retention = 30
    """How long CloudWatch keeps the lines"""
    drop: bool = False
    """Keeps its lines nowhere"""
    retired: bool = False
    """Takes no line any more; its log group stays there for releases that have it"""


class Logs(Entry):
    retention_days: Retention = 30
    """How long CloudWatch keeps the lines"""
    format: Literal["json", "text"] = "json"
    """What the program prints: `json` for a JSON object on each line, which `routes` need"""
    routes: Annotated[tuple[LogRoute, ...], Field(strict=False, max_length=20)] = ()
    """Log groups of their own for some lines, by Fluent Bit beside the program; the first route that matches wins"""
    multiline: Multiline | None = None
    """Joins the lines of a message, such as a stack trace, by Fluent Bit beside the program"""
    router_memory_mib: Annotated[int, Field(ge=50, le=4096)] = 100
    """What of a task's memory is reserved for Fluent Bit, where `routes` or `multiline` need it"""


BakeMinutes = Annotated[int, Field(ge=0, le=1440)]
"""A day at most"""


class Canary(Entry):
    percent: Annotated[float, Field(ge=0.1, le=100)] = 5.0
    """How many of the requests the new tasks get at first"""
    bake_minutes: BakeMinutes = 10
    """How long they get no more than these"""


class Linear(Entry):
    step_percent: Annotated[float, Field(ge=3, le=100)] = 10.0
    """How many more of the requests the new tasks get with each step"""
    step_bake_minutes: BakeMinutes = 6
    """How long each step lasts"""


class Deployment(Entry):
    strategy: Literal["rolling", "recreate", "blue-green", "canary", "linear"] = "rolling"
    """How new tasks replace old ones: by and by, after all the old ones, or by shifting requests from those to these"""
    minimum_healthy_percent: Annotated[int, Field(ge=0, le=100)] = 100
    """Of the wanted count, rounded up, this many stay healthy while a `rolling` deployment goes on"""
    maximum_percent: Annotated[int, Field(ge=100, le=400)] = 200
    """Of the wanted count, rounded down, this many may run while a `rolling` deployment goes on"""
    bake_minutes: OfWeb[BakeMinutes | None] = None
    """How long the old tasks stay once all requests go to the new ones; 5 if left out"""
    canary: OfWeb[Canary | None] = None
    """The first step of a `canary`"""
    linear: OfWeb[Linear | None] = None
    """The steps of `linear`"""

    @property
    def shifts_traffic(self) -> bool:
        """ECS then shifts requests from the old tasks' target group to the new tasks' one."""
        return self.strategy in SHIFTING


SHIFTING = ("blue-green", "canary", "linear")
DEFAULT_BAKE_MINUTES = 5


class Queue(Entry):
    retries: Annotated[int, Field(ge=1, le=1000)] = 5
    """Deliveries of one message before it goes to the dead-letter queue"""
    visibility_seconds: Annotated[int, Field(ge=0, le=43_200)] = 30
    """How long a received message stays hidden; longer than the work on it takes, or it is delivered again"""
    fifo: bool = False
    """First in, first out, each message once; a change replaces the queue and loses what is in it"""
    key_arn: KeyArn | None = None
    """A KMS key of your own that encrypts it; SQS's own key if left out"""
    existing: QueueName | None = None
    """Name of a queue in the same account and region to use instead of making one"""


class Schedule(Entry):
    cron: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, max_length=200)] | None = None
    """Minutes, hours, day of month, month, day of week, year; `0 3 * * ? *` is every day at 3:00"""
    rate: Annotated[str, StringConstraints(pattern=patterns.RATE, max_length=40)] | None = None
    """An interval instead of `cron`: `15 minutes`, `1 hour`, `2 days`"""
    timezone: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=50)] = "UTC"
    """Time zone of `cron`, by its IANA name, such as `Asia/Tokyo`"""
    flexible_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    """Starts at some moment within this many minutes after the time"""
    paused: bool = False
    """Starts nothing; missed runs are not made up for"""


class Run(Entry):
    copies: Annotated[int, Field(ge=1, le=run_sizes.COPIES_MAX)] = 1
    """How many tasks one run starts at once"""
    attempts: Annotated[int, Field(ge=1, le=10)] = 1
    """How many times each of them is started until it ends with exit code 0"""
    timeout_minutes: Minutes = 60
    """How long one attempt may take; then it is stopped"""
    overlap: Literal["skip", "allow"] = "skip"
    """What happens when a run is due while the last one is still running: `skip` skips it"""


class BeforeRelease(Entry):
    command: Words
    """What to run, such as a migration: the program, then one argument each"""
    timeout_minutes: Minutes = 10
    """How long it may take; then it is stopped, and the release changes nothing"""


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
    ulimits: dict[UlimitName, Ulimit] = {}
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
    environment: dict[VariableName, VariableValue] = {}
    """Settings that belong to the definition; a change is a new definition"""
    env_files: Annotated[tuple[EnvFileName, ...], Field(strict=False, max_length=10)] = ()
    """Files of settings, edited in the portal and kept in S3; for a key in two files the first wins"""
    secrets: dict[VariableName, Secret] = {}
    """Settings whose values stay in SSM or Secrets Manager"""
    volumes: Annotated[tuple[Volume, ...], Field(strict=False, max_length=20)] = ()
    """Directories from outside of the image"""
    sidecars: Annotated[tuple[Sidecar, ...], Field(strict=False, max_length=9)] = ()
    """Containers that run beside the program in each task: agents, proxies, or what prepares something and ends"""
    depends_on: DependsOn = {}
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

    @property
    def has_ecs_service(self) -> bool:
        """Whether an ECS service keeps its tasks running; those of a job or a task come and go with each run."""
        return self.kind in ("web", "worker")


# --- an environment ---------------------------------------------------------------------------------------------------


class ExistingNetwork(Entry):
    vpc_id: Annotated[str, StringConstraints(pattern=patterns.VPC)]
    """The VPC to use instead of making one"""
    public_subnet_ids: Annotated[tuple[SubnetId, ...], Field(strict=False, min_length=2)]
    """Where the public load balancer stands; two zones at least"""
    private_subnet_ids: Annotated[tuple[SubnetId, ...], Field(strict=False, min_length=2)]
    """Where tasks and the internal load balancer stand; they need a way to AWS's endpoints"""
    cidrs: Annotated[tuple[Cidr, ...], Field(strict=False, min_length=1, max_length=10)] = PRIVATE_RANGES
    """The VPC's addresses: load balancers ask tasks there only, and the internal one answers nobody else"""


class Network(Entry):
    cidr: Cidr = "10.20.0.0/16"
    """Addresses of the VPC, /16 to /24"""
    zones: Annotated[int, Field(ge=2, le=4)] = 2
    """How many availability zones"""
    nat: Literal["none", "single", "per-zone"] = "single"
    """How private subnets reach the internet; `none` gives tasks public addresses instead"""
    endpoints: Annotated[tuple[Literal["s3"], ...], Field(strict=False)] = ("s3",)
    """Gateway endpoints, which cost nothing and spare NAT bytes"""
    existing: ExistingNetwork | None = None
    """Use a network that is there; `cidr`, `zones`, `nat` and `endpoints` then mean nothing"""


class Registry(Entry):
    account_id: Annotated[str, StringConstraints(pattern=patterns.ACCOUNT)] | None = None
    """Whose ECR registry holds the images that services name by a short name; the environment's own if left out"""
    region: Annotated[str, StringConstraints(pattern=patterns.REGION)] | None = None
    """Where that registry is; the environment's region if left out"""
    make: bool = False
    """Each service makes the repository that its image names: immutable tags, scanned on push, kept when it leaves"""
    untagged_days: Annotated[int, Field(ge=1, le=3650)] = 14
    """Images without a tag are deleted after so many days"""
    keep_images: Annotated[int, Field(ge=10, le=100_000)] | None = None
    """Only so many images stay, the newest; releases of older ones cannot come back; all stay if left out"""
    pull_accounts: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=patterns.ACCOUNT)], ...], Field(strict=False, max_length=100)
    ] = ()
    """Accounts of other environments, which pull from the repositories that are made here"""
    key_arn: KeyArn | None = None
    """A KMS key of your own that encrypts repositories made from now on; ECR's own encryption if left out"""


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


class Domain(Entry):
    name: HostName
    """Where the public load balancer is reached, a DNS name you point at it"""
    certificate_arn: CertificateArn
    """ACM certificate; with it HTTP redirects to HTTPS"""
    certificates: Annotated[tuple[CertificateArn, ...], Field(strict=False, max_length=24)] = ()
    """Further ACM certificates, for hosts of other domains; the client's TLS says which one is meant"""


class ClientSecret(Entry):
    secretsmanager: Annotated[str, StringConstraints(pattern=patterns.SECRET, max_length=2048)]
    """Name or whole ARN of a secret in Secrets Manager; operators may read those named `<environment>/sign-in-…`"""
    key: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    """One key of a secret that holds JSON"""
    version: Annotated[str, StringConstraints(pattern=patterns.SECRET_VERSION, max_length=64)] | None = None
    """Which version of the secret, by its id; a new one here brings a rotated secret to the load balancer"""


class IdentityProvider(Entry):
    issuer: HttpsAddress
    """As the provider calls itself"""
    authorization_endpoint: HttpsAddress
    """Where browsers sign in"""
    token_endpoint: HttpsAddress
    """Where the load balancer takes tokens"""
    user_info_endpoint: HttpsAddress
    """Where the load balancer asks who a user is"""
    client_id: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=256)]
    """Whom the provider knows the load balancer as"""
    client_secret: ClientSecret
    """Read when a service is provisioned, and kept as a secret of its stack"""


class ResponseHeaders(Entry):
    strict_transport_security: HeaderText | None = None
    """Browsers keep to HTTPS: `max-age=31536000; includeSubDomains`"""
    content_security_policy: HeaderText | None = None
    """What a page may load, and from where"""
    x_content_type_options: Literal["nosniff"] | None = None
    """Browsers take content for what it says it is"""
    x_frame_options: Literal["DENY", "SAMEORIGIN"] | None = None
    """Who may show a page within a page"""


class LoadBalancers(Entry):
    idle_seconds: Annotated[int, Field(ge=1, le=4000)] = 60
    """A connection on which nothing is sent for this long is closed; raise it for WebSockets and slow answers"""
    response_headers: ResponseHeaders = ResponseHeaders()
    """Set on every answer, in place of the program's own"""


class Waf(Entry):
    managed_groups: Annotated[tuple[ManagedGroup, ...], Field(strict=False, max_length=11)] = (
        "ip-reputation",
        "known-bad-inputs",
        "common",
    )
    """AWS's own groups of rules, asked in this order"""
    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] | None = None
    """Requests that one address may send within five minutes; further ones are refused"""
    mode: Literal["block", "count"] = "block"
    """`count` refuses nothing and only measures, to see what `block` would do"""


class ApiDomain(Entry):
    name: HostName
    """Where the API is reached, a DNS name you point at the API's own"""
    certificate_arn: Annotated[str, StringConstraints(pattern=patterns.CERTIFICATE)]
    """ACM certificate of the name"""


class Throttling(Entry):
    rate: Annotated[int, Field(ge=1, le=1_000_000)]
    """Requests a second in the long run; above it the API answers 429"""
    burst: Annotated[int, Field(ge=1, le=1_000_000)]
    """Requests at once"""


class Cors(Entry):
    origins: Annotated[tuple[Origin, ...], Field(strict=False, min_length=1, max_length=100)]
    """Sites whose scripts may call, like `https://shop.example.com`; `*` is every site"""
    methods: Annotated[tuple[HttpMethod, ...], Field(strict=False, min_length=1)] = ("*",)
    """Which methods they may use"""
    headers: Annotated[tuple[HeaderName, ...], Field(strict=False)] = ()
    """Request headers that they may set, such as `Authorization`"""
    expose_headers: Annotated[tuple[HeaderName, ...], Field(strict=False)] = ()
    """Response headers that they may read"""
    credentials: bool = False
    """Whether browsers send cookies along; not with origin `*`"""
    max_age_seconds: Annotated[int, Field(ge=0, le=86_400)] = 300
    """How long a browser remembers all this"""


class Api(Entry):
    domain: ApiDomain | None = None
    """A name of your own; with it AWS's own address answers no longer"""
    throttling: Throttling | None = None
    """How many requests it takes; left out, what AWS lets the account have"""
    cors: Cors | None = None
    """Scripts of which sites may call; left out, none from elsewhere"""
    log_retention_days: Retention = 30
    """How long the line of each request is kept"""
    authorizers: dict[AuthorizerName, TokenCheck] = {}
    """Who may call, for services to name; an API takes 10 of them"""


class NetworkLoadBalancer(Entry):
    static_addresses: bool = False
    """An Elastic IP in each zone, for others to put on their lists; of `public` only"""
    certificate_arn: Annotated[str, StringConstraints(pattern=patterns.CERTIFICATE)] | None = None
    """ACM certificate for services with `protocol: tls`"""
    cross_zone: bool = False
    """Leads to tasks of every zone; traffic between zones costs"""


class NetworkLoadBalancers(Entry):
    public: NetworkLoadBalancer | None = None
    """Reached from the internet: write `public: {}`"""
    internal: NetworkLoadBalancer | None = None
    """Reached from the VPC: write `internal: {}`"""


class Environment(Entry):
    """One environment: an account, a region and what its services share."""

    name: EnvironmentName
    """The file's stem"""
    account_id: Annotated[str, StringConstraints(pattern=patterns.ACCOUNT)]
    """A run against any other account fails before anything is touched"""
    region: Annotated[str, StringConstraints(pattern=patterns.REGION)]
    """AWS region"""
    network: Network = Network()
    """VPC and subnets"""
    namespace: Annotated[str, StringConstraints(pattern=patterns.DOMAIN, max_length=128)] = "slipway.internal"
    """In which services find each other, the same in every environment; environments of one VPC need one each"""
    domain: Domain | None = None
    """Left out, the load balancers speak plain HTTP"""
    api: Api | None = None
    """An HTTP API of API Gateway, for services that are exposed by it: write `api: {}`"""
    load_balancers: LoadBalancers = LoadBalancers()
    """What both load balancers do with connections and answers"""
    sign_in: dict[ProviderName, IdentityProvider] = {}
    """OpenID Connect providers that the public load balancer may sign users in with, by a name for each"""
    waf: Waf | None = None
    """A web ACL before the public load balancer; it costs by the rule and the request"""
    registry: Registry | None = None
    """Where images are that services name by a short name, and whether their repositories are made"""
    nlb: NetworkLoadBalancers = NetworkLoadBalancers()
    """Network Load Balancers, for services that speak another protocol than HTTP; each costs by the hour"""
    capacity: Capacity = Capacity()
    """What tasks can run on besides Fargate"""
    container_insights: Literal["disabled", "enabled", "enhanced"] = "disabled"
    """CloudWatch Container Insights on the cluster; it costs per metric"""
    exec_log_retention_days: Retention = 365
    """How long ECS Exec sessions are kept"""
    secrets_key_arn: KeyArn | None = None
    """The KMS key of your own that encrypts secrets and parameters, if any; the key's policy must leave it to IAM"""
    deletion_protection: bool = True
    """Nobody destroys load balancers and config bucket until a run of `slipway up` with `false`; never on in `local`"""

    @property
    def partition(self) -> str:
        """The first word after ``arn:``."""
        return partition_of(self.region)

    @property
    def dns_suffix(self) -> str:
        """In which names of AWS's own endpoints end, and some of its service principals."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    @property
    def registry_host(self) -> str:
        """Of the ECR registry where short names of images are."""
        account_id, region = (self.registry.account_id, self.registry.region) if self.registry else (None, None)
        return registry_host(account_id or self.account_id, region or self.region)

    @property
    def is_protected(self) -> bool:
        return self.deletion_protection and self.name != naming.LOCAL

    def arn(self, service: str, resource: str) -> str:
        """``arn:aws:<service>:<region>:<account>:<resource>``."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"


@cache
def registry_host(account_id: str, region: str) -> str:
    """Of an account's ECR registry in a region."""
    suffix = "amazonaws.com.cn" if partition_of(region) == "aws-cn" else "amazonaws.com"
    return f"{account_id}.dkr.ecr.{region}.{suffix}"


@cache
def partition_of(region: str) -> str:
    """Asked for every ARN of every service."""
    prefixes = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for prefix, name in prefixes.items() if region.startswith(f"{prefix}-")), "aws")
