from typing import Any

from infra.components.web_firewall import WebFirewall, WebFirewallArgs
from service_catalog.model import Waf
from tests.infra import schema
from tests.infra.recorder import Recorder


def rules(engine: Recorder, **said: Any) -> list[dict[str, Any]]:
    args = WebFirewallArgs(Waf.model_validate(said), {"public": "arn:balancer"})
    engine.run(lambda: WebFirewall("dev-waf", args))
    found: list[dict[str, Any]] = engine.one("aws:wafv2/webAcl:WebAcl").inputs["rules"]
    return found


def test_who_sends_too_much_is_refused_before_groups_are_asked_in_their_order(engine):
    found = rules(engine, managed_groups=["ip-reputation", "common"], rate_limit=2000)

    assert [(rule["priority"], rule["name"]) for rule in found] == [
        (0, "rate-limit"),
        (1, "ip-reputation"),
        (2, "common"),
    ]
    assert found[0]["action"] == {"block": {}}
    limit = {"limit": 2000, "aggregateKeyType": "IP", "evaluationWindowSec": 300}
    assert found[0]["statement"] == {"rateBasedStatement": limit}
    assert found[2]["overrideAction"] == {"none": {}}
    group = {"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"}
    assert found[2]["statement"] == {"managedRuleGroupStatement": group}
    assert {rule["visibilityConfig"]["metricName"] for rule in found} == {"rate-limit", "ip-reputation", "common"}


def test_to_count_refuses_nothing(engine):
    rate, group = rules(engine, managed_groups=["sql"], rate_limit=100, mode="count")
    assert (rate["action"], group["overrideAction"]) == ({"count": {}}, {"count": {}})


def test_it_stands_before_the_load_balancer_and_is_something_the_provider_knows(engine):
    rules(engine, rate_limit=100)
    [stands] = engine.of_type("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert stands["resourceArn"] == "arn:balancer"
    assert [problem for made in engine.made for problem in schema.problems(made)] == []
