"""Which repositories a service may pull its image from."""

from service_catalog.arns import ecr_image, registry_hosts, repository_uri
from service_catalog.model import Environment, Image


def ecr_repository_arns(image: Image, environment: Environment) -> list[str]:
    """What a service may pull: all of the environment's registries, and its image's repository in a foreign one.

    A definition says which image is pulled. Were the right as narrow, a changed `image.repository` would take it from
    the tasks that still run the old one. Registries other than ECR need no right of ours.
    """
    found = [_arn(environment, f"{host}/*") for host in sorted(registry_hosts(environment))]
    return [*found, *foreign_repository_arns(image, environment)]


def foreign_repository_arns(image: Image, environment: Environment) -> list[str]:
    """The image's repository, if it is in ECR and in none of the environment's registries."""
    uri = repository_uri(image, environment)
    is_foreign = ecr_image(uri) is not None and uri.partition("/")[0] not in registry_hosts(environment)
    return [_arn(environment, uri)] if is_foreign else []


def _arn(environment: Environment, uri: str) -> str:
    match = ecr_image(uri)
    assert match
    account, region, repository = match["account"], match["region"], match["repository"]
    return f"arn:{environment.partition}:ecr:{region}:{account}:repository/{repository}"
