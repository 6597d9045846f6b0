from typing import Any

import pytest

from infra import environment_stack
from infra.components.network_route import NetworkRoute, NetworkRouteArgs
from infra.service_parts import ServiceParts, merged
from tests.builders import (
    a_service_behind_an_nlb,
    an_environment,
    full_environment,
    services_that_the_api_leads_to_straight,
)
from tests.infra.recorder import Recorder
from tests.infra.test_exports import INTERNAL_NLB, PUBLIC_NLB

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
LISTENER = "aws:lb/listener:Listener"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"


def a_route(engine: Recorder, health: dict[str, Any] | None = None, **said: Any) -> ServiceParts:
    parts: list[ServiceParts] = []
    service = a_service_behind_an_nlb(**said).model_copy()
    if health is not None:
        service = service.model_copy(update={"health": type(service.health).model_validate(health)})
    assert service.exposure
    args = NetworkRouteArgs(service, service.exposure, 8080, full_environment(), "vpc-1", PUBLIC_NLB)
    engine.run(lambda: parts.append(NetworkRoute("orders-api", args).parts))
    return parts[0]


def test_the_load_balancer_ends_tls_and_leads_to_the_tasks(engine):
    a_route(engine)
    assert engine.one(LISTENER).inputs == {
        "loadBalancerArn": "arn:nlb",
        "port": 6380,
        "protocol": "TLS",
        "certificateArn": "arn:certificate",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "defaultActions": [
            {"type": "forward", "targetGroupArn": "arn:aws:targetgroup:ap-northeast-1:123456789012:orders-api-plb"}
        ],
    }
    assert engine.one(TARGET_GROUP).inputs["protocol"] == "TCP"


def test_behind_the_api_its_link_alone_gets_in(engine):
    service = services_that_the_api_leads_to_straight()[1]
    assert service.exposure
    args = NetworkRouteArgs(service, service.exposure, 8080, full_environment(), "vpc-1", INTERNAL_NLB, "sg-link")
    routes: list[NetworkRoute] = []
    engine.run(lambda: routes.append(NetworkRoute("by-port", args)))

    assert engine.one(LISTENER).inputs["protocol"] == "TCP"
    [rule] = engine.of_type(INGRESS)
    assert (rule["securityGroupId"], rule["referencedSecurityGroupId"], rule["fromPort"]) == (
        "sg-internal-nlb",
        "sg-link",
        9443,
    )
    assert "cidrIpv4" not in rule
    assert "url" not in routes[0].parts.record[0]["reach"]


def test_without_a_port_of_its_own_it_listens_where_the_container_does(engine):
    a_route(engine, listener_port=None, protocol="tcp")
    assert (engine.one(LISTENER).inputs["port"], engine.one(LISTENER).inputs["protocol"]) == (8080, "TCP")
    assert "certificateArn" not in engine.one(LISTENER).inputs


@pytest.mark.parametrize(
    ("said", "sources"),
    [
        ({}, ["0.0.0.0/0"]),
        ({"audience": "internal"}, ["10.20.0.0/16"]),
        ({"source_ips": ["203.0.113.0/24", "2001:db8::/32"]}, ["203.0.113.0/24", "2001:db8::/32"]),
    ],
)
def test_its_port_is_open_to_those_who_may_connect(engine, said, sources):
    a_route(engine, **said)
    rules = engine.of_type(INGRESS)
    assert {(it["securityGroupId"], it["fromPort"], it["toPort"]) for it in rules} == {("sg-nlb", 6380, 6380)}
    assert [it.get("cidrIpv4") or it.get("cidrIpv6") for it in rules] == sources


def test_targets_are_healthy_when_they_can_be_connected_to_unless_a_path_is_named(engine):
    a_route(engine, health={})
    assert engine.one(TARGET_GROUP).inputs["healthCheck"]["protocol"] == "TCP"
    assert "path" not in engine.one(TARGET_GROUP).inputs["healthCheck"]

    other = Recorder()
    a_route(other, health={"path": "/up"})
    check = other.one(TARGET_GROUP).inputs["healthCheck"]
    assert (check["protocol"], check["path"], check["matcher"]) == ("HTTP", "/up", "200-399")


def test_tasks_are_reached_from_the_load_balancer_alone(engine):
    [source] = a_route(engine).ingress
    assert (source.security_group_id, source.port, source.protocol) == ("sg-nlb", 8080, "tcp")


def test_datagrams_reach_tasks_that_are_checked_by_tcp(engine):
    parts = a_route(engine, protocol="udp", health={"port": 9090})
    group, listener = engine.one(TARGET_GROUP).inputs, engine.one(LISTENER).inputs
    assert (group["protocol"], listener["protocol"]) == ("UDP", "UDP")
    assert (group["healthCheck"]["protocol"], group["healthCheck"]["port"]) == ("TCP", "9090")
    assert "preserveClientIp" not in group
    assert {it["ipProtocol"] for it in engine.of_type(INGRESS)} == {"udp"}
    assert [(it.name, it.port, it.protocol) for it in parts.ingress] == [
        ("load-balancer", 8080, "udp"),
        ("load-balancer-checks", 9090, "tcp"),
    ]
    assert merged(*parts.port_members) == {"protocol": "udp", "appProtocol": None}


def test_the_program_sees_clients_where_it_is_asked_for(engine):
    a_route(engine, preserve_client_address=True)
    assert engine.one(TARGET_GROUP).inputs["preserveClientIp"] == "true"


def test_an_environment_has_those_that_it_declares(engine):
    engine.run(lambda: environment_stack.build(an_environment(nlb={"internal": {"cross_zone": True}})))
    [balancer] = [it for it in engine.of_type(BALANCER) if it["loadBalancerType"] == "network"]
    assert (balancer["internal"], balancer["enableCrossZoneLoadBalancing"]) == (True, True)
    assert balancer["subnets"] == ["dev-private-1-id", "dev-private-2-id"]
    assert "public_nlb" not in engine.outputs


def test_it_may_speak_to_tasks_by_either_protocol(engine):
    engine.run(lambda: environment_stack.build(an_environment(nlb={"internal": {}})))
    out = [it for it in engine.of_type(EGRESS) if it["securityGroupId"] == "lb-dev-internal-nlb-id"]
    assert [it["ipProtocol"] for it in out] == ["tcp", "udp"]


def test_static_addresses_are_an_elastic_ip_in_each_zone(engine):
    engine.run(lambda: environment_stack.build(an_environment(nlb={"public": {"static_addresses": True}})))
    [balancer] = [it for it in engine.of_type(BALANCER) if it["loadBalancerType"] == "network"]
    assert balancer["subnetMappings"] == [
        {"subnetId": f"dev-public-{number}-id", "allocationId": f"dev-public-nlb-{number}-id"} for number in (1, 2)
    ]
    assert engine.outputs["public_nlb"]["addresses"] == [f"address of dev-public-nlb-{number}" for number in (1, 2)]


@pytest.mark.parametrize("is_protected", [True, False])
def test_its_addresses_which_others_have_on_their_lists_go_only_where_the_environment_says_so(engine, is_protected):
    declared = {"nlb": {"public": {"static_addresses": True}}, "network": {"nat": "none"}}
    environment = an_environment(**declared, deletion_protection=is_protected)
    engine.run(lambda: environment_stack.build(environment))

    kept = [it for it in engine.all(BALANCER) if it.inputs.get("loadBalancerType") == "network"]
    kept += engine.all("aws:ec2/eip:Eip")

    assert [it.protect for it in kept] == [is_protected] * 3
