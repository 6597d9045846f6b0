import pytest

from infra.components.placement import Placement, PlacementArgs
from infra.documents import placement
from infra.service_parts import ServiceParts, merged
from tests.builders import a_service
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN


def parts_of(engine: Recorder, **compute: object) -> ServiceParts:
    parts: list[ServiceParts] = []
    args = PlacementArgs(a_service(compute=compute), "dev", WRITTEN, "sg-tasks")
    engine.run(lambda: parts.append(Placement(args).parts))
    return parts[0]


def strategies(engine: Recorder, **compute: object) -> object:
    return merged(*parts_of(engine, **compute).service_arguments)["capacity_provider_strategies"]


@pytest.mark.parametrize(("capacity", "provider"), [("fargate", "FARGATE"), ("fargate-spot", "FARGATE_SPOT")])
def test_all_tasks_run_on_the_capacity_that_the_entry_names(engine, capacity, provider):
    assert strategies(engine, capacity=capacity) == [{"capacity_provider": provider, "weight": 1}]


def test_first_some_run_on_demand_and_what_is_beyond_them_on_spot(engine):
    assert strategies(engine, spot={"on_demand": 2}) == [
        {"capacity_provider": "FARGATE", "base": 2, "weight": 0},
        {"capacity_provider": "FARGATE_SPOT", "weight": 1},
    ]


def test_tasks_on_instances_run_on_the_environments_own_and_get_no_public_address(engine):
    parts = parts_of(engine, capacity="ec2")
    arguments = merged(*parts.service_arguments)
    assert arguments["capacity_provider_strategies"] == [{"capacity_provider": "slipway-dev-ec2", "weight": 1}]
    assert arguments["network_configuration"].keys() == {"subnets", "security_groups"}
    assert merged(*parts.definition_arguments) == {"requires_compatibilities": ["EC2"], "network_mode": "awsvpc"}


def test_tasks_on_managed_instances_are_made_for_those_alone(engine):
    parts = parts_of(engine, capacity="managed-instances")
    arguments = merged(*parts.service_arguments)
    assert arguments["capacity_provider_strategies"] == [{"capacity_provider": "slipway-dev-managed", "weight": 1}]
    assert arguments["network_configuration"].keys() == {"subnets", "security_groups"}
    compatibilities = merged(*parts.definition_arguments)["requires_compatibilities"]
    assert compatibilities == ["MANAGED_INSTANCES"]


def test_tasks_without_a_network_of_their_own_get_ports_that_ecs_chooses(engine):
    parts = parts_of(engine, capacity="ec2", network="bridge")
    assert "network_configuration" not in merged(*parts.service_arguments)
    assert merged(*parts.definition_arguments) == {"requires_compatibilities": ["EC2"], "network_mode": "bridge"}
    assert parts.port_members == ({"hostPort": 0},)
    assert parts.service_identity == ({"slipway:capacity": "ec2-bridge"},)


def test_a_task_asks_for_gpus_of_its_own(engine):
    parts = parts_of(engine, capacity="ec2", gpus=2)
    assert parts.container_members == ({"resourceRequirements": [{"type": "GPU", "value": "2"}]},)


def test_wishes_where_tasks_stand_are_told_in_their_order(engine):
    wanted = {
        "strategies": ["spread-zones", "pack-memory"],
        "distinct_instances": True,
        "member_of": ["attribute:ecs.instance-type =~ m7g.*"],
    }
    arguments = merged(*parts_of(engine, capacity="ec2", placement=wanted).service_arguments)
    assert arguments["ordered_placement_strategies"] == [
        {"type": "spread", "field": "attribute:ecs.availability-zone"},
        {"type": "binpack", "field": "memory"},
    ]
    assert arguments["placement_constraints"] == [
        {"type": "memberOf", "expression": "attribute:ecs.instance-type =~ m7g.*"},
        {"type": "distinctInstance"},
    ]


@pytest.mark.parametrize(
    ("wanted", "may"),
    [
        (None, True),
        ({"distinct_instances": True}, True),
        ({"strategies": ["spread-zones", "pack-cpu"]}, True),
        ({"strategies": ["pack-cpu", "spread-zones"]}, False),
        ({"member_of": ["attribute:ecs.availability-zone == ap-northeast-1a"]}, False),
    ],
)
def test_ecs_balances_zones_only_where_nothing_comes_before_that(wanted, may):
    compute = a_service(compute={"capacity": "ec2", "placement": wanted}).compute
    assert placement.may_balance_zones(compute) is may


def test_runs_stand_where_the_service_does():
    wanted = {"strategies": ["pack-cpu"], "distinct_instances": True}
    compute = a_service(compute={"capacity": "ec2", "network": "bridge", "placement": wanted}).compute
    assert placement.run_members(compute, placement.Place("dev", [], "sg", "DISABLED")) == {
        "CapacityProviderStrategy": [{"CapacityProvider": "slipway-dev-ec2", "Weight": 1}],
        "PlacementStrategy": [{"Type": "binpack", "Field": "cpu"}],
        "PlacementConstraints": [{"Type": "distinctInstance"}],
    }


def test_moving_between_fargate_and_instances_makes_another_service():
    capacities = ("fargate", "fargate-spot", "ec2", "managed-instances")
    moved = [parts_of(Recorder(), capacity=it).service_identity for it in capacities]
    assert moved == [
        ({"slipway:capacity": None},),
        ({"slipway:capacity": None},),
        ({"slipway:capacity": "ec2"},),
        ({"slipway:capacity": "managed-instances"},),
    ]
