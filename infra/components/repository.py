"""The ECR repository of a service's image: tags that stay what they are, scanned on push, readable by other accounts.

It is kept when the service leaves: images are history, and other environments may run them.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import registry
from infra.feature import Feature
from infra.json_document import json_of
from infra.service_parts import ServiceParts
from service_catalog.model import Environment, Registry


@dataclass(frozen=True)
class RepositoryArgs:
    environment: Environment
    registry: Registry
    repository: str
    """Its name in the environment's own registry"""


class Repository(Feature):
    def __init__(self, name: str, args: RepositoryArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Repository", name, {}, opts)
        wanted = args.registry
        repository = aws.ecr.Repository(
            name,
            name=args.repository,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[registry.encryption(wanted)],
            opts=pulumi.ResourceOptions(
                parent=self,
                retain_on_delete=True,
                # Another key would take another repository, of the same name.
                ignore_changes=["encryption_configurations"],
            ),
        )
        child = pulumi.ResourceOptions(parent=self)
        lifecycle = json_of(registry.lifecycle_policy(wanted))
        aws.ecr.LifecyclePolicy(name, repository=repository.name, policy=lifecycle, opts=child)
        if wanted.pull_accounts:
            policy = json_of(registry.repository_policy(wanted, args.environment.partition))
            aws.ecr.RepositoryPolicy(name, repository=repository.name, policy=policy, opts=child)
        self.parts = ServiceParts(record=({"made_repository": args.repository},))
        self.register_outputs({})
