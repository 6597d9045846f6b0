"""The right to pull a service's image, and those of its earlier releases, and the way into a private registry."""

from dataclasses import dataclass
from typing import Any

from infra.documents import images, policies, secret_references
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog import model
from service_catalog.arns import secret_arn


@dataclass(frozen=True)
class ImageArgs:
    environment: model.Environment
    service: str
    image: model.Image


class Image(PlainFeature):
    def __init__(self, args: ImageArgs):
        repositories = images.ecr_repository_arns(args.image, args.environment)
        statements = policies.pull_images(repositories)
        members: list[dict[str, Any]] = []
        if args.image.credentials:
            arn = secret_arn(args.image.credentials, args.environment)
            members.append({"repositoryCredentials": {"credentialsParameter": arn}})
            secret = model.Secret(secretsmanager=args.image.credentials)
            statements += secret_references.read_further(args.environment, args.service, [secret])
        self.parts = ServiceParts(container_members=tuple(members), execution_statements=tuple(statements))
