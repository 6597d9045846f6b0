import pytest

from infra.environment_stack import build
from tests.builders import CERTIFICATE, an_environment
from tests.infra.recorder import Recorder

DOMAIN = {"name": "dev.example.com", "certificate_arn": CERTIFICATE}


def made(engine: Recorder, **listener: object) -> tuple[list[dict], list[dict]]:
    """Listeners at the test port, and who gets there."""
    wanted = {"test_listener": {"port": 9000, **listener}}
    engine.run(lambda: build(an_environment(domain=DOMAIN, load_balancers=wanted)), "dev")
    listeners = [it for it in engine.of_type("aws:lb/listener:Listener") if it["port"] == 9000]
    rules = engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    return listeners, [it for it in rules if it["fromPort"] == 9000]


def test_both_load_balancers_have_one_and_the_public_one_speaks_tls(engine):
    listeners, _ = made(engine)
    assert sorted(it["protocol"] for it in listeners) == ["HTTP", "HTTPS"]
    assert all(it["defaultActions"][0]["type"] == "fixed-response" for it in listeners)
    assert engine.outputs["public_test"]["port"] == 9000


@pytest.mark.parametrize(("listener", "addresses"), [({}, {"0.0.0.0/0"}), ({"source_ips": ["203.0.113.0/24"]}, set())])
def test_only_the_declared_testers_get_there(engine, listener, addresses):
    _, rules = made(engine, **listener)
    found = {it["cidrIpv4"] for it in rules}
    assert found >= addresses
    assert "203.0.113.0/24" in found or not listener
    assert len(found) == (1 if listener else 2)


def test_testers_may_have_addresses_of_either_kind(engine):
    _, rules = made(engine, source_ips=["203.0.113.0/24", "2001:db8::/32"])
    assert {it.get("cidrIpv4") or it["cidrIpv6"] for it in rules} == {"203.0.113.0/24", "2001:db8::/32"}
    assert {it["cidrIpv6"] for it in rules if "cidrIpv6" in it} == {"2001:db8::/32"}


def test_where_none_is_declared_there_is_none(engine):
    engine.run(lambda: build(an_environment()), "dev")
    assert {it["port"] for it in engine.of_type("aws:lb/listener:Listener")} == {80}
    assert "public_test" not in engine.outputs
