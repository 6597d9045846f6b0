"""Rules where fields of one entry meet. What one field may hold stands in the model; what entries owe each other, in
``routes.py``."""

import ipaddress
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from service_catalog import fargate, naming
from service_catalog.legible import told
from service_catalog.marks import Path
from service_catalog.model import Deployment, Environment, Exposure, Permission, Secret, Service
from service_catalog.problems import shown
from service_catalog.saying import say
from service_catalog.sentences import Fault

CONDITION_VALUES_MAX = 5
"""Hosts and paths together, and wildcards in them: what one rule of a load balancer takes."""
SETTINGS_BYTES_MAX = 32 * 1024
"""A task definition holds 64 KB in all."""
LOCAL_ACCOUNT = "000000000000"

_DEVICES = re.compile(r"(com|lpt)[0-9]")
_RESERVED_VARIABLES = ("AWS_", "ECS_")


def name_faults(name: object, stem: str) -> list[Fault]:
    if isinstance(name, str) and name != stem:
        message = f"must be {shown(stem)}, as the file is called, got {shown(name)}"
        return [Fault(("name",), message, "rename one of them")]
    return []


def service_faults(service: Service) -> list[Fault]:
    """Of a ``Legible`` too: a rule that needs what could not be read is left out."""
    return [fault for rule in _SERVICE_RULES for fault in told(rule(service))]


def environment_faults(environment: Environment) -> list[Fault]:
    return [fault for rule in _ENVIRONMENT_RULES for fault in told(rule(environment))]


# --- a service --------------------------------------------------------------------------------------------------------


def _reserved_name(service: Service) -> Iterator[Fault]:
    if service.name in naming.RESERVED_SERVICE_NAMES or _DEVICES.fullmatch(service.name):
        yield Fault(("name",), f"{shown(service.name)} is reserved", "a page of the portal or a device has this name")
    if service.name.startswith("sg-"):
        yield Fault(("name",), f"{shown(service.name)} begins with sg-", "EC2 takes no security group of that name")


def _pin(service: Service) -> Iterator[Fault]:
    if service.image.tag and service.image.digest:
        yield Fault(("image", "digest"), "stands beside image.tag", "keep one of the two")


def _repository(service: Service) -> Iterator[Fault]:
    if ":" in service.image.repository.rpartition("/")[2]:
        yield Fault(("image", "repository"), "holds a tag", "write it as image.tag, or leave tags to releases")


def _size(service: Service) -> Iterator[Fault]:
    compute = service.compute
    problem = fargate.size_problem(compute.cpu, compute.memory_mib)
    if problem:
        field = "memory_mib" if compute.cpu in fargate.MEMORY_MIB else "cpu"
        yield Fault(("compute", field), problem)


def _health_command(service: Service) -> Iterator[Fault]:
    command = service.health.command
    if command and (command[0] not in ("CMD", "CMD-SHELL") or len(command) < 2):
        yield Fault(("health", "command"), "must begin with CMD or CMD-SHELL, then the command")


def _counts(service: Service) -> Iterator[Fault]:
    low, high = service.tasks.min, service.tasks.max
    if high is not None and high < low:
        yield Fault(("tasks", "max"), f"must be at least tasks.min ({low}), got {high}")
    moves = service.scaling.cpu_percent or service.scaling.memory_percent
    if moves and (high is None or high == low):
        yield Fault(("scaling",), "has nowhere to go: tasks.max is tasks.min", f"set tasks.max above {low}")


def _rollout(service: Service) -> Iterator[Fault]:
    low = service.tasks.min
    if is_stuck(service.deployment, low):
        running = "1 task" if low == 1 else f"{low} tasks"
        yield Fault(
            ("deployment",),
            f"a rollout could neither start nor stop a task while {running} should run",
            "raise maximum_percent or lower minimum_healthy_percent (200 and 100 always work)",
        )


def is_stuck(deployment: Deployment, count: int) -> bool:
    """Whether ECS may neither start a new task nor stop an old one: it rounds the minimum up and the maximum down.

    What is not stuck at a count is not stuck at any higher one, so ``tasks.min`` speaks for all.
    """
    room_above = count * deployment.maximum_percent // 100 > count
    room_below = math.ceil(count * deployment.minimum_healthy_percent / 100) < count
    return not room_above and not room_below


def _targets(service: Service) -> Iterator[Fault]:
    if service.exposure is None and service.alarms.unhealthy_targets is not None:
        yield Fault(("alarms", "unhealthy_targets"), "needs `exposure`: there are no targets without", "remove it")


def _exposure(service: Service) -> Iterator[Fault]:
    if service.exposure:
        yield from told(_conditions(service.exposure))
        yield from told(_paths(service.exposure))
        yield from _host(service.exposure)


def _paths(exposure: Exposure) -> Iterator[Fault]:
    yield from _twice(("exposure", "paths"), exposure.paths)


def _host(exposure: Exposure) -> Iterator[Fault]:
    if exposure.host is not None and not re.search(r"\.[A-Za-z]+$", exposure.host):
        yield Fault(("exposure", "host"), f"must end in a domain like .com, got {shown(exposure.host)}")


def _conditions(exposure: Exposure) -> Iterator[Fault]:
    patterns = [*exposure.paths, *([exposure.host] if exposure.host else [])]
    if len(patterns) > CONDITION_VALUES_MAX:
        message = f"holds {len(patterns)} hosts and paths; one rule takes {CONDITION_VALUES_MAX}"
        yield Fault(("exposure", "paths"), message, "use wildcards")
    wildcards = sum(pattern.count("*") + pattern.count("?") for pattern in patterns)
    if wildcards > CONDITION_VALUES_MAX:
        yield Fault(("exposure", "paths"), f"holds {wildcards} wildcards; one rule takes {CONDITION_VALUES_MAX}")


def _variables(service: Service) -> Iterator[Fault]:
    yield from _reserved_variables("environment", service.environment)
    yield from _settings_size(service.environment)


def _reserved_variables(field: str, names: Iterable[str]) -> Iterator[Fault]:
    for name in names:
        if name.startswith(_RESERVED_VARIABLES):
            yield Fault((field, name), "is reserved: AWS_ and ECS_ belong to the platform", "choose another name")


def _settings_size(settings: Mapping[str, str]) -> Iterator[Fault]:
    size = sum(len(name) + len(value.encode()) for name, value in settings.items())
    if size > SETTINGS_BYTES_MAX:
        message = f"is {size // 1024} KB; a task definition has room for {SETTINGS_BYTES_MAX // 1024} KB"
        yield Fault(("environment",), message, "move it to an env file")


def _shadows(service: Service) -> Iterator[Fault]:
    handed_over = {name for name, secret in service.secrets.items() if not secret.retired}
    for name in service.environment.keys() & handed_over:
        yield Fault(("secrets", name), "stands in `environment` too", "keep one of the two, or mark it `retired`")


def _secrets(service: Service) -> Iterator[Fault]:
    yield from _reserved_variables("secrets", service.secrets)
    for name, secret in service.secrets.items():
        yield from told(_secret(("secrets", name), secret))


_LIKE_A_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")


def _secret(path: Path, secret: Secret) -> Iterator[Fault]:
    if (secret.ssm is None) == (secret.secretsmanager is None):
        yield Fault(path, "must name one of ssm and secretsmanager", "write { ssm: /path/to/parameter }")
    elif secret.key is not None and secret.secretsmanager is None:
        yield Fault((*path, "key"), "goes with secretsmanager only", "an SSM parameter is taken whole")
    if secret.secretsmanager and _LIKE_A_SUFFIX.search(secret.secretsmanager):
        yield Fault(
            (*path, "secretsmanager"),
            "must not end in a hyphen and six letters or digits, which Secrets Manager takes for its own ending",
            "give the secret another name",
        )
    if secret.ssm and "/" in secret.ssm and (not secret.ssm.startswith("/") or "//" in secret.ssm):
        yield Fault((*path, "ssm"), f"must be a full path, got {shown(secret.ssm)}", f"write /{secret.ssm.strip('/')}")


def _permissions(service: Service) -> Iterator[Fault]:
    for index, granted in enumerate(service.permissions):
        yield from told(_permission(("permissions", index), granted))
    yield from _twice(("permissions",), map(_granted, service.permissions))


def _permission(path: Path, permission: Permission) -> Iterator[Fault]:
    if sum(target is not None for target in _granted(permission)) != 1:
        yield Fault(path, "must name one of bucket, queue and table")


def _granted(permission: Permission) -> tuple[str | None, ...]:
    return permission.bucket, permission.queue, permission.table


def _env_files(service: Service) -> Iterator[Fault]:
    yield from _twice(("env_files",), service.env_files)


def _twice(path: Path, values: Iterable[object]) -> Iterator[Fault]:
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Fault((*path, index), "stands here twice", "remove one")
        seen.add(value)


_SERVICE_RULES: tuple[Callable[[Service], Iterator[Fault]], ...] = (
    _reserved_name,
    _pin,
    _repository,
    _size,
    _health_command,
    _counts,
    _rollout,
    _targets,
    _exposure,
    _variables,
    _shadows,
    _secrets,
    _permissions,
    _env_files,
)


# --- an environment ---------------------------------------------------------------------------------------------------


def _parameter_path(environment: Environment) -> Iterator[Fault]:
    if environment.name.startswith(("aws", "ssm")):
        hint = "SSM keeps parameters below /aws… and /ssm… to itself; choose another name"
        yield Fault(("name",), f"{shown(environment.name)} begins with aws or ssm", hint)


_ISOLATED = re.compile(r"(us|eu)-iso[a-z]?-")


def _region(environment: Environment) -> Iterator[Fault]:
    if _ISOLATED.match(environment.region):
        message = say("%(region)s is an isolated region, which Slipway does not know", region=shown(environment.region))
        hint = say("it knows those of aws, aws-cn and aws-us-gov")
        yield Fault(("region",), message, hint)


def _network(environment: Environment) -> Iterator[Fault]:
    network = environment.network
    if network.existing is None:
        yield from _cidr(network.cidr)
        return
    for field in ("cidr", "zones", "nat", "endpoints"):
        if field in network.model_fields_set:
            yield Fault(("network", field), "means nothing beside network.existing", "remove it")
    existing = network.existing
    yield from _twice(("network", "existing", "public_subnet_ids"), existing.public_subnet_ids)
    yield from _twice(("network", "existing", "private_subnet_ids"), existing.private_subnet_ids)
    yield from _given_addresses(existing.cidrs)


def _given_addresses(cidrs: tuple[str, ...]) -> Iterator[Fault]:
    path = ("network", "existing", "cidrs")
    yield from _twice(path, cidrs)
    for index, cidr in enumerate(cidrs):
        try:
            ipaddress.IPv4Network(cidr)
        except ValueError:
            message = say("is no network that begins at its first address: %(cidr)s", cidr=shown(cidr))
            yield Fault((*path, index), message, say("write it like 10.20.0.0/16"))


def _cidr(cidr: str) -> Iterator[Fault]:
    path = ("network", "cidr")
    try:
        addresses = ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        yield Fault(path, f"is no network: {shown(cidr)}", "write it like 10.20.0.0/16")
        return
    if str(addresses) != cidr:
        yield Fault(path, f"does not begin at its first address: {shown(cidr)}", f"write {addresses}")
    if not 16 <= addresses.prefixlen <= 24:
        # Four zones want eight subnets, and a load balancer wants 32 addresses in its own.
        yield Fault(path, f"must be /16 to /24, got /{addresses.prefixlen}")
    if addresses.is_global:
        yield Fault(path, f"{shown(cidr)} is somebody's place on the internet", "take addresses from 10.0.0.0/8")


def _certificate(environment: Environment) -> Iterator[Fault]:
    domain = environment.domain
    if domain and domain.certificate_arn.split(":")[2:4] != ["acm", environment.region]:
        message = f"must be an ACM certificate in {environment.region}, got {shown(domain.certificate_arn)}"
        yield Fault(("domain", "certificate_arn"), message, "a load balancer takes those of its own region only")


def _local(environment: Environment) -> Iterator[Fault]:
    if environment.name == naming.LOCAL and environment.account_id != LOCAL_ACCOUNT:
        message = f'must be "{LOCAL_ACCOUNT}" in {naming.LOCAL}, got {shown(environment.account_id)}'
        yield Fault(("account_id",), message, "the local cloud is no real account")


_ENVIRONMENT_RULES: tuple[Callable[[Environment], Iterator[Fault]], ...] = (
    _parameter_path,
    _region,
    _network,
    _certificate,
    _local,
)
