"""The right to pull a service's image."""

from dataclasses import dataclass

import pulumi

from infra.documents import images, policies
from infra.service_parts import ServiceParts
from service_catalog import model


@dataclass(frozen=True)
class ImageArgs:
    environment: model.Environment
    image: model.Image


class Image(pulumi.ComponentResource):
    def __init__(self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Image", name, {}, opts)
        uri = images.repository_uri(args.image, args.environment)
        repository = images.ecr_repository_arn(uri, args.environment.partition)
        statements = policies.pull_image(repository) if repository else []
        self.parts = ServiceParts(execution_statements=tuple(statements))
        self.register_outputs({})
