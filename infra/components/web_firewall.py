"""A web ACL before load balancers: AWS's managed groups of rules, and a limit to what one address may send."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from service_catalog.model import Waf

_GROUPS = {
    "common": "AWSManagedRulesCommonRuleSet",
    "known-bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "ip-reputation": "AWSManagedRulesAmazonIpReputationList",
    "anonymous-ip": "AWSManagedRulesAnonymousIpList",
    "admin": "AWSManagedRulesAdminProtectionRuleSet",
    "sql": "AWSManagedRulesSQLiRuleSet",
    "linux": "AWSManagedRulesLinuxRuleSet",
    "posix": "AWSManagedRulesUnixRuleSet",
    "windows": "AWSManagedRulesWindowsRuleSet",
    "php": "AWSManagedRulesPHPRuleSet",
    "wordpress": "AWSManagedRulesWordPressRuleSet",
}
_RATE_WINDOW_SECONDS = 300


@dataclass(frozen=True)
class WebFirewallArgs:
    waf: Waf
    load_balancers: Mapping[str, pulumi.Input[str]]
    """Their ARNs, by a name for each"""


class WebFirewall(pulumi.ComponentResource):
    def __init__(self, name: str, args: WebFirewallArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:WebFirewall", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        acl = aws.wafv2.WebAcl(
            name,
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=_rules(args.waf),
            visibility_config=_measured(name),
            opts=child,
        )
        for balancer, arn in args.load_balancers.items():
            aws.wafv2.WebAclAssociation(f"{name}-{balancer}", resource_arn=arn, web_acl_arn=acl.arn, opts=child)
        self.register_outputs({})


def _rules(waf: Waf) -> list[Any]:
    """Asked in this order; who sends too much is refused first, which is the cheapest to find out."""
    rules = [
        *([_rate(waf, waf.rate_limit)] if waf.rate_limit else []),
        *(_managed(waf, it) for it in waf.managed_groups),
    ]
    return [{**rule, "priority": priority} for priority, rule in enumerate(rules)]


def _rate(waf: Waf, limit: int) -> dict[str, Any]:
    counted = {"limit": limit, "aggregate_key_type": "IP", "evaluation_window_sec": _RATE_WINDOW_SECONDS}
    return {
        "name": "rate-limit",
        "action": {"block": {}} if waf.mode == "block" else {"count": {}},
        "statement": {"rate_based_statement": counted},
        "visibility_config": _measured("rate-limit"),
    }


def _managed(waf: Waf, group: str) -> dict[str, Any]:
    return {
        "name": group,
        "override_action": {"none": {}} if waf.mode == "block" else {"count": {}},
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": _GROUPS[group]}},
        "visibility_config": _measured(group),
    }


def _measured(metric: str) -> dict[str, Any]:
    return {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True, "metric_name": metric}
