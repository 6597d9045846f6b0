"""The right to pull a service's image, and those of its earlier releases."""

from dataclasses import dataclass

import pulumi

from infra.documents import images, policies
from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog import model


@dataclass(frozen=True)
class ImageArgs:
    environment: model.Environment
    image: model.Image


class Image(Feature):
    def __init__(self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Image", name, {}, opts)
        repositories = images.ecr_repository_arns(args.image, args.environment)
        self.parts = ServiceParts(execution_statements=tuple(policies.pull_images(repositories)))
        self.register_outputs({})
