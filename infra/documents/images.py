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


def ecr_repository_arns(image: Image, environment: Environment) -> list[str]:
    """What a service may pull: all of the environment's own registry, and its image's repository in a foreign one.

    A definition says which image is pulled. Were the right as narrow, a changed `image.repository` would take it from
    the tasks that still run the old one. Registries other than ECR need no right of ours.
    """
    own = environment.arn("ecr", "repository/*")
    match = _ECR.fullmatch(repository_uri(image, environment))
    if match is None or (match["account"], match["region"]) == (environment.account_id, environment.region):
        return [own]
    account, region, repository = match["account"], match["region"], match["repository"]
    return [own, f"arn:{environment.partition}:ecr:{region}:{account}:repository/{repository}"]
