"""Where everything that a service prints goes."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import containers, policies
from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog import naming
from service_catalog.log_routing import is_routed
from service_catalog.model import Environment, Logs


@dataclass(frozen=True)
class LogGroupArgs:
    environment: Environment
    service: str
    logs: Logs


class LogGroup(Feature):
    """Releases refer to the group by name, so it has a fixed one and is changed in place."""

    def __init__(self, name: str, args: LogGroupArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:LogGroup", name, {}, opts)
        environment = args.environment
        log_group = naming.log_group(environment.name, args.service)
        aws.cloudwatch.LogGroup(
            name,
            name=log_group,
            retention_in_days=args.logs.retention_days,
            opts=pulumi.ResourceOptions(parent=self),
        )
        streams = environment.arn("logs", f"log-group:{log_group}:*")
        own = () if is_routed(args.logs) else (containers.logs_to(log_group, environment.region),)
        self.parts = ServiceParts(
            container_members=own,
            # Also where a log router writes for the program: earlier releases may have none.
            execution_statements=(policies.write_log_streams(streams),),
        )
        self.register_outputs({})
