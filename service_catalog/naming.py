"""The contract: every name that one side gives and the other looks up.

A resource has a fixed physical name only if somebody finds it by name, or if a release refers to it. That list is this
file, with every length limit. Everything else keeps Pulumi's auto-name. Pure functions; the arguments always come in
the order environment, service.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta

PROJECT = "slipway"
LOCAL = "local"
"""The one environment that runs on the local cloud."""

CONTAINER = "app"
LOG_ROUTER = "log-router"
"""The container that stands beside it where log lines have several places to go."""
ROUTER_ROUTE = "_router"
"""Leads to what the log router says of itself. Names of routes hold no underscore, so this one is free."""
PORT_NAME = "main"
"""Of the container's own port, as Service Connect refers to it."""
LOG_STREAM_PREFIX = "ecs"
FIFO_SUFFIX = ".fifo"
"""In which SQS wants the name of a FIFO queue to end."""
UNRELEASED = "unreleased"
"""Placeholder in a definition for image tag and env file versions, which releases fill in."""

NEVER_PLACED = "attribute:slipway.released exists"
"""Constraint in a daemon's definition with placeholders: no instance has this attribute, and releases take it away."""

SERVICE_HEADER = "x-slipway-service"
"""By which an API tells its load balancer for whom a request is; clients cannot set it."""

ENVIRONMENT_NAME_MAX = 16
SERVICE_NAME_MAX = 32
ENV_FILE_NAME_MAX = 32
LOG_ROUTE_NAME_MAX = 32
FILE_SYSTEM_NAME_MAX = 14
"""Together they keep roles (64 characters in IAM) and alarms (255) and file systems (64) within AWS's limits."""

API_PORT = 8080
"""Of the internal load balancer, where requests of the environment's API come in"""

NAME_PATTERN = r"[a-z](?:[a-z0-9-]*[a-z0-9])?"
"""No underscore, so that ``<environment>_<service>`` cannot mean two things."""

RESERVED_SERVICE_NAMES = frozenset({"new", "api", "platform", "audit", "services", "con", "prn", "aux", "nul"})
"""They stand for pages of the portal, or for devices on some file systems."""

ENVIRONMENT_TAG = "slipway:environment"
SERVICE_TAG = "slipway:service"
RELEASE_TAG = "slipway:release"


# --- stacks and what the environment holds ----------------------------------------------------------------------------


def stack(environment: str, service: str | None = None) -> str:
    """``dev`` for an environment, ``dev.orders-api`` for one service in it."""
    return f"{environment}.{service}" if service else environment


def cluster(environment: str) -> str:
    """Has a prefix of its own: creating a cluster whose name exists returns the existing one without an error."""
    return f"slipway-{environment}"


def config_bucket(environment: str, account_id: str) -> str:
    """Bucket names are global, hence the account (63 characters at most)."""
    return f"slipway-{environment}-{account_id}"


def log_archive(environment: str, account_id: str) -> str:
    """The bucket for log lines; 63 characters at most."""
    return f"slipway-{environment}-logs-{account_id}"


def exec_log_group(environment: str) -> str:
    return f"/slipway/{environment}/_exec"


def api_log_group(environment: str) -> str:
    """Of the requests to the environment's API."""
    return f"/slipway/{environment}/_api"


def flow_log_group(environment: str) -> str:
    """Of what passes the network interfaces of its VPC."""
    return f"/slipway/{environment}/_flow"


def flow_log_role(environment: str) -> str:
    """With which EC2 writes there; no service's role has one underscore."""
    return f"{environment}_flow-logs"


def dashboard(environment: str, service: str | None = None) -> str:
    """Of what services share, or of one service."""
    shared = f"slipway-{environment}"
    return f"{shared}_{service}" if service else shared


def ec2_capacity_provider(environment: str) -> str:
    """Unique in the account and region; AWS takes none that begins with ``aws``, ``ecs`` or ``fargate``."""
    return f"slipway-{environment}-ec2"


def instance_role(environment: str) -> str:
    """Of the EC2 instances, and the name of their instance profile; no service's role has one underscore."""
    return f"{environment}_instances"


def managed_capacity_provider(environment: str) -> str:
    """Of ECS Managed Instances; one cluster's own, and yet its name is unique in the account and region."""
    return f"slipway-{environment}-managed"


def managed_instance_role(environment: str) -> str:
    """Of ECS Managed Instances, and the name of their instance profile."""
    return f"{environment}_managed-instances"


def infrastructure_role(environment: str) -> str:
    """With which ECS starts and ends Managed Instances."""
    return f"{environment}_infrastructure"


def environment_alarm(environment: str, measure: str) -> str:
    """Of the environment itself: where alarms of services name the service, there is nothing."""
    return alarm(environment, "", measure)


def alarm_receiver(environment: str, address: str) -> str:
    """What the stack calls a subscription to its alarms, in which a run's report finds the address again."""
    return f"{environment}-alarms-{receiver_words(address)}"


def event_receiver(environment: str, address: str) -> str:
    """The same of a subscription to its events."""
    return f"{environment}-events-{receiver_words(address)}"


def receiver_words(address: str) -> str:
    """Whoever knows an address of HTTPS may often post to it, so only its host and a hash are said."""
    if not address.startswith(("https://", "http://")):
        return address
    host = re.split("[/?#]", address.partition("://")[2])[0]
    return f"{host} ({hashlib.sha256(address.encode()).hexdigest()[:8]})"


def events_topic(environment: str) -> str:
    """Whoever sees a release end publishes there, and finds it by its name."""
    return f"slipway-{environment}-events"


def chat_role(environment: str) -> str:
    """What may be asked for in its chat channels; no service's role has one underscore."""
    return f"{environment}_chat"


def chat_channel(environment: str, *ids: str) -> str:
    """Of the configuration that leads to the channel with these ids. Unique in an account."""
    return f"slipway-{environment}-{hashlib.sha256('/'.join(ids).encode()).hexdigest()[:8]}"


def break_glass_role(environment: str) -> str:
    """The one role that may delete history; clear of ``<environment>_*``, the roles that may be handed to tasks."""
    return f"slipway-break-glass-{environment}"


# --- one service ------------------------------------------------------------------------------------------------------


def ecs_service(environment: str, service: str) -> str:
    """Unique within its cluster, which is the environment's own."""
    return service


def definition_family(environment: str, service: str) -> str:
    """The task definitions that Pulumi registers: with placeholders, never run."""
    return f"{environment}_{service}_definition"


def release_family(environment: str, service: str) -> str:
    """The task definitions that releases register: these run."""
    return f"{environment}_{service}"


def execution_role(environment: str, service: str) -> str:
    return f"{environment}_{service}_execution"


def task_role(environment: str, service: str) -> str:
    return f"{environment}_{service}_task"


def runs_role(environment: str, service: str) -> str:
    """Of the state machine that starts a service's runs."""
    return f"{environment}_{service}_runs"


def schedule_role(environment: str, service: str) -> str:
    return f"{environment}_{service}_schedule"


def traffic_role(environment: str, service: str) -> str:
    """With which ECS moves requests between a service's two target groups."""
    return f"{environment}_{service}_traffic"


def log_group(environment: str, service: str) -> str:
    return f"/slipway/{environment}/{service}"


def route_log_group(environment: str, service: str, route: str) -> str:
    return f"{log_group(environment, service)}/{route}"


def connect_log_group(environment: str, service: str) -> str:
    """Of Service Connect's proxies, which stand beside the tasks of a service."""
    return f"{log_group(environment, service)}/_connect"


def callers_group(environment: str, service: str) -> str:
    """The security group on its tasks in which each service that connects to it has a rule. 255 characters at most."""
    return f"{environment}_{service}_callers"


def connect_endpoint(environment: str, service: str) -> str:
    """What Service Connect calls it in Cloud Map, beside the services that are found by DNS; clients see its alias."""
    return f"{service}_connect"


def log_streams(container: str = CONTAINER) -> str:
    """How the streams of one container begin, in whichever task."""
    return f"{LOG_STREAM_PREFIX}/{container}/"


def log_stream(task_id: str, container: str = CONTAINER) -> str:
    """The stream in which one task's lines are, in every log group: ECS's awslogs driver calls it so."""
    return f"{log_streams(container)}{task_id}"


def alarm(environment: str, service: str, measure: str) -> str:
    return f"{environment}_{service}_{measure}"


def scaling_alarm(environment: str, service: str, policy: str) -> str:
    """It sets a policy off and tells nobody, so it is none of those that people look at."""
    return f"{environment}-{service}-{policy}"


def alarm_prefix(environment: str) -> str:
    return f"{environment}_"


def scalable_target(environment: str, service: str) -> str:
    """The resource id that Application Auto Scaling uses for an ECS service."""
    return f"service/{cluster(environment)}/{ecs_service(environment, service)}"


def queue(environment: str, service: str, *, fifo: bool = False) -> str:
    return f"{environment}_{service}{FIFO_SUFFIX if fifo else ''}"


def dead_letter_queue(environment: str, service: str, *, fifo: bool = False) -> str:
    """With an underscore, since ``<service>-dead`` may be a service of its own. SQS takes 80 characters."""
    return f"{environment}_{service}_dead{FIFO_SUFFIX if fifo else ''}"


def file_system(environment: str, service: str, volume: str) -> str:
    """The token with which EFS makes a file system, and no second one; 64 characters at most."""
    return f"{environment}_{service}_{volume}"


def state_machine(environment: str, service: str) -> str:
    """In Step Functions; each execution of it is one run. 80 characters at most."""
    return f"{environment}_{service}"


def run_group(run: str) -> str:
    """The ECS group of a run's tasks, whatever copy or attempt they are; ``run`` is the name of its execution."""
    return f"run:{run}"


def schedule_group(environment: str) -> str:
    return f"slipway-{environment}"


def schedule(environment: str, service: str) -> str:
    """Unique within the environment's group. 64 characters at most."""
    return service


def parameter_path(environment: str, service: str) -> str:
    """Below this path in SSM a service reads whatever it likes."""
    return f"/{environment}/{service}/"


def secret_prefix(environment: str, service: str) -> str:
    """With this prefix in Secrets Manager a service reads whatever it likes."""
    return f"{environment}/{service}/"


def tags(environment: str, service: str | None = None) -> dict[str, str]:
    owned = {ENVIRONMENT_TAG: environment}
    return owned | {SERVICE_TAG: service} if service else owned


# --- objects in the config bucket -------------------------------------------------------------------------------------


def env_prefix(service: str, file: str | None = None) -> str:
    return f"env/{service}/{file}/" if file else f"env/{service}/"


def env_version_key(service: str, file: str, version: int) -> str:
    """ECS refuses an environment file whose key does not end in ``.env``."""
    return f"{env_prefix(service, file)}v{version:06d}.env"


def unreleased_env_key(service: str, file: str) -> str:
    """Placeholder key in a definition, in place of a version. No such object ever exists."""
    return f"{env_prefix(service, file)}{UNRELEASED}.env"


def release_prefix(service: str) -> str:
    return f"releases/{service}/"


def release_key(service: str, number: int) -> str:
    return f"{release_prefix(service)}r{number:06d}.json"


def outcome_key(service: str, number: int) -> str:
    return f"{release_prefix(service)}r{number:06d}.outcome.json"


def start_key(service: str, number: int) -> str:
    """Whether a release that began with a run goes on, written before its carrier is told."""
    return f"{release_prefix(service)}r{number:06d}.start.json"


def stop_key(service: str, number: int) -> str:
    """Who asked for a release to be stopped, written before ECS is told."""
    return f"{release_prefix(service)}r{number:06d}.stop.json"


def asked_prefix(service: str) -> str:
    """Releases that somebody asked for, and another has to confirm. They are listed with the releases."""
    return f"{release_prefix(service)}q"


def asked_run_prefix(service: str) -> str:
    """Runs that somebody asked for likewise."""
    return f"{release_prefix(service)}runs/q"


def asked_key(prefix: str, number: int) -> str:
    """Of either."""
    return f"{prefix}{number:06d}.json"


def asked_answer_key(prefix: str, number: int) -> str:
    return f"{prefix}{number:06d}.answer.json"


def acknowledgement_key(service: str, number: int) -> str:
    """Somebody has seen how a release failed."""
    return f"{release_prefix(service)}r{number:06d}.acknowledged.json"


def approval_prefix(service: str, number: int) -> str:
    return f"{release_prefix(service)}r{number:06d}.approval-"


def approval_key(service: str, number: int, hook: str) -> str:
    """What somebody said to a deployment that waited, written before ECS is told. One release may have several: a
    change of the service itself brings its revision once more."""
    return f"{approval_prefix(service, number)}{_of_hook(hook)}.json"


def approval_told_key(service: str, number: int, hook: str) -> str:
    """That others were told that a deployment waits, which one of those who see it does."""
    return f"{release_prefix(service)}r{number:06d}.waits-{_of_hook(hook)}.json"


def _of_hook(hook: str) -> str:
    return hashlib.sha256(hook.encode()).hexdigest()[:8]


def audit_prefix(service: str) -> str:
    return f"audit/{service}/"


def audit_id(when: datetime, token: str) -> str:
    """S3 lists keys rising, and the newest is what people look for: so the microseconds count down, to the year 2286.
    ``token`` tells apart what was done in the same one."""
    return f"{_microseconds_left(when):016d}-{when.astimezone(UTC):%Y%m%dT%H%M%SZ}-{token}"


def _microseconds_left(moment: datetime) -> int:
    return 10**16 - (moment - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


def audit_key(service: str, id: str) -> str:
    return f"{audit_prefix(service)}{id}.json"


def audit_outcome_key(service: str, id: str) -> str:
    return f"{audit_prefix(service)}{id}.outcome.json"


def audit_index_prefix() -> str:
    """One empty object for each audit entry of any service, newest first: who looks at all of them lists these."""
    return audit_prefix("_environment")


def audit_index_key(service: str, id: str) -> str:
    return f"{audit_index_prefix()}{id}.{service}"


def audit_id_of(key: str) -> str:
    """Of any object of the audit trail: they sort as their ids do, the newest first."""
    return key.rpartition("/")[2].partition(".")[0]


def audit_id_before(moment: datetime) -> str:
    """What ids of older entries come after. Ids have as many digits whenever that was."""
    return f"{min(max(_microseconds_left(moment), 0), 10**16 - 1):016d}"


def sign_out_prefix() -> str:
    return "portal/sign-outs/"


def sign_out_key(person: str) -> str:
    """``person`` is what an identity provider calls them, which may be any text."""
    return f"{sign_out_prefix()}{_digest(person)}.json"


def person_prefix() -> str:
    return "portal/people/"


def person_key(person: str) -> str:
    return f"{person_prefix()}{_digest(person)}.json"


def _digest(person: str) -> str:
    return hashlib.sha256(person.encode()).hexdigest()[:32]


def token_prefix() -> str:
    return "portal/tokens/"


def token_key(id: str) -> str:
    return f"{token_prefix()}{id}.json"


def token_revocation_key(id: str) -> str:
    return f"{token_prefix()}{id}.revoked.json"


def token_use_prefix() -> str:
    return "portal/token-uses/"


def token_use_key(id: str) -> str:
    return f"{token_use_prefix()}{id}.json"


def bill_key() -> str:
    return "portal/bills/latest.json"


def request_prefix(who: str, key: str) -> str:
    """Of a request that carries an idempotency key, which may be any text."""
    digest = hashlib.sha256(f"{who} {key}".encode()).hexdigest()
    return f"portal/requests/{digest[:40]}/"


def request_key(prefix: str, attempt: int) -> str:
    return f"{prefix}{attempt:02d}.json"


def request_answer_key(prefix: str, attempt: int) -> str:
    return f"{prefix}{attempt:02d}.answer.json"


def log_routing_prefix(service: str) -> str:
    return f"logs/{service}/"


def log_routing_key(service: str, digest: str) -> str:
    """A file of the log router's configuration, by the hash of what is in it."""
    return f"{log_routing_prefix(service)}{digest}.conf"


def live_key(service: str) -> str:
    """Which revision the runs of a job or task take; their state machine reads it."""
    return f"{LIVE_PREFIX}{service}.json"


LIVE_PREFIX = "live/"
PROVISIONED_PREFIX = "provisioned/"
SERVICE_INDEX_PREFIX = "heads/"


def provisioned_key(service: str) -> str:
    """What Pulumi provisioned last, written after everything else: where a release starts from."""
    return f"{PROVISIONED_PREFIX}{service}.json"


def provisioned_environment_key() -> str:
    """Service names hold no underscore, so this one is free."""
    return f"{PROVISIONED_PREFIX}_environment.json"


def service_index_key(service: str) -> str:
    return f"{SERVICE_INDEX_PREFIX}{service}.json"
