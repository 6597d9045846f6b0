from typing import Any

from infra import environment_stack, service_stack
from service_catalog.model import Service
from tests.builders import CERTIFICATE, ZONE, a_service, a_slot, an_environment
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

RECORD = "aws:route53/record:Record"
LOOK_UP = "aws:lb/getHostedZoneId:getHostedZoneId"
NAMED = {"name": "dev.example.com", "certificate_arn": CERTIFICATE}
DOMAIN = NAMED | {"zone": ZONE}


def hosts(engine: Recorder, service: Service, **said: Any) -> list[str]:
    environment = an_environment(**{"domain": DOMAIN} | said)
    engine.run(lambda: service_stack.build(service, environment, a_slot(service), WRITTEN), "dev.orders-api")
    return [it["name"] for it in engine.of_type(RECORD)]


def exposed(host: str, *further: str, audience: str = "public") -> Service:
    return a_service(exposure={"audience": audience, "host": host, "rules": [{"host": it} for it in further]})


def test_the_environments_own_names_lead_to_what_bears_them(engine):
    api = {"domain": {"name": "api.example.com", "certificate_arn": CERTIFICATE, "zone": ZONE}}
    nlb = {"public": {"domain": {"name": "nlb.example.com", "zone": ZONE}}}
    engine.run(lambda: environment_stack.build(an_environment(domain=DOMAIN, api=api, nlb=nlb)))

    targets = {it["name"]: it["aliases"] for it in engine.of_type(RECORD)}
    assert targets == {
        "dev.example.com": [{"name": "alb-dev-pub.elb.example.com", "zoneId": "Z-ELB", "evaluateTargetHealth": False}],
        "api.example.com": [{"name": "target of api.example.com", "zoneId": "Z-API", "evaluateTargetHealth": False}],
        "nlb.example.com": [{"name": "nlb-dev-pub.elb.example.com", "zoneId": "Z-ELB", "evaluateTargetHealth": False}],
    }
    assert {it["zoneId"] for it in engine.of_type(RECORD)} == {ZONE["id"]}
    assert (engine.outputs["public_nlb"]["name"], engine.outputs["public_nlb"]["dns_name"]) == (
        "nlb.example.com",
        "nlb-dev-pub.elb.example.com",
    )


def test_an_environment_without_a_zone_leaves_its_names_to_people(engine):
    engine.run(lambda: environment_stack.build(an_environment(domain=NAMED)))
    assert engine.of_type(RECORD) == []


def test_a_service_shares_a_host_with_others_who_say_it(engine):
    engine.answers[LOOK_UP] = {"id": "Z-TABLE"}
    assert hosts(engine, exposed("orders.example.com")) == ["orders.example.com"]
    [record] = engine.of_type(RECORD)
    assert (record["setIdentifier"], record["weightedRoutingPolicies"]) == ("orders-api", [{"weight": 1}])
    assert record["aliases"] == [{"name": "public.example.com", "zoneId": "Z-TABLE", "evaluateTargetHealth": False}]


def test_each_host_in_the_zone_gets_one_record(engine):
    service = exposed("Shop.example.com", "shop.example.com", "*.shop.example.com", "example.com")
    assert hosts(engine, service) == ["*.shop.example.com", "example.com", "shop.example.com"]


def test_what_is_the_environments_or_elsewhere_or_no_name_is_none_of_a_services(engine):
    assert hosts(engine, exposed("dev.example.com", "shop.example.org", "badexample.com", "a*.example.com")) == []


def test_the_public_zone_says_nothing_of_internal_services(engine):
    assert hosts(engine, exposed("orders.example.com", audience="internal")) == []


def test_internal_services_have_the_internal_zone(engine):
    private = {"id": "Z1PRIVATE", "name": "example.internal"}
    inside = {"domain": DOMAIN, "internal_domain": {"name": "dev.example.internal", "zone": private}}
    engine.run(lambda: environment_stack.build(an_environment(**inside)))
    assert hosts(engine, exposed("orders.example.internal", "orders.example.com", audience="internal"), **inside)

    zones = {it["name"]: (it["zoneId"], it["aliases"][0]["name"]) for it in engine.of_type(RECORD)}
    assert zones == {
        "dev.example.com": (ZONE["id"], "alb-dev-pub.elb.example.com"),
        "dev.example.internal": ("Z1PRIVATE", "alb-dev-int.elb.example.com"),
        "orders.example.internal": ("Z1PRIVATE", "internal.example.com"),
    }
