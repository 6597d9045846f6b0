import json
import re
from typing import Any

import pytest

from infra import environment_stack
from service_catalog.fingerprint import environment_fingerprint
from service_catalog.model import Environment
from tests.builders import EVERYTHING, an_environment, full_environment
from tests.infra import schema
from tests.infra.recorder import Made, Recorder

DOMAIN = {"name": "dev.example.com", "certificate_arn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"}
EXISTING = {
    "existing": {
        "vpc_id": "vpc-1",
        "public_subnet_ids": ["subnet-1", "subnet-2"],
        "private_subnet_ids": ["subnet-3", "subnet-4"],
    }
}
PROVIDER = "pulumi:providers:aws"
SHAPES: list[dict[str, Any]] = [
    {},
    {"domain": DOMAIN},
    {"domain": {**DOMAIN, "certificates": [f"{DOMAIN['certificate_arn']}2"]}, "waf": {"rate_limit": 2000}},
    {"network": {"nat": "none", "zones": 3, "endpoints": []}},
    {"network": {"nat": "per-zone"}},
    {"network": EXISTING},
    EVERYTHING,
]


def built(engine: Recorder, **changes: Any) -> Recorder:
    engine.run(lambda: environment_stack.build(an_environment(**changes)))
    return engine


def resources(engine: Recorder) -> list[Made]:
    return [made for made in engine.made if made.type != PROVIDER]


@pytest.fixture(
    scope="module",
    params=SHAPES,
    ids=["plain", "with domain", "with WAF", "without NAT", "NAT per zone", "given network", "everything"],
)
def shape(request: pytest.FixtureRequest) -> tuple[Environment, Recorder]:
    """An environment of each shape, and what the engine was asked to make for it."""
    return an_environment(**request.param), built(Recorder(), **request.param)


def test_the_aws_provider_knows_every_input(shape):
    _, engine = shape
    assert [problem for made in resources(engine) for problem in schema.problems(made)] == []


def test_everything_is_made_and_asked_through_the_one_provider(shape):
    _, engine = shape
    assert {made.provider for made in resources(engine)} | {provider for _, provider in engine.asked} == {
        "urn:pulumi:stack::slipway::pulumi:providers:aws::dev::dev-id"
    }


def test_it_says_that_it_is_provisioned_when_all_the_rest_is(shape):
    environment, engine = shape

    last = engine.one("aws:s3/bucketObjectv2:BucketObjectv2")

    assert last.inputs["bucket"] == "slipway-dev-123456789012"
    assert last.inputs["key"] == "provisioned/_environment.json"
    assert json.loads(last.inputs["content"]) == {
        "version": 1,
        "fingerprint": environment_fingerprint(environment),
        "exports": engine.outputs,
    }
    others = {f"{made.type}::{made.name}" for made in resources(engine) if made is not last}
    assert others - set(last.depends_on) == set()


def test_the_public_load_balancer_waits_for_the_way_in_from_the_internet():
    engine = built(Recorder())
    [public] = [it for it in engine.made if it.type == "aws:lb/loadBalancer:LoadBalancer" and not it.inputs["internal"]]
    assert "aws:ec2/internetGateway:InternetGateway::dev" in public.depends_on


def test_the_provider_refuses_other_accounts_and_tags_what_it_makes(engine):
    built(engine)
    provider = engine.one(PROVIDER)
    assert provider.inputs["region"] == "ap-northeast-1"
    assert provider.document("allowedAccountIds") == ["123456789012"]
    assert provider.document("defaultTags") == {"tags": {"slipway:environment": "dev"}}


def test_only_the_public_load_balancer_has_the_certificate(engine):
    built(engine, domain=DOMAIN)
    listeners = {made.name: made.inputs for made in engine.all("aws:lb/listener:Listener")}
    assert {name: listener["protocol"] for name, listener in listeners.items()} == {
        "dev-public-http": "HTTP",
        "dev-public-https": "HTTPS",
        "dev-internal-http": "HTTP",
    }
    assert engine.outputs["public"]["listener_arn"].endswith(":dev-public-https")
    assert engine.outputs["internal"]["listener_arn"].endswith(":dev-internal-http")


def test_the_internal_load_balancer_speaks_https_by_a_certificate_of_its_own(engine):
    built(engine, internal_domain={"name": "dev.example.internal", "certificate_arn": DOMAIN["certificate_arn"]})
    listeners = {made.name: made.inputs for made in engine.all("aws:lb/listener:Listener")}
    assert {name: (it["protocol"], it["defaultActions"][0]["type"]) for name, it in listeners.items()} == {
        "dev-public-http": ("HTTP", "fixed-response"),
        "dev-internal-http": ("HTTP", "redirect"),
        "dev-internal-https": ("HTTPS", "fixed-response"),
    }
    assert engine.outputs["internal"]["listener_arn"].endswith(":dev-internal-https")
    rules = engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    secure = [it for it in rules if it["fromPort"] == 443 and it["securityGroupId"] == "lb-dev-internal-id"]
    assert [it["cidrIpv4"] for it in secure] == ["10.20.0.0/16"]


def test_a_firewall_stands_before_the_public_load_balancer_alone(engine):
    built(engine, waf={})
    stands = engine.one("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert stands.inputs["resourceArn"].endswith(":alb-dev-pub")


FURTHER = ["internal-2", "public-2"]


@pytest.fixture(scope="module")
def with_further() -> Recorder:
    engine = Recorder()
    engine.run(lambda: environment_stack.build(an_environment(**EVERYTHING), FURTHER))
    return engine


@pytest.mark.parametrize(("audience", "short", "further"), [("public", "pub", "p02"), ("internal", "int", "i02")])
def test_a_further_load_balancer_is_made_as_the_first_of_its_kind_is(with_further, audience, short, further):
    def made(names: str) -> list[str]:
        """What there is of a load balancer, as if it were the first."""
        types = ("aws:lb/", "aws:ec2/securityGroup", "aws:vpc/securityGroup")
        its = [it for it in with_further.made if it.type.startswith(types) and re.search(names, it.name)]
        texts = [json.dumps([it.type, it.name, it.inputs], sort_keys=True) for it in its]
        return sorted(it.replace(f"{audience}-2", audience).replace(further, short) for it in texts)

    first = made(f"dev-{audience}(?!-2|-nlb)|alb-dev-{short}$")
    assert len(first) > 6
    assert made(f"dev-{audience}-2|alb-dev-{further}$") == first


def test_services_learn_of_each_further_load_balancer_by_a_name_of_its_own(with_further):
    outputs = with_further.outputs
    for listener in FURTHER:
        assert outputs[listener].keys() == outputs["public"].keys()
        assert outputs[f"{listener}_test"].keys() == outputs["public_test"].keys()
        assert outputs[listener] != outputs[listener.removesuffix("-2")]


def test_a_firewall_and_instances_know_every_load_balancer(with_further):
    stands = with_further.all("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert sorted(it.name for it in stands) == ["dev-waf-public", "dev-waf-public-2"]
    board = with_further.one("aws:cloudwatch/dashboard:Dashboard").inputs["dashboardBody"]
    assert "internal-2" in str(board)


def test_the_record_of_an_environment_counts_its_further_load_balancers(with_further):
    written = json.loads(with_further.one("aws:s3/bucketObjectv2:BucketObjectv2").inputs["content"])
    assert written["fingerprint"] == environment_fingerprint(an_environment(**EVERYTHING), further=FURTHER)


def test_load_balancers_stand_where_their_audience_is(engine):
    built(engine)
    subnets = {made.name: made.inputs["subnets"] for made in engine.all("aws:lb/loadBalancer:LoadBalancer")}
    assert subnets == {
        "alb-dev-pub": ["dev-public-1-id", "dev-public-2-id"],
        "alb-dev-int": ["dev-private-1-id", "dev-private-2-id"],
    }


@pytest.mark.parametrize(
    ("nat", "subnets", "is_public", "addresses"),
    [
        ("none", ["dev-public-1-id", "dev-public-2-id"], True, []),
        ("single", ["dev-private-1-id", "dev-private-2-id"], False, ["address of dev-nat-1"]),
    ],
)
def test_services_learn_where_tasks_run_and_where_from_they_are_seen(engine, nat, subnets, is_public, addresses):
    built(engine, network={"nat": nat})
    exports = engine.outputs
    assert (exports["task_subnet_ids"], exports["assign_public_ip"], exports["egress_addresses"]) == (
        subnets,
        is_public,
        addresses,
    )


def test_in_a_network_that_is_there_none_is_made(engine):
    built(engine, network=EXISTING)
    assert [made.type for made in resources(engine) if ":Vpc" in made.type or ":Subnet" in made.type] == []
    assert engine.outputs["task_subnet_ids"] == ["subnet-3", "subnet-4"]
    assert engine.asked == []


def test_the_dashboard_sums_what_passes_the_nat(engine):
    built(engine)
    board = engine.one("aws:cloudwatch/dashboard:Dashboard")
    assert board.inputs["dashboardName"] == "slipway-dev"
    [first, *_] = board.document("dashboardBody")["widgets"]
    assert first["properties"]["metrics"] == [
        ["AWS/NATGateway", "BytesOutToDestination", "NatGatewayId", "dev-nat-1-id", {"label": "ap-northeast-1a"}]
    ]


def test_every_load_balancer_reaches_the_ports_of_instances():
    engine = Recorder()
    engine.run(lambda: environment_stack.build(full_environment()))
    rules = engine.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert sorted(it.name for it in rules if it.name.startswith("dev-ec2-from-")) == [
        "dev-ec2-from-internal",
        "dev-ec2-from-internal-nlb",
        "dev-ec2-from-public",
        "dev-ec2-from-public-nlb",
    ]
