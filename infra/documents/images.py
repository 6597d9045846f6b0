"""Which repositories a service may pull its image from."""

from service_catalog.arns import ecr_image, repository_uri
from service_catalog.model import Environment, Image


def ecr_repository_arns(image: Image, environment: Environment) -> list[str]:
    """What a service may pull: all of the environment's own registry, and its image's repository in a foreign one.

    A definition says which image is pulled. Were the right as narrow, a changed `image.repository` would take it from
    the tasks that still run the old one. Registries other than ECR need no right of ours.
    """
    own = environment.arn("ecr", "repository/*")
    match = ecr_image(repository_uri(image, environment))
    if match is None or (match["account"], match["region"]) == (environment.account_id, environment.region):
        return [own]
    account, region, repository = match["account"], match["region"], match["repository"]
    return [own, f"arn:{environment.partition}:ecr:{region}:{account}:repository/{repository}"]
