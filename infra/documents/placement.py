"""Where a service's tasks run: on which capacity of the cluster, and in which network. Told to the ECS service and to
its runs alike, so that what runs beside a service meets what the service meets."""

from dataclasses import dataclass
from typing import Any

from service_catalog.model import Compute

_ON_DEMAND, _SPOT = "FARGATE", "FARGATE_SPOT"


@dataclass(frozen=True)
class Network:
    """Where tasks get their addresses; Pulumi's outputs but for names."""

    subnet_ids: Any
    security_group_id: Any
    assign_public_ip: Any
    """As the reader spells it: ECS's API wants a word, Pulumi a bool"""


# --- of a service -----------------------------------------------------------------------------------------------------


def service_arguments(compute: Compute, network: Network) -> dict[str, Any]:
    """As Pulumi spells them."""
    return {
        "capacity_provider_strategies": _strategies(compute),
        "network_configuration": {
            "subnets": network.subnet_ids,
            "security_groups": [network.security_group_id],
            "assign_public_ip": network.assign_public_ip,
        },
    }


def _strategies(compute: Compute) -> list[dict[str, Any]]:
    if compute.spot:
        first = {"capacity_provider": _ON_DEMAND, "base": compute.spot.on_demand, "weight": 0}
        return [first, {"capacity_provider": _SPOT, "weight": 1}]
    return [{"capacity_provider": _provider(compute), "weight": 1}]


def definition_arguments(compute: Compute) -> dict[str, Any]:
    """As Pulumi spells them."""
    storage = {"ephemeral_storage": {"size_in_gib": compute.storage_gib}} if compute.storage_gib else {}
    return {"requires_compatibilities": ["FARGATE"], "network_mode": "awsvpc", **storage}


# --- of its runs ------------------------------------------------------------------------------------------------------


def run_members(compute: Compute, network: Network) -> dict[str, Any]:
    """Of RunTask, as Step Functions spells them."""
    return {
        "CapacityProviderStrategy": [{"CapacityProvider": _provider(compute), "Weight": 1}],
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": network.subnet_ids,
                "SecurityGroups": [network.security_group_id],
                "AssignPublicIp": network.assign_public_ip,
            }
        },
    }


def _provider(compute: Compute) -> str:
    """Of all tasks, or of those that are no more than the first: each task of a run is started by itself."""
    return _SPOT if compute.capacity == "fargate-spot" else _ON_DEMAND
