import pytest

from infra.components.network import Network, NetworkArgs, existing_network
from service_catalog import model
from service_catalog.model import ExistingNetwork
from tests.infra.recorder import Recorder

SUBNET = "aws:ec2/subnet:Subnet"


def a_network(engine: Recorder, nat: str = "single", zones: int = 2, endpoints: tuple[str, ...] = ("s3",)) -> Network:
    built = []
    wanted = model.Network.model_validate({"nat": nat, "zones": zones, "endpoints": endpoints})
    engine.run(lambda: built.append(Network("dev", NetworkArgs("ap-northeast-1", wanted))))
    return built[0]


def test_each_zone_has_a_public_and_a_private_subnet(engine):
    a_network(engine, zones=3)

    subnets = {made.name: (made.inputs["cidrBlock"], made.inputs["availabilityZone"]) for made in engine.all(SUBNET)}

    assert subnets == {
        "dev-private-1": ("10.20.0.0/19", "ap-northeast-1a"),
        "dev-private-2": ("10.20.32.0/19", "ap-northeast-1c"),
        "dev-private-3": ("10.20.64.0/19", "ap-northeast-1d"),
        "dev-public-1": ("10.20.128.0/19", "ap-northeast-1a"),
        "dev-public-2": ("10.20.160.0/19", "ap-northeast-1c"),
        "dev-public-3": ("10.20.192.0/19", "ap-northeast-1d"),
    }


def test_no_subnet_stands_where_fargate_places_no_task(engine):
    a_network(engine)
    question = engine.questions["aws:index/getAvailabilityZones:getAvailabilityZones"]
    assert question["excludeZoneIds"] == ["apne1-az3", "cnn1-az3", "usw1-az2"]


def test_a_subnet_stays_in_its_zone_when_aws_opens_another(engine):
    a_network(engine)
    assert {made.ignore_changes for made in engine.all(SUBNET)} == {("availabilityZone",)}


@pytest.mark.parametrize(
    ("nat", "by_table"),
    [
        ("none", {}),
        ("single", {"dev-private-1-id": "dev-nat-1-id", "dev-private-2-id": "dev-nat-1-id"}),
        ("per-zone", {"dev-private-1-id": "dev-nat-1-id", "dev-private-2-id": "dev-nat-2-id"}),
    ],
)
def test_private_subnets_reach_the_internet_as_the_catalog_says(engine, nat, by_table):
    a_network(engine, nat)
    routes = engine.of_type("aws:ec2/route:Route")

    private = {route["routeTableId"]: route["natGatewayId"] for route in routes if "natGatewayId" in route}

    assert private == by_table
    assert [route["gatewayId"] for route in routes if "gatewayId" in route] == ["dev-id"]


def test_each_nat_gateway_has_an_address_that_stays(engine):
    network = a_network(engine, "per-zone").outputs

    gateways = {made.name: made.inputs["allocationId"] for made in engine.all("aws:ec2/natGateway:NatGateway")}

    assert gateways == {"dev-nat-1": "dev-nat-1-id", "dev-nat-2": "dev-nat-2-id"}
    assert sorted(made.name for made in engine.all("aws:ec2/eip:Eip")) == sorted(gateways)
    assert len(network.egress_addresses) == 2


def test_without_nat_tasks_are_public(engine):
    network = a_network(engine, "none").outputs
    assert network.tasks_are_public
    assert network.task_subnet_ids == network.public_subnet_ids


def test_with_nat_tasks_are_private(engine):
    network = a_network(engine, "single").outputs
    assert not network.tasks_are_public
    assert network.task_subnet_ids == network.private_subnet_ids


def test_the_group_that_aws_makes_lets_nothing_through(engine):
    a_network(engine)
    assert engine.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs == {
        "vpcId": "dev-id",
        "ingress": [],
        "egress": [],
    }


def test_every_subnet_reaches_s3_without_nat(engine):
    a_network(engine)
    endpoint = engine.one("aws:ec2/vpcEndpoint:VpcEndpoint").inputs
    assert endpoint["serviceName"] == "com.amazonaws.ap-northeast-1.s3"
    assert endpoint["vpcEndpointType"] == "Gateway"
    assert endpoint["routeTableIds"] == ["dev-public-id", "dev-private-1-id", "dev-private-2-id"]


def test_interface_endpoints_stand_in_each_zone_under_the_services_own_names(engine):
    a_network(engine, endpoints=("s3", "ecr", "firehose", "logs"))
    made = {it.name: it.inputs for it in engine.all("aws:ec2/vpcEndpoint:VpcEndpoint")}
    interfaces = {name: it for name, it in made.items() if it["vpcEndpointType"] == "Interface"}

    assert {it["serviceName"].removeprefix("com.amazonaws.ap-northeast-1.") for it in interfaces.values()} == {
        "ecr.api",
        "ecr.dkr",
        "kinesis-firehose",
        "logs",
    }
    assert made.keys() - interfaces.keys() == {"dev-s3"}
    for it in interfaces.values():
        assert it["subnetIds"] == ["dev-private-1-id", "dev-private-2-id"]
        assert it["securityGroupIds"] == ["dev-endpoints-id"]
        assert it["privateDnsEnabled"] is True


def test_endpoints_let_in_https_from_the_vpc_and_nothing_else(engine):
    a_network(engine, endpoints=("sqs",))
    rule = engine.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert rule["securityGroupId"] == "dev-endpoints-id"
    assert (rule["cidrIpv4"], rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("10.20.0.0/16", "tcp", 443, 443)


def test_without_nat_tasks_that_have_endpoints_are_private(engine):
    network = a_network(engine, "none", endpoints=("s3", "ecr", "logs")).outputs
    assert network.task_subnet_ids == network.private_subnet_ids
    assert not network.tasks_are_public


def test_more_zones_than_the_region_has_are_told_in_a_sentence(engine):
    with pytest.raises(Exception, match=r"runs in 3 availability zones of ap-northeast-1 .* wants 4"):
        a_network(engine, zones=4)


def test_a_network_that_is_there_is_taken_as_it_is():
    existing = ExistingNetwork(
        vpc_id="vpc-1", public_subnet_ids=("subnet-1", "subnet-2"), private_subnet_ids=("subnet-3", "subnet-4")
    )

    network = existing_network(existing)

    assert (network.vpc_id, network.task_subnet_ids) == ("vpc-1", ["subnet-3", "subnet-4"])
    assert not network.tasks_are_public
    assert network.egress_addresses == []
    assert "10.0.0.0/8" in network.ranges


def test_load_balancers_ask_where_a_network_that_is_there_says_it_is():
    existing = ExistingNetwork(
        vpc_id="vpc-1",
        public_subnet_ids=("subnet-1", "subnet-2"),
        private_subnet_ids=("subnet-3", "subnet-4"),
        cidrs=("198.51.100.0/24",),
    )
    assert existing_network(existing).ranges == ("198.51.100.0/24",)
