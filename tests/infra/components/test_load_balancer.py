from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from infra.components.load_balancer import LoadBalancer, LoadBalancerArgs
from service_catalog.model import LoadBalancers
from tests.infra.recorder import Recorder

LISTENER = "aws:lb/listener:Listener"


def a_load_balancer(engine: Recorder, **changes: Any) -> None:
    def program() -> None:
        policy = aws.s3.BucketPolicy("policy", bucket="logs", policy="{}")
        args: dict[str, Any] = {
            "environment": "dev",
            "listener": "public",
            "vpc_id": "vpc-1",
            "subnet_ids": ["subnet-1", "subnet-2"],
            "clients": ("0.0.0.0/0",),
            "targets": ("10.20.0.0/16",),
            "certificates": (),
            "settings": LoadBalancers(),
            "signs_users_in": False,
            "is_protected": False,
            "log_bucket": "logs",
            "log_policy": policy,
        }
        pulumi.export("listener", LoadBalancer("dev-public", LoadBalancerArgs(**(args | changes))).exports.listener_arn)

    engine.run(program)


def test_requests_that_no_rule_takes_get_a_404(engine):
    a_load_balancer(engine)

    [listener] = engine.of_type(LISTENER)

    assert (listener["port"], listener["protocol"]) == (80, "HTTP")
    assert listener["defaultActions"] == [
        {
            "type": "fixed-response",
            "fixedResponse": {"contentType": "text/plain", "messageBody": "No service here.\n", "statusCode": "404"},
        }
    ]


def test_with_a_certificate_services_stand_behind_tls_and_http_leads_there(engine):
    a_load_balancer(engine, certificates=("arn:certificate",))

    http, https = sorted(engine.of_type(LISTENER), key=lambda listener: listener["port"])

    assert http["defaultActions"] == [
        {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
    ]
    assert (https["port"], https["protocol"], https["certificateArn"]) == (443, "HTTPS", "arn:certificate")
    assert https["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert https["defaultActions"][0]["type"] == "fixed-response"
    assert engine.outputs["listener"] == "arn:aws:listener:ap-northeast-1:123456789012:dev-public-https"


@pytest.mark.parametrize(("certificates", "ports"), [((), [80]), (("arn:certificate",), [80, 443])])
def test_only_the_listeners_ports_are_open(engine, certificates, ports):
    a_load_balancer(engine, certificates=certificates)
    rules = engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert sorted((rule["fromPort"], rule["toPort"], rule["cidrIpv4"]) for rule in rules) == [
        (port, port, "0.0.0.0/0") for port in ports
    ]


def test_further_certificates_stand_beside_the_first(engine):
    a_load_balancer(engine, certificates=("arn:certificate/1", "arn:certificate/2"))
    [further] = engine.of_type("aws:lb/listenerCertificate:ListenerCertificate")
    assert further == {
        "listenerArn": "arn:aws:listener:ap-northeast-1:123456789012:dev-public-https",
        "certificateArn": "arn:certificate/2",
    }


def test_connections_and_answers_are_as_the_environment_says(engine):
    settings = {"idle_seconds": 600, "response_headers": {"x_frame_options": "DENY"}}
    a_load_balancer(engine, settings=LoadBalancers.model_validate(settings))
    [listener] = engine.of_type(LISTENER)
    headers = {prop: value for prop, value in listener.items() if prop.startswith("routing") and value}

    assert engine.one("aws:lb/loadBalancer:LoadBalancer").inputs["idleTimeout"] == 600
    assert headers == {"routingHttpResponseXFrameOptionsHeaderValue": "DENY"}


def test_it_reaches_the_network_and_nothing_else(engine):
    a_load_balancer(engine)
    [rule] = engine.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert (rule["cidrIpv4"], rule["ipProtocol"]) == ("10.20.0.0/16", "tcp")


def test_it_reaches_identity_providers_where_it_signs_users_in(engine):
    a_load_balancer(engine, signs_users_in=True)
    rules = engine.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert ("0.0.0.0/0", 443, 443) in [(rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) for rule in rules]


def test_requests_are_logged_once_the_bucket_lets_it(engine):
    a_load_balancer(engine)
    balancer = engine.one("aws:lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["accessLogs"] == {"bucket": "logs", "prefix": "public", "enabled": True}
    assert balancer.inputs["dropInvalidHeaderFields"] is True
    assert "aws:s3/bucketPolicy:BucketPolicy::policy" in balancer.depends_on


def test_no_group_begins_as_ec2_begins_ids(engine):
    a_load_balancer(engine)
    assert engine.one("aws:ec2/securityGroup:SecurityGroup").name.startswith("lb-")


def test_an_internal_one_has_no_public_address(engine):
    a_load_balancer(engine, listener="internal")
    assert engine.one("aws:lb/loadBalancer:LoadBalancer").inputs["internal"] is True


@pytest.mark.parametrize("listener", ["public", "internal", "public-2", "internal-99"])
@pytest.mark.parametrize("environment", ["dev", "internal", "e" * 16])
def test_its_automatic_name_is_one_that_aws_takes(engine, environment, listener):
    a_load_balancer(engine, environment=environment, listener=listener)
    balancer = engine.one("aws:lb/loadBalancer:LoadBalancer")
    assert len(f"{balancer.name}-1a2b3c4") <= 32
    assert not balancer.name.startswith("internal-")


@pytest.mark.parametrize("is_protected", [True, False])
def test_what_dns_records_point_at_goes_only_where_the_environment_says_so(engine, is_protected):
    a_load_balancer(engine, is_protected=is_protected)
    balancer = engine.one("aws:lb/loadBalancer:LoadBalancer")
    assert (balancer.protect, balancer.inputs["enableDeletionProtection"]) == (is_protected, is_protected)


def test_every_rule_says_what_it_is_for(engine):
    a_load_balancer(engine, certificates=("arn:certificate",))
    rules = [made.inputs for made in engine.made if ":SecurityGroup" in made.type and made.type.endswith("Rule")]
    assert sorted(rule["description"] for rule in rules) == [
        "Requests and health checks to tasks",
        "Requests to port 443",
        "Requests to port 80",
    ]
