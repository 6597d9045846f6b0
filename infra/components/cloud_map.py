"""A name in DNS: ECS lists the healthy tasks of a service in Cloud Map, which answers for them."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog import model, naming


@dataclass(frozen=True)
class CloudMapArgs:
    service: model.Service
    namespace_id: pulumi.Input[str]


class CloudMap(Feature):
    def __init__(self, name: str, args: CloudMapArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:CloudMap", name, {}, opts)
        service = args.service
        options = service.cloud_map or model.CloudMap()
        registry = aws.servicediscovery.Service(
            name,
            name=service.name,
            description=f"Tasks of {service.name}",
            dns_config={
                "namespace_id": args.namespace_id,
                "routing_policy": "MULTIVALUE",
                "dns_records": [{"type": record, "ttl": options.ttl_seconds} for record in options.records],
            },
            # ECS says which tasks are healthy. The threshold is always 1, but without it the block is lost.
            health_check_custom_config={"failure_threshold": 1},
            # Tasks that are still listed when the service leaves are none of its successor's.
            force_destroy=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        registries = {"registry_arn": registry.arn, **_port(service, options)}
        self.parts = ServiceParts(service_arguments=({"service_registries": registries},))
        self.arn: pulumi.Output[str] = registry.arn
        self.register_outputs({"arn": registry.arn})


def _port(service: model.Service, options: model.CloudMap) -> dict[str, Any]:
    """ECS refuses a port where no record holds one."""
    return {"container_name": naming.CONTAINER, "container_port": service.port} if "SRV" in options.records else {}
