"""Where a service's tasks run: on which capacity of the cluster, and in which network. Told to the ECS service and to
its runs alike, so that what runs beside a service meets what the service meets."""

from dataclasses import dataclass
from typing import Any

from service_catalog import naming
from service_catalog.model import Compute

_ON_DEMAND, _SPOT = "FARGATE", "FARGATE_SPOT"
_TAG = "slipway:capacity"
_COMPATIBILITIES = {"ec2": "EC2", "managed-instances": "MANAGED_INSTANCES"}
"""What a task definition is checked for, where it is not Fargate"""


@dataclass(frozen=True)
class Place:
    """What a service and its runs are told of the environment; Pulumi's outputs but for the name."""

    environment: str
    subnet_ids: Any
    security_group_id: Any
    assign_public_ip: Any
    """As the reader spells it: ECS's API wants a word, Pulumi a bool"""


# --- of a service -----------------------------------------------------------------------------------------------------


def service_arguments(compute: Compute, place: Place) -> dict[str, Any]:
    """As Pulumi spells them."""
    return {
        "capacity_provider_strategies": _strategies(compute, place),
        "ordered_placement_strategies": _wishes(compute),
        "placement_constraints": _constraints(compute),
        **({"network_configuration": _network(compute, place)} if compute.network == "awsvpc" else {}),
    }


def daemon_arguments(compute: Compute, place: Place) -> dict[str, Any]:
    """Of one task on each EC2 instance, for which ECS takes a launch type and no strategy."""
    said = service_arguments(compute, place) | {"scheduling_strategy": "DAEMON", "launch_type": "EC2"}
    return {name: value for name, value in said.items() if name != "capacity_provider_strategies"}


def unreleased_daemon() -> dict[str, Any]:
    """Of the definition with placeholders. A daemon has no count that could be 0: until a release takes this away,
    there is no instance that it may run on."""
    return {"placement_constraints": [{"type": "memberOf", "expression": naming.NEVER_PLACED}]}


def _network(compute: Compute, place: Place) -> dict[str, Any]:
    return {
        "subnets": place.subnet_ids,
        "security_groups": [place.security_group_id],
        # A task on an instance gets an address of the VPC and no public one, and ECS takes no other wish.
        **({"assign_public_ip": place.assign_public_ip} if _is_fargate(compute) else {}),
    }


def _strategies(compute: Compute, place: Place) -> list[dict[str, Any]]:
    if compute.spot:
        first = {"capacity_provider": _ON_DEMAND, "base": compute.spot.on_demand, "weight": 0}
        return [first, {"capacity_provider": _SPOT, "weight": 1}]
    return [{"capacity_provider": _provider(compute, place), "weight": 1}]


_STRATEGIES = {
    "spread-zones": {"type": "spread", "field": "attribute:ecs.availability-zone"},
    "spread-instances": {"type": "spread", "field": "instanceId"},
    "pack-cpu": {"type": "binpack", "field": "cpu"},
    "pack-memory": {"type": "binpack", "field": "memory"},
    "random": {"type": "random"},
}


def _wishes(compute: Compute) -> list[dict[str, str]] | None:
    return [_STRATEGIES[it] for it in compute.placement.strategies] or None if compute.placement else None


def _constraints(compute: Compute) -> list[dict[str, str]] | None:
    if (wanted := compute.placement) is None:
        return None
    found = [{"type": "memberOf", "expression": it} for it in wanted.member_of]
    return [*found, *([{"type": "distinctInstance"}] if wanted.distinct_instances else [])] or None


def may_balance_zones(compute: Compute) -> bool:
    """ECS moves tasks between zones only where nothing else comes before that."""
    wishes = _wishes(compute)
    is_bound = any("ecs.availability-zone" in it.get("expression", "") for it in _constraints(compute) or ())
    return not is_bound and (not wishes or wishes[0] == _STRATEGIES["spread-zones"])


def identity(compute: Compute) -> dict[str, str | None]:
    """ECS moves a service to other capacity only if the revision that runs suits it, which no release changed yet."""
    if _is_fargate(compute):
        return {_TAG: None}
    return {_TAG: compute.capacity if compute.network == "awsvpc" else f"{compute.capacity}-{compute.network}"}


def definition_arguments(compute: Compute) -> dict[str, Any]:
    """As Pulumi spells them."""
    storage = {"ephemeral_storage": {"size_in_gib": compute.storage_gib}} if compute.storage_gib else {}
    compatibility = _COMPATIBILITIES.get(compute.capacity, "FARGATE")
    return {"requires_compatibilities": [compatibility], "network_mode": compute.network, **storage}


def port_members(compute: Compute) -> dict[str, Any]:
    """Of the mapping of the service's port, as ECS's API spells them. ECS chooses a port of the instance that is free
    there, so that several tasks stand on one."""
    return {"hostPort": 0} if compute.network == "bridge" else {}


def container_members(compute: Compute) -> dict[str, Any]:
    """Of the service's own container, as ECS's API spells them."""
    return {"resourceRequirements": [{"type": "GPU", "value": str(compute.gpus)}]} if compute.gpus else {}


# --- of its runs ------------------------------------------------------------------------------------------------------


def run_members(compute: Compute, place: Place) -> dict[str, Any]:
    """Of RunTask, as Step Functions spells them."""
    where = {
        "CapacityProviderStrategy": [{"CapacityProvider": _provider(compute, place), "Weight": 1}],
        **({"PlacementStrategy": _capitalized(it)} if (it := _wishes(compute)) else {}),
        **({"PlacementConstraints": _capitalized(it)} if (it := _constraints(compute)) else {}),
    }
    if compute.network != "awsvpc":
        return where
    return where | {
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": place.subnet_ids,
                "SecurityGroups": [place.security_group_id],
                **({"AssignPublicIp": place.assign_public_ip} if _is_fargate(compute) else {}),
            }
        },
    }


def _capitalized(said: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{name.capitalize(): value for name, value in it.items()} for it in said]


def _provider(compute: Compute, place: Place) -> str:
    """Of all tasks, or of those that are no more than the first: each task of a run is started by itself."""
    if compute.capacity == "ec2":
        return naming.ec2_capacity_provider(place.environment)
    if compute.capacity == "managed-instances":
        return naming.managed_capacity_provider(place.environment)
    return _SPOT if compute.capacity == "fargate-spot" else _ON_DEMAND


def _is_fargate(compute: Compute) -> bool:
    return compute.capacity not in _COMPATIBILITIES
