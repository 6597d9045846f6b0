"""Who else may reach the tasks of a service that is found by others: each service that connects to it puts a rule for
itself into this group, which it finds by its name."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog import connections, naming
from service_catalog.model import Environment, Service


@dataclass(frozen=True)
class CallersArgs:
    service: Service
    environment: Environment
    vpc_id: pulumi.Input[str]


class Callers(Feature):
    """The rules are their stacks', so that a new caller changes no other service than itself."""

    def __init__(self, name: str, args: CallersArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Callers", name, {}, opts)
        service, environment = args.service, args.environment
        group = aws.ec2.SecurityGroup(
            f"{name}-callers",
            name=naming.callers_group(environment.name, service.name),
            vpc_id=args.vpc_id,
            # Another text would be another group, under the same name.
            description=f"Callers of {service.name} in {environment.name}",
            tags={"Name": f"{environment.name}-{service.name}-callers"},
            opts=pulumi.ResourceOptions(parent=self),
        )
        found = {"address": connections.address(service, environment), "callers_group": group.id}
        network = {"network_configuration": {"security_groups": [group.id]}}
        self.parts = ServiceParts(service_arguments=(network,), record=({"found": found},))
        self.register_outputs({})
