"""Where a service's image is, and what its definition says about it."""

import re

from service_catalog import naming
from service_catalog.model import Environment, Image

_ECR = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<repository>.+)")


def repository_uri(image: Image, environment: Environment) -> str:
    """Full URI without tag. As with Docker, the first word is a registry only if it looks like a host."""
    host, slash, _ = image.repository.partition("/")
    is_full = bool(slash) and ("." in host or ":" in host)
    return image.repository if is_full else f"{environment.registry}/{image.repository}"


def blank_reference(image: Image, environment: Environment) -> str:
    """What the definition names: the pinned image, or a blank that a release fills."""
    uri = repository_uri(image, environment)
    return f"{uri}@{image.digest}" if image.digest else f"{uri}:{image.tag or naming.UNRELEASED}"


def ecr_repository_arn(uri: str, partition: str) -> str | None:
    """None for images of other registries: pulling those needs no right of ours."""
    match = _ECR.fullmatch(uri)
    return match and f"arn:{partition}:ecr:{match['region']}:{match['account']}:repository/{match['repository']}"
