"""Sizes that only AWS counts, and tells after half of a service is made: of a definition, of a role's policies, of an
image's name. Account, region and registry are the environment's."""

import json
from collections.abc import Iterator

from service_catalog import naming
from service_catalog.arns import (
    bucket_arn,
    is_arn,
    model_arns,
    parameter_arn,
    repository_uri,
    resource_arn,
    secret_arn,
    value_from,
)
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Permission, Secret, Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import about

DEFINITION_MAX = 64 * 1024
_DEFINITION_REST = 6 * 1024
"""What a definition holds beside its settings, with names as long as they may be"""
POLICY_MAX = 10_240
"""Characters in all inline policies of one role"""
_EXECUTION_REST = 1_600
_TASK_REST = 2_500
_KEYS_REST = 2_000
PLATFORM_MAX = 6_144
"""What the portal's rights come to at most, so that they fit a managed policy too"""
"""What the two roles hold beside what an entry names, each kind of access once, to things and to their keys"""
IMAGE_MAX = 255
"""Registry, repository and tag of an image, as ECS counts them"""
_FEW = 3
"""So few settings, secrets or resources fit whatever their names"""
_DIGEST_LENGTH = len("@sha256:") + 64
_TAG_LENGTH = len(":") + 40
"""What pipelines call images by: a commit's hash"""


@about("image")
def image_size(service: Service, environment: Environment) -> Iterator[Fault]:
    image = service.image
    length = len(repository_uri(image, environment))
    length += _DIGEST_LENGTH if image.digest else len(image.tag) + 1 if image.tag else _TAG_LENGTH
    if length > IMAGE_MAX:
        message = say(
            "is too long in %(environment)s: with registry and tag %(length)s characters, ECS takes %(max)s",
            environment=environment.name,
            length=length,
            max=IMAGE_MAX,
        )
        yield Fault(("image", "repository"), message, say("shorten the repository's name"))


@about("environment", "secrets", "command", "entry_point", "health", "sidecars")
def definition_size(service: Service, environment: Environment) -> Iterator[Fault]:
    if _is_surely_small(service):
        return
    settings = [{"name": name, "value": value} for name, value in service.environment.items()]
    handed_over = {name: secret for name, secret in service.secrets.items() if not secret.retired}
    secrets = [{"name": name, "valueFrom": value_from(it, environment)} for name, it in handed_over.items()]
    parts = {
        "environment": settings,
        "secrets": secrets,
        "health": service.health.command or (),
        "command": service.command or (),
        "entry_point": service.entry_point or (),
        "sidecars": [it.model_dump(mode="json", exclude_defaults=True) for it in service.sidecars],
    }
    sizes = {field: len(json.dumps(part)) for field, part in parts.items()}
    if sum(sizes.values()) > DEFINITION_MAX - _DEFINITION_REST:
        largest = max(sizes, key=lambda field: sizes[field])
        message = say(
            "is too long in %(environment)s: settings, secrets and commands come to %(size)s KB as JSON; "
            "a task definition has room for %(max)s KB",
            environment=environment.name,
            size=sum(sizes.values()) // 1024,
            max=(DEFINITION_MAX - _DEFINITION_REST) // 1024,
        )
        yield Fault((largest,), message, say("move settings to an env file"))


def _is_surely_small(service: Service) -> bool:
    """Spares nearly all entries the writing of JSON, in which a sign becomes twelve at most."""
    signs = sum(len(name) + len(value) for name, value in service.environment.items())
    signs += sum(map(len, (*(service.health.command or ()), *(service.command or ()), *(service.entry_point or ()))))
    return (
        not service.sidecars
        and signs * 12 < _DEFINITION_REST
        and len(service.environment) + len(service.secrets) < _FEW
    )


@about("secrets", "permissions")
def policy_sizes(service: Service, environment: Environment) -> Iterator[Fault]:
    free = sum(_free_length(permission, environment) for permission in service.permissions)
    if len(service.secrets) + len(service.permissions) < _FEW and not free:
        return
    arns = (_named_by_itself(secret, service.name, environment) for secret in service.secrets.values())
    beside = {arn for arn in arns if arn}
    beside |= {secret.key_arn for secret in service.secrets.values() if secret.key_arn}
    length = _EXECUTION_REST + sum(len(arn) + len('"",') for arn in beside)
    if length > POLICY_MAX:
        hint = say(
            "keep them below %(path)s, which one line of the policy covers, or as keys of one secret",
            path=naming.parameter_path(environment.name, service.name),
        )
        yield Fault(("secrets",), _too_long_for_a_policy(len(beside), length, environment), hint)
    granted = {arn for permission in service.permissions for arn in _arns_of(permission, environment)}
    rest = _TASK_REST + (_KEYS_REST if any(permission.key_arn for permission in service.permissions) else 0)
    length = rest + free + sum(len(arn) + len('"",') for arn in granted)
    if length > POLICY_MAX:
        message = _too_long_for_a_policy(len(service.permissions), length, environment)
        yield Fault(("permissions",), message, say("let fewer resources hold the data"))


def _too_long_for_a_policy(count: int, length: int, environment: Environment) -> Message:
    return say(
        "holds too many for %(environment)s: %(count)s make a policy of about %(length)s characters; IAM takes %(max)s "
        "in a role",
        environment=environment.name,
        count=count,
        length=length,
        max=POLICY_MAX,
    )


def _named_by_itself(secret: Secret, service: str, environment: Environment) -> str | None:
    """How the policy names it; None for what lies below the service's own prefixes, which one line covers."""
    if secret.ssm is not None:
        is_own = secret.ssm.startswith(naming.parameter_path(environment.name, service))
        return None if is_own else parameter_arn(secret.ssm, environment)
    name = secret.secretsmanager or ""
    if name.startswith(naming.secret_prefix(environment.name, service)):
        return None
    return name if is_arn(name) else secret_arn(f"{name}-??????", environment)


def _free_length(permission: Permission, environment: Environment) -> int:
    """Of a statement that an entry spells out, as the policy holds it; and of all that the portal calls."""
    if permission.platform:
        return PLATFORM_MAX
    statement = permission.statement
    if statement is None:
        return 0
    resources = [resource_arn(it, environment) for it in statement.resources]
    return len(json.dumps({"Effect": "Allow", **statement.model_dump(mode="json"), "resources": resources}))


def _arns_of(permission: Permission, environment: Environment) -> Iterator[str]:
    if permission.bucket:
        bucket = bucket_arn(environment, permission.bucket)
        yield from (bucket, f"{bucket}/*")
    elif permission.queue:
        yield environment.arn("sqs", permission.queue)
    elif permission.table:
        table = environment.arn("dynamodb", f"table/{permission.table}")
        yield from (table, f"{table}/index/*")
    elif permission.topic:
        yield environment.arn("sns", permission.topic)
    elif permission.event_bus:
        yield environment.arn("events", f"event-bus/{permission.event_bus}")
    elif permission.model:
        yield from model_arns(permission.model, environment)
    if permission.key_arn:
        yield permission.key_arn
