"""The Cloud Map namespace in which services of an environment find each other."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from service_catalog import naming


@dataclass(frozen=True)
class NamespaceArgs:
    environment: str
    vpc_id: pulumi.Input[str]


class Namespace(pulumi.ComponentResource):
    def __init__(self, name: str, args: NamespaceArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:Namespace", name, {}, opts)
        aws.servicediscovery.PrivateDnsNamespace(
            name,
            name=naming.namespace(args.environment),
            vpc=args.vpc_id,
            description=f"Services of {args.environment}",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
