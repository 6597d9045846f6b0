"""Web ACLs."""

from tests.local_cloud.aws.lives.life import Life

MEASURED = {"cloudwatchMetricsEnabled": True, "sampledRequestsEnabled": True, "metricName": "m"}
COMMON = {
    "name": "common",
    "priority": 0,
    "overrideAction": {"none": {}},
    "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"}},
    "visibilityConfig": MEASURED,
}
RATE = {
    "name": "rate-limit",
    "priority": 1,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP", "evaluationWindowSec": 300}},
    "visibilityConfig": MEASURED,
}
ACL = {
    "name": "needed",
    "scope": "REGIONAL",
    "defaultAction": {"allow": {}},
    "rules": [COMMON],
    "visibilityConfig": MEASURED,
}

LIVES = [
    Life(
        "aws:wafv2/webAcl:WebAcl",
        {**ACL, "name": "acl", "tags": {"Name": "a"}},
        update={"rules": [COMMON, RATE], "tags": {"Name": "b"}},
        replace={"name": "other"},
        outputs=("arn",),
    ),
    Life(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        {"resourceArn": "$load_balancer.arn", "webAclArn": "$acl.arn"},
        replace={"webAclArn": "arn:other"},
    ),
]
