"""Records in hosted zones."""

from tests.local_cloud.aws.lives.life import Life

_ALIAS = {"name": "$load_balancer.dnsName", "zoneId": "$load_balancer.zoneId", "evaluateTargetHealth": False}

LIVES = [
    Life(
        "aws:route53/record:Record",
        {
            "zoneId": "$namespace.hostedZone",
            "name": "*.shop.needed.slipway.internal",
            "type": "A",
            "aliases": [_ALIAS],
            "setIdentifier": "orders-api",
            "weightedRoutingPolicies": [{"weight": 1}],
        },
        update={"weightedRoutingPolicies": [{"weight": 2}]},
        replace={"name": "other.needed.slipway.internal"},
        outputs=("fqdn",),
        # It gives the zone of a namespace another name than the namespace's.
        not_on=("moto",),
    ),
]
