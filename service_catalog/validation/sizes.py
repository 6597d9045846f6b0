"""Sizes that only AWS counts, and tells after half of a service is made: of a definition, of a role's policies, of an
image's name. An entry does not know its environment, so the longest of account, region and registry is assumed.
"""

import json
from collections.abc import Iterator

from service_catalog.messages import say
from service_catalog.model import Permission, Secret, Service
from service_catalog.validation.pydantic_errors import Fault

DEFINITION_MAX = 64 * 1024
_DEFINITION_REST = 6 * 1024
"""What a definition holds beside its settings, with names as long as they may be"""
POLICY_MAX = 10_240
"""Characters in all inline policies of one role"""
_EXECUTION_REST = 1_600
_TASK_REST = 2_200
_KEYS_REST = 2_000
"""What the two roles hold beside what an entry names, each kind of access once, to things and to their keys"""
IMAGE_MAX = 255
"""Registry, repository and tag of an image, as ECS counts them"""
_REGISTRY = "123456789012.dkr.ecr.ap-southeast-1.amazonaws.com"
_ARN = "arn:aws:{}:ap-southeast-1:123456789012:{}"
_FEW = 3
"""So few settings, secrets or resources fit whatever their names"""
_DIGEST_LENGTH = len("@sha256:") + 64
_TAG_LENGTH = len(":") + 40
"""What pipelines call images by: a commit's hash"""


def image_size(service: Service) -> Iterator[Fault]:
    image = service.image
    host, slash, _ = image.repository.partition("/")
    is_whole = bool(slash) and ("." in host or ":" in host)
    length = len(image.repository) + (0 if is_whole else len(_REGISTRY) + 1)
    length += _DIGEST_LENGTH if image.digest else len(image.tag) + 1 if image.tag else _TAG_LENGTH
    if length > IMAGE_MAX:
        message = say(
            "is too long: with registry and tag %(length)s characters, ECS takes %(max)s", length=length, max=IMAGE_MAX
        )
        yield Fault(("image", "repository"), message, say("shorten the repository's name"))


def definition_size(service: Service) -> Iterator[Fault]:
    if _is_surely_small(service):
        return
    settings = [{"name": name, "value": value} for name, value in service.environment.items()]
    handed_over = {name: secret for name, secret in service.secrets.items() if not secret.retired}
    secrets = [{"name": name, "valueFrom": _source(secret)} for name, secret in handed_over.items()]
    command = list(service.health.command or ())
    parts = {"environment": settings, "secrets": secrets, "health": command}
    sizes = {field: len(json.dumps(part)) for field, part in parts.items()}
    if sum(sizes.values()) > DEFINITION_MAX - _DEFINITION_REST:
        largest = max(sizes, key=lambda field: sizes[field])
        message = say(
            "is too long: settings, secrets and health command come to %(size)s KB as JSON; "
            "a task definition has room for %(max)s KB",
            size=sum(sizes.values()) // 1024,
            max=(DEFINITION_MAX - _DEFINITION_REST) // 1024,
        )
        yield Fault((largest,), message, say("move settings to an env file"))


def _is_surely_small(service: Service) -> bool:
    """Spares nearly all entries the writing of JSON, in which a sign becomes twelve at most."""
    signs = sum(len(name) + len(value) for name, value in service.environment.items())
    signs += sum(map(len, service.health.command or ()))
    return signs * 12 < _DEFINITION_REST and len(service.environment) + len(service.secrets) < _FEW


def policy_sizes(service: Service) -> Iterator[Fault]:
    if len(service.secrets) + len(service.permissions) < _FEW:
        return
    foreign = {_arn_of(secret) for secret in service.secrets.values() if not _is_own(secret, service.name)}
    length = _EXECUTION_REST + sum(len(arn) + len('"",') for arn in foreign)
    if length > POLICY_MAX:
        hint = say(
            "keep them below /ENVIRONMENT/%(service)s/, which one line of the policy covers, or as keys of one secret",
            service=service.name,
        )
        yield Fault(("secrets",), _too_long_for_a_policy(len(foreign), length), hint)
    granted = {arn for permission in service.permissions for arn in _arns_of(permission)}
    rest = _TASK_REST + (_KEYS_REST if any(permission.key_arn for permission in service.permissions) else 0)
    length = rest + sum(len(arn) + len('"",') for arn in granted)
    if length > POLICY_MAX:
        message = _too_long_for_a_policy(len(service.permissions), length)
        yield Fault(("permissions",), message, say("let fewer buckets, queues or tables hold the data"))


def _too_long_for_a_policy(count: int, length: int) -> str:
    return say(
        "holds too many: %(count)s make a policy of about %(length)s characters; IAM takes %(max)s in a role",
        count=count,
        length=length,
        max=POLICY_MAX,
    )


def _source(secret: Secret) -> str:
    return ":".join([_arn_of(secret), secret.key or "", secret.stage or "", secret.version or ""])


def _arn_of(secret: Secret) -> str:
    """As the policy names it. Of a secret that names neither or both, which another rule tells, something as long."""
    name = secret.ssm or secret.secretsmanager or ""
    if name.startswith("arn:"):
        return name
    return (
        _ARN.format("ssm", f"parameter/{name}")
        if secret.ssm
        else _ARN.format("secretsmanager", f"secret:{name}-??????")
    )


def _is_own(secret: Secret, service: str) -> bool:
    """Whether it lies below what every service may read: ``/dev/orders/…`` in some environment."""
    environment_and_service = (secret.ssm or secret.secretsmanager or "").removeprefix("/").split("/")[:2]
    return environment_and_service[1:] == [service]


def _arns_of(permission: Permission) -> Iterator[str]:
    if permission.bucket:
        yield from (f"arn:aws:s3:::{permission.bucket}", f"arn:aws:s3:::{permission.bucket}/*")
    elif permission.queue:
        yield _ARN.format("sqs", permission.queue)
    elif permission.table:
        table = _ARN.format("dynamodb", f"table/{permission.table}")
        yield from (table, f"{table}/index/*")
    if permission.key_arn:
        yield permission.key_arn
