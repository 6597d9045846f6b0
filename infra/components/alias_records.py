"""Names in a hosted zone of Route 53 that lead to a load balancer or an API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.feature import Feature
from infra.service_parts import ServiceParts
from service_catalog.model import Zone


@dataclass(frozen=True)
class AliasTarget:
    """What an alias record may lead to."""

    dns_name: pulumi.Input[str]
    zone_id: pulumi.Input[str] | None = None
    """Of AWS's own zone, in which that name is; looked up for an Application Load Balancer if left out"""


@dataclass(frozen=True)
class AliasRecordsArgs:
    zone: Zone
    names: Sequence[str]
    target: AliasTarget
    shared_as: str = ""
    """Several stacks may lead one name to the same place. Each then has a record of its own, told from the others by
    this, and Route 53 answers with any of them: so each comes and goes with its stack, and the name stays while one
    is left."""


class AliasRecords(Feature):
    def __init__(self, name: str, args: AliasRecordsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:AliasRecords", name, {}, opts)
        zone_id = args.target.zone_id or aws.lb.get_hosted_zone_id_output(
            load_balancer_type="application", opts=pulumi.InvokeOutputOptions(parent=self)
        ).apply(lambda found: found.id)
        for each in args.names:
            aws.route53.Record(
                f"{name}-{each}",
                zone_id=args.zone.id,
                name=each,
                type="A",
                aliases=[{"name": args.target.dns_name, "zone_id": zone_id, "evaluate_target_health": False}],
                **_shared(args.shared_as),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.parts = ServiceParts()
        self.register_outputs({})


def _shared(name: str) -> dict[str, Any]:
    return {"set_identifier": name, "weighted_routing_policies": [{"weight": 1}]} if name else {}
