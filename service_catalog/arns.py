"""What AWS calls the things that an entry names: the image's repository, where a secret's value is kept, roles and
buckets."""

import re
from typing import NamedTuple

from service_catalog import naming
from service_catalog.model import Environment, Image, Secret, registry_host

_ECR = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<repository>.+)")


class Whose(NamedTuple):
    partition: str
    region: str
    account: str


def parts_of(arn: str) -> Whose:
    """Where a whole ARN says that its thing is."""
    _, partition, _, region, account, *_ = arn.split(":")
    return Whose(partition, region, account)


def ecr_image(uri: str) -> re.Match[str] | None:
    """``account``, ``region`` and ``repository`` of an image in ECR; None for other registries."""
    return _ECR.fullmatch(uri)


def repository_uri(image: Image, environment: Environment) -> str:
    """Full URI without tag."""
    is_full = has_registry(image.repository)
    return image.repository if is_full else f"{environment.registry_host}/{image.repository}"


def registry_hosts(environment: Environment) -> set[str]:
    """Of the ECR registries from which any service may pull: the environment's own, and where short names are."""
    return {registry_host(environment.account_id, environment.region), environment.registry_host}


def makes_repository(image: Image, environment: Environment) -> bool:
    """Whether the service of the image makes its repository."""
    makes = environment.registry is not None and environment.registry.make
    return makes and not image.existing and not has_registry(image.repository)


def has_registry(repository: str) -> bool:
    """As with Docker, the first word is a registry only if it looks like a host."""
    host, slash, _ = repository.partition("/")
    return bool(slash) and ("." in host or ":" in host)


def placeholder_reference(image: Image, environment: Environment) -> str:
    """What the definition names: the pinned image, or a placeholder that a release fills."""
    uri = repository_uri(image, environment)
    return f"{uri}@{image.digest}" if image.digest else f"{uri}:{image.tag or naming.UNRELEASED}"


def value_from(secret: Secret, environment: Environment) -> str:
    """Whole ARNs: ECS takes bare names for parameters of its own region only, and for secrets never."""
    if secret.ssm:
        return parameter_arn(secret.ssm, environment)
    arn = secret_arn(secret.secretsmanager or "", environment)
    parts = [secret.key or "", secret.stage or "", secret.version or ""]
    return ":".join([arn, *parts]) if any(parts) else arn


def secret_arn(name: str, environment: Environment) -> str:
    """A whole ARN stands for itself: of another account or region, or where its name could be mistaken."""
    return name if is_arn(name) else environment.arn("secretsmanager", f"secret:{name}")


def is_arn(name: str) -> bool:
    return name.startswith("arn:")


def parameter_arn(name: str, environment: Environment) -> str:
    return name if is_arn(name) else environment.arn("ssm", f"parameter/{name.removeprefix('/')}")


def role_arn(environment: Environment, role: str) -> str:
    """Roles carry no region in their ARN."""
    return f"arn:{environment.partition}:iam::{environment.account_id}:role/{role}"


def bucket_arn(environment: Environment, bucket: str) -> str:
    """Buckets carry neither region nor account in their ARN."""
    return f"arn:{environment.partition}:s3:::{bucket}"


def resource_arn(resource: str, environment: Environment) -> str:
    """Of a statement's resource: ``lambda:function:resize`` is in the environment's own account and region."""
    if resource == "*" or is_arn(resource):
        return resource
    service, _, name = resource.partition(":")
    if service == "s3":
        return bucket_arn(environment, name)
    if service == "iam":
        return f"arn:{environment.partition}:iam::{environment.account_id}:{name}"
    return environment.arn(service, name)


_GEOGRAPHIES = frozenset({"apac", "au", "ca", "eu", "global", "jp", "us", "us-gov"})
"""In which the ids of Bedrock's own inference profiles begin"""


def model_arns(model: str, environment: Environment) -> list[str]:
    """A profile hands requests on to its model in whichever region has room, so that it takes a right to the model in
    every one."""
    geography, _, base = model.partition(".")
    if geography not in _GEOGRAPHIES:
        return [f"arn:{environment.partition}:bedrock:{environment.region}::foundation-model/{model}"]
    anywhere = f"arn:{environment.partition}:bedrock:*::foundation-model/{base}"
    return [environment.arn("bedrock", f"inference-profile/{model}"), anywhere]
