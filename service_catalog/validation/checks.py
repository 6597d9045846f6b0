"""Rules where fields of one entry meet. What one field may hold stands in the model; what entries owe each other, in
``listener_rules``."""

import ipaddress
import math
import re
from collections.abc import Callable, Iterable, Iterator

from service_catalog import fargate, naming
from service_catalog.arns import is_arn
from service_catalog.env_file.keys import SET_BY_ECS
from service_catalog.messages import say
from service_catalog.model import (
    PRIVATE_RANGES,
    Deployment,
    Environment,
    Exposure,
    Permission,
    Scaling,
    Secret,
    Service,
    partition_of,
)
from service_catalog.problems import shown
from service_catalog.validation.partial_model import told
from service_catalog.validation.pydantic_errors import Fault, behind_page, got
from service_catalog.validation.sizes import definition_size, image_size, policy_sizes
from service_catalog.yaml_text.locations import Path

CONDITION_VALUES_MAX = 5
"""Hosts and paths together, and wildcards in them: what one rule of a load balancer takes."""
PARAMETER_LEVELS_MAX = 15
"""Slashes in the name of an SSM parameter"""
LOCAL_ACCOUNT = "000000000000"

_DEVICES = re.compile(r"(com|lpt)[0-9]")


def name_faults(name: object, stem: str) -> list[Fault]:
    if isinstance(name, str) and name != stem:
        message = say("must be %(stem)s, as the file is called, got %(name)s", stem=shown(stem), name=shown(name))
        return [Fault(("name",), message, say("rename one of them"))]
    return []


def service_faults(service: Service) -> list[Fault]:
    """Of a ``PartialModel`` too: a rule that needs what could not be read is left out."""
    if isinstance(service, Service):
        return [fault for rule in _SERVICE_RULES for fault in rule(service)]
    return [fault for rule in _SERVICE_RULES for fault in told(rule(service))]


def service_warnings(service: Service) -> Iterator[Fault]:
    """Of what is allowed, and hardly meant."""
    low, high = service.tasks.min, service.tasks.max
    if high is not None and high > low and service.scaling == Scaling():
        message = say("has no effect: nothing scales without `scaling`, so %(min)s run", min=low)
        yield Fault(("tasks", "max"), message, say("write scaling: { cpu_percent: 60 }, or leave tasks.max out"))


def environment_faults(environment: Environment) -> list[Fault]:
    return [fault for rule in _ENVIRONMENT_RULES for fault in told(rule(environment))]


# --- a service --------------------------------------------------------------------------------------------------------


def _reserved_name(service: Service) -> Iterator[Fault]:
    if service.name in naming.RESERVED_SERVICE_NAMES or _DEVICES.fullmatch(service.name):
        message = say("must not be %(name)s, which is reserved", name=shown(service.name))
        yield Fault(("name",), message, say("a page of the portal or a device has this name"))
    if service.name.startswith("sg-"):
        yield Fault(("name",), say("must not begin with sg-"), say("EC2 takes no security group of that name"))


def _pin(service: Service) -> Iterator[Fault]:
    if service.image.tag and service.image.digest:
        yield Fault(("image", "digest"), say("stands beside image.tag"), say("keep one of the two"))


def _repository(service: Service) -> Iterator[Fault]:
    if meant := behind_page(service.image.repository):
        message = say("is the address of a web page, not of a registry")
        yield Fault(("image", "repository"), message, say("write %(meant)s", meant=meant))


def _size(service: Service) -> Iterator[Fault]:
    compute = service.compute
    problem = fargate.size_problem(compute.cpu, compute.memory_mib)
    if problem:
        field = "memory_mib" if compute.cpu in fargate.MEMORY_MIB else "cpu"
        yield Fault(("compute", field), problem)


def _health_command(service: Service) -> Iterator[Fault]:
    command = service.health.command
    if command and (command[0] not in ("CMD", "CMD-SHELL") or len(command) < 2):
        yield Fault(("health", "command"), say("must begin with CMD or CMD-SHELL, then the command"))


def _counts(service: Service) -> Iterator[Fault]:
    low, high = service.tasks.min, service.tasks.max
    if high is not None and high < low:
        message = say("must be at least tasks.min (%(min)s), got %(given)s", min=low, given=high)
        yield Fault(("tasks", "max"), message)
    moves = [it for it in ("cpu_percent", "memory_percent") if getattr(service.scaling, it)]
    if moves and (high is None or high == low):
        message = say("has no effect: tasks.max equals tasks.min")
        yield Fault(("scaling", moves[0]), message, say("set tasks.max above %(min)s", min=low))


def _rollout(service: Service) -> Iterator[Fault]:
    low, deployment = service.tasks.min, service.deployment
    if is_stuck(deployment, low):
        message = say(
            "leaves a rollout no way: with tasks.min at %(min)s it could neither start nor stop a task", min=low
        )
        hint = say("raise maximum_percent or lower minimum_healthy_percent (200 and 100 always work)")
        field = "maximum_percent" if deployment.maximum_percent < 200 else "minimum_healthy_percent"
        yield Fault(("deployment", field), message, hint)


def is_stuck(deployment: Deployment, count: int) -> bool:
    """Whether ECS may neither start a new task nor stop an old one: it rounds the minimum up and the maximum down.

    What is not stuck at a count is not stuck at any higher one, so ``tasks.min`` speaks for all.
    """
    room_above = count * deployment.maximum_percent // 100 > count
    room_below = math.ceil(count * deployment.minimum_healthy_percent / 100) < count
    return not room_above and not room_below


def _targets(service: Service) -> Iterator[Fault]:
    if service.exposure is None and service.alarms.unhealthy_targets is not None:
        yield Fault(
            ("alarms", "unhealthy_targets"), say("needs `exposure`: there are no targets without"), say("remove it")
        )


def _exposure(service: Service) -> Iterator[Fault]:
    if service.exposure:
        yield from told(_conditions(service.exposure))
        yield from told(_paths(service.exposure))
        yield from _host(service.exposure)


def _paths(exposure: Exposure) -> Iterator[Fault]:
    yield from _twice(("exposure", "paths"), exposure.paths)


def _host(exposure: Exposure) -> Iterator[Fault]:
    if exposure.host is not None and not re.search(r"\.[A-Za-z]+$", exposure.host):
        yield Fault(("exposure", "host"), got(say("must end in a domain like .com"), shown(exposure.host)))


def _conditions(exposure: Exposure) -> Iterator[Fault]:
    patterns = [*exposure.paths, *([exposure.host] if exposure.host else [])]
    if len(patterns) > CONDITION_VALUES_MAX:
        message = say(
            "holds %(count)s hosts and paths; one rule takes %(max)s", count=len(patterns), max=CONDITION_VALUES_MAX
        )
        yield Fault(("exposure", "paths"), message, say("use wildcards"))
    wildcards = sum(pattern.count("*") + pattern.count("?") for pattern in patterns)
    if wildcards > CONDITION_VALUES_MAX:
        message = say("holds %(count)s wildcards; one rule takes %(max)s", count=wildcards, max=CONDITION_VALUES_MAX)
        yield Fault(("exposure", "paths"), message)


def _reserved_variables(service: Service) -> Iterator[Fault]:
    for field, names in (("environment", service.environment), ("secrets", service.secrets)):
        for name in names:
            if name in SET_BY_ECS:
                yield Fault((field, name), say("is set by ECS itself"), say("choose another name"))


def _shadows(service: Service) -> Iterator[Fault]:
    handed_over = {name for name, secret in service.secrets.items() if not secret.retired}
    for name in service.environment.keys() & handed_over:
        hint = say("keep one of the two, or mark it `retired`")
        yield Fault(("secrets", name), say("stands in `environment` too"), hint)


def _secrets(service: Service) -> Iterator[Fault]:
    for name, secret in service.secrets.items():
        yield from told(_secret(("secrets", name), secret))


_LIKE_A_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")


def _secret(path: Path, secret: Secret) -> Iterator[Fault]:
    if (secret.ssm is None) == (secret.secretsmanager is None):
        message, hint = say("must name one of ssm and secretsmanager"), say("write { ssm: /path/to/parameter }")
        yield Fault(path, message, hint)
    elif secret.secretsmanager is None:
        for field in ("key", "stage", "version"):
            if getattr(secret, field) is not None:
                message, hint = say("goes with secretsmanager only"), say("an SSM parameter is taken whole")
                yield Fault((*path, field), message, hint)
    if secret.stage is not None and secret.version is not None:
        yield Fault((*path, "version"), say("stands beside `stage`"), say("keep one of the two"))
    if secret.secretsmanager and not is_arn(secret.secretsmanager) and _LIKE_A_SUFFIX.search(secret.secretsmanager):
        message = say(
            "must not end in a hyphen and six letters or digits, which Secrets Manager takes for its own ending"
        )
        hint = say("give its whole ARN, which ends in six more that Secrets Manager added")
        yield Fault((*path, "secretsmanager"), message, hint)
    if secret.ssm and not is_arn(secret.ssm):
        yield from _parameter((*path, "ssm"), secret.ssm)


def _parameter(path: Path, name: str) -> Iterator[Fault]:
    if "/" not in name:
        return
    better = "/" + "/".join(filter(None, name.split("/")))
    if name != better:
        yield Fault(path, got(say("must be a full path"), shown(name)), say("write %(meant)s", meant=better))
    levels = better.count("/")
    if levels > PARAMETER_LEVELS_MAX:
        message = say("has %(levels)s levels; SSM takes %(max)s", levels=levels, max=PARAMETER_LEVELS_MAX)
        yield Fault(path, message)


def _permissions(service: Service) -> Iterator[Fault]:
    for index, granted in enumerate(service.permissions):
        yield from told(_permission(("permissions", index), granted))
    yield from _twice(("permissions",), map(_granted, service.permissions))


def _permission(path: Path, permission: Permission) -> Iterator[Fault]:
    if sum(target is not None for target in _granted(permission)) != 1:
        yield Fault(path, say("must name one of bucket, queue and table"))


def _granted(permission: Permission) -> tuple[str | None, ...]:
    return permission.bucket, permission.queue, permission.table


def _env_files(service: Service) -> Iterator[Fault]:
    yield from _twice(("env_files",), service.env_files)


def _twice(path: Path, values: Iterable[object]) -> Iterator[Fault]:
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Fault((*path, index), say("is listed twice"), say("remove one"))
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
    _reserved_variables,
    _shadows,
    _secrets,
    _permissions,
    _env_files,
    image_size,
    definition_size,
    policy_sizes,
)


# --- an environment ---------------------------------------------------------------------------------------------------


def _parameter_path(environment: Environment) -> Iterator[Fault]:
    if environment.name.startswith(("aws", "ssm")):
        hint = say("SSM keeps parameters below /aws… and /ssm… to itself; choose another name")
        yield Fault(("name",), say("must not begin with aws or ssm"), hint)


_ISOLATED = re.compile(r"(us|eu)-iso[a-z]?-")


def _region(environment: Environment) -> Iterator[Fault]:
    if _ISOLATED.match(environment.region):
        message = got(say("must be no isolated region"), shown(environment.region))
        hint = say("Slipway knows those of aws, aws-cn and aws-us-gov")
        yield Fault(("region",), message, hint)


def _network(environment: Environment) -> Iterator[Fault]:
    network = environment.network
    if network.existing is None:
        yield from _cidr(network.cidr)
        return
    for field in ("cidr", "zones", "nat", "endpoints"):
        if field in network.model_fields_set:
            yield Fault(("network", field), say("means nothing beside network.existing"), say("remove it"))
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
            message = got(say("must be a network that begins at its first address"), shown(cidr))
            yield Fault((*path, index), message, say("write it like 10.20.0.0/16"))


_PRIVATE = [ipaddress.IPv4Network(it) for it in PRIVATE_RANGES]
"""What EC2 takes beside addresses of one's own on the internet; it keeps 172.17.0.0/16 and others to its services."""


def _cidr(cidr: str) -> Iterator[Fault]:
    path = ("network", "cidr")
    try:
        addresses = ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        yield Fault(path, got(say("must be a network like 10.20.0.0/16"), shown(cidr)))
        return
    if str(addresses) != cidr:
        message = got(say("must begin at its first address"), shown(cidr))
        yield Fault(path, message, say("write %(meant)s", meant=addresses))
    if not 16 <= addresses.prefixlen <= 24:
        # Four zones want eight subnets, and a load balancer wants 32 addresses in its own.
        yield Fault(path, got(say("must be /16 to /24"), f"/{addresses.prefixlen}"))
    if not any(addresses.subnet_of(private) for private in _PRIVATE):
        message = got(say("must be within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"), shown(cidr))
        yield Fault(path, message, say("other ranges are public addresses, or reserved by EC2"))


def _certificate(environment: Environment) -> Iterator[Fault]:
    domain = environment.domain
    if domain is None:
        return
    region = environment.region
    place = f"arn:{partition_of(region)}:acm:{region}:{environment.account_id}:certificate/"
    if not domain.certificate_arn.startswith(place):
        message = say("must begin with %(place)s, got %(given)s", place=place, given=shown(domain.certificate_arn))
        hint = say("a load balancer takes certificates of its own account and region only")
        yield Fault(("domain", "certificate_arn"), message, hint)


def _local(environment: Environment) -> Iterator[Fault]:
    if environment.name == naming.LOCAL and environment.account_id != LOCAL_ACCOUNT:
        message = say('must be "%(account)s" in %(name)s', account=LOCAL_ACCOUNT, name=naming.LOCAL)
        yield Fault(
            ("account_id",), got(message, shown(environment.account_id)), say("the local cloud is no real account")
        )


_ENVIRONMENT_RULES: tuple[Callable[[Environment], Iterator[Fault]], ...] = (
    _parameter_path,
    _region,
    _network,
    _certificate,
    _local,
)
