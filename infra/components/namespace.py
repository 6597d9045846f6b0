"""The Cloud Map namespace in which services of an environment find each other, by DNS and by Service Connect."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from service_catalog.model import Environment


@dataclass(frozen=True)
class NamespaceArgs:
    environment: Environment
    vpc_id: pulumi.Input[str]


class Namespace(pulumi.ComponentResource):
    def __init__(self, name: str, args: NamespaceArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:Namespace", name, {}, opts)
        namespace = aws.servicediscovery.PrivateDnsNamespace(
            name,
            name=args.environment.namespace,
            vpc=args.vpc_id,
            description=f"Services of {args.environment.name}",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id: pulumi.Output[str] = namespace.id
        self.arn: pulumi.Output[str] = namespace.arn
        self.register_outputs({"arn": namespace.arn})
