"""ECS Service Connect: a proxy beside each task, by which it asks others by their names and is asked by its own."""

from dataclasses import dataclass
from typing import Any

import pulumi

from infra.documents import containers, policies
from infra.feature import Feature
from infra.kept_log_group import kept_log_group
from infra.service_parts import ServiceParts
from service_catalog import connections, model, naming


@dataclass(frozen=True)
class ServiceConnectArgs:
    service: model.Service
    environment: model.Environment
    namespace_arn: pulumi.Input[str]


class ServiceConnect(Feature):
    """Of a service that is found by its name, and of those that ask such services."""

    def __init__(self, name: str, args: ServiceConnectArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:ServiceConnect", name, {}, opts)
        service, environment = args.service, args.environment
        log_group = naming.connect_log_group(environment.name, service.name)
        kept_log_group(self, f"{name}-connect", log_group, service.logs.retention_days)
        configuration = {
            "enabled": True,
            # By its ARN: another environment's namespace may have the same name.
            "namespace": args.namespace_arn,
            "log_configuration": _logs_to(log_group, environment.region),
        }
        streams = environment.arn("logs", f"log-group:{log_group}:*")
        client = ServiceParts(
            service_arguments=({"service_connect_configuration": configuration},),
            execution_statements=(policies.write_log_streams(streams),),
        )
        self.parts = client + _server(args) if service.discovery == "service-connect" else client
        self.register_outputs({})


def _server(args: ServiceConnectArgs) -> ServiceParts:
    service = args.service
    options = service.service_connect or model.ServiceConnect()
    endpoint: dict[str, Any] = {
        "port_name": naming.PORT_NAME,
        "discovery_name": naming.connect_endpoint(args.environment.name, service.name),
        "client_alias": [{"dns_name": connections.alias(service), "port": connections.alias_port(service)}],
    }
    timeouts = {
        "idle_timeout_seconds": options.idle_seconds,
        "per_request_timeout_seconds": options.request_seconds,
    }
    if said := {name: seconds for name, seconds in timeouts.items() if seconds is not None}:
        endpoint["timeout"] = said
    is_usual = options.protocol == "http"
    return ServiceParts(
        port_members=({"appProtocol": None if options.protocol == "tcp" else options.protocol},),
        service_arguments=({"service_connect_configuration": {"services": [endpoint]}},),
        # "The following config cannot be changed for a SC service", says ECS of another protocol. Every port speaks
        # HTTP already, so who is found for the first time keeps its ECS service.
        service_identity=({"slipway:protocol": None if is_usual else options.protocol},),
    )


def _logs_to(log_group: str, region: str) -> dict[str, Any]:
    said = containers.logs_to(log_group, region)["logConfiguration"]
    return {"log_driver": said["logDriver"], "options": said["options"]}
