"""How services find each other, and that nobody else gets in. That tasks do, is shown on the local cloud."""

from collections.abc import Sequence
from typing import Any

import pytest

from infra import service_stack
from infra.components.connections import Connections, ConnectionsArgs
from infra.service_parts import ServiceParts
from service_catalog.connections import Called
from service_catalog.model import Service
from tests.builders import a_job, a_service, a_worker, an_environment
from tests.infra import schema
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

SERVICE = "aws:ecs/service:Service"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
LOOK_UP = "aws:ec2/getSecurityGroups:getSecurityGroups"
PAYMENTS = Called("payments", "service-connect", 9000)
LEDGER = Called("ledger", "cloud-map", 5432)


def built(service: Service, called: Sequence[Called] = (), groups: Sequence[str] = ("sg-callers",)) -> Recorder:
    """``groups`` are what a look-up of a called service's group finds."""
    engine = Recorder(answers={LOOK_UP: {"ids": list(groups)}})
    environment = an_environment()
    engine.run(lambda: service_stack.build(service, environment, None, WRITTEN, called), f"dev.{service.name}")
    return engine


def found(way: str, **says: Any) -> Service:
    return a_service(exposure=None, discovery=way, **says)


def record(engine: Recorder) -> dict[str, Any]:
    return engine.one("aws:s3/bucketObjectv2:BucketObjectv2").document("content")


def port_mapping(engine: Recorder) -> dict[str, Any]:
    [app] = engine.one("aws:ecs/taskDefinition:TaskDefinition").document("containerDefinitions")
    return app["portMappings"][0]


def test_service_connect_gives_a_service_its_own_name_and_its_proxies_a_log(engine):
    engine = built(found("service-connect"))
    connect = engine.one(SERVICE).inputs["serviceConnectConfiguration"]

    assert connect == {
        "enabled": True,
        "namespace": "arn:namespace",
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/slipway/dev/orders-api/_connect",
                "awslogs-region": "ap-northeast-1",
                "awslogs-stream-prefix": "ecs",
            },
        },
        "services": [
            {
                "portName": port_mapping(engine)["name"],
                "discoveryName": "orders-api_connect",
                "clientAlias": [{"dnsName": "orders-api", "port": 8080}],
            }
        ],
    }
    groups = {made.inputs["name"]: made.inputs for made in engine.all("aws:cloudwatch/logGroup:LogGroup")}
    assert groups["/slipway/dev/orders-api/_connect"]["retentionInDays"] == 30


def test_port_protocol_and_timeouts_are_those_that_the_entry_says(engine):
    says = {"protocol": "grpc", "alias": "shop", "port": 80, "idle_seconds": 0, "request_seconds": 60}
    engine = built(found("service-connect", service_connect=says))

    [endpoint] = engine.one(SERVICE).inputs["serviceConnectConfiguration"]["services"]

    assert endpoint["clientAlias"] == [{"dnsName": "shop", "port": 80}]
    assert endpoint["timeout"] == {"idleTimeoutSeconds": 0, "perRequestTimeoutSeconds": 60}
    assert (port_mapping(engine)["containerPort"], port_mapping(engine)["appProtocol"]) == (8080, "grpc")


@pytest.mark.parametrize(("protocol", "tags"), [("http", {}), ("tcp", {"slipway:protocol": "tcp"})])
def test_another_protocol_makes_another_ecs_service_and_the_usual_one_leaves_it_as_it_was(protocol, tags):
    service = built(found("service-connect", service_connect={"protocol": protocol})).one(SERVICE)

    assert service.inputs["tags"] == {"slipway:port": "8080"} | tags
    assert 'tags["slipway:protocol"]' in service.replace_on_changes


def test_cloud_map_answers_with_the_healthy_tasks_of_a_service():
    engine = built(found("cloud-map"))
    registry = engine.one("aws:servicediscovery/service:Service").inputs

    assert registry == {
        "name": "orders-api",
        "description": "Tasks of orders-api",
        "dnsConfig": {
            "namespaceId": "ns-1",
            "routingPolicy": "MULTIVALUE",
            "dnsRecords": [{"type": "A", "ttl": 10}],
        },
        "healthCheckCustomConfig": {"failureThreshold": 1},
        "forceDestroy": True,
    }
    arn = "arn:aws:service:ap-northeast-1:123456789012:orders-api"
    assert engine.one(SERVICE).inputs["serviceRegistries"] == {"registryArn": arn}
    assert "serviceConnectConfiguration" not in engine.one(SERVICE).inputs


def test_records_with_a_port_name_the_container_that_has_it():
    engine = built(found("cloud-map", cloud_map={"records": ["SRV"], "ttl_seconds": 60}))
    records = engine.one("aws:servicediscovery/service:Service").inputs["dnsConfig"]["dnsRecords"]
    registry = engine.one(SERVICE).inputs["serviceRegistries"]
    assert (records, registry["containerName"], registry["containerPort"]) == (
        [{"type": "SRV", "ttl": 60}],
        "app",
        8080,
    )


@pytest.mark.parametrize(
    ("way", "address"), [("service-connect", "orders-api:8080"), ("cloud-map", "orders-api.slipway.internal:8080")]
)
def test_who_is_found_has_a_group_for_its_callers_and_says_so(way, address):
    engine = built(found(way))
    groups = {made.name: made for made in engine.all("aws:ec2/securityGroup:SecurityGroup")}

    assert groups["orders-api-callers"].inputs["name"] == "dev_orders-api_callers"
    network = engine.one(SERVICE).inputs["networkConfiguration"]
    assert network["securityGroups"] == ["orders-api-id", "orders-api-callers-id"]
    assert record(engine)["found"] == {"address": address, "callers_group": "orders-api-callers-id"}
    assert engine.of_type(RULE) == []  # its callers make theirs


def test_a_caller_is_let_in_at_the_called_services_port_and_nowhere_else():
    engine = built(a_worker(connects_to=["payments"]), [PAYMENTS])

    assert engine.of_type(RULE) == [
        {
            "securityGroupId": "sg-callers",
            "referencedSecurityGroupId": "mailer-id",
            "ipProtocol": "tcp",
            "fromPort": 9000,
            "toPort": 9000,
            "description": "Requests from mailer",
        }
    ]
    provider = "urn:pulumi:stack::slipway::pulumi:providers:aws::dev.mailer::dev.mailer-id"
    assert (LOOK_UP, provider) in engine.asked
    assert engine.questions[LOOK_UP] == {"filters": [{"name": "group-name", "values": ["dev_payments_callers"]}]}
    assert record(engine)["connections"] == {"payments": "sg-callers"}


def test_a_caller_by_service_connect_has_a_proxy_and_starts_anew_when_a_name_comes():
    service = built(a_worker(connects_to=["payments"]), [PAYMENTS]).one(SERVICE)

    connect = service.inputs["serviceConnectConfiguration"]
    assert (connect["enabled"], connect["namespace"], "services" in connect) == (True, "arn:namespace", False)
    assert service.inputs["triggers"] == {"payments": "sg-callers"}
    assert f"{RULE}::mailer-to-payments" in service.depends_on


def test_a_caller_by_dns_needs_no_proxy_and_no_new_tasks():
    service = built(a_worker(connects_to=["ledger"]), [LEDGER]).one(SERVICE).inputs
    assert "serviceConnectConfiguration" not in service
    assert "triggers" not in service


def test_a_called_service_that_is_not_there_yet_is_written_down():
    engine = built(a_worker(connects_to=["payments"]), [PAYMENTS], groups=[])

    assert engine.of_type(RULE) == []
    assert record(engine)["connections"] == {"payments": None}
    assert "triggers" not in engine.one(SERVICE).inputs


def test_runs_of_a_job_are_let_in_without_a_proxy():
    engine = built(a_job(connects_to=["ledger"]), [LEDGER])
    [rule] = engine.of_type(RULE)
    assert (rule["referencedSecurityGroupId"], rule["fromPort"]) == ("nightly-id", 5432)


def test_connections_leave_nothing_but_their_rules(engine):
    parts: list[ServiceParts] = []
    args = ConnectionsArgs("dev", "mailer", [LEDGER], "sg-own")
    engine.answers[LOOK_UP] = {"ids": ["sg-callers"]}

    engine.run(lambda: parts.append(Connections("mailer", args).parts))

    assert parts[0].execution_statements == parts[0].task_statements == ()
    assert [made.type for made in engine.made] == [RULE]


def test_all_of_it_is_something_the_aws_provider_knows():
    both = found("service-connect", service_connect={"protocol": "http2", "idle_seconds": 9}, connects_to=["ledger"])
    for engine in (built(both, [LEDGER]), built(found("cloud-map", cloud_map={"records": ["A", "SRV"]}))):
        made = [made for made in engine.made if made.type.startswith("aws:")]
        assert [problem for resource in made for problem in schema.problems(resource)] == []
