"""Where everything that a service prints goes."""

from dataclasses import dataclass

import pulumi

from infra.documents import containers, policies
from infra.feature import Feature
from infra.kept_log_group import kept_log_group
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
        kept_log_group(self, name, log_group, args.logs.retention_days)
        streams = environment.arn("logs", f"log-group:{log_group}:*")
        own = () if is_routed(args.logs) else (containers.logs_to(log_group, environment.region),)
        self.parts = ServiceParts(
            container_members=own,
            # Also where a log router writes for the program: earlier releases may have none.
            execution_statements=(policies.write_log_streams(streams),),
        )
        self.register_outputs({})
