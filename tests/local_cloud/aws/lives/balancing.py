"""Load balancers and what hangs on them."""

from tests.local_cloud.aws.lives.life import Life
from tests.local_cloud.aws.lives.needs import CERTIFICATE

LIVES = [
    Life(
        "aws:lb/loadBalancer:LoadBalancer",
        {
            "name": "front",
            "internal": False,
            "loadBalancerType": "application",
            "subnets": ["$subnet.id", "$other_subnet.id"],
            "securityGroups": ["$group.id"],
            "idleTimeout": 30,
            "dropInvalidHeaderFields": True,
            "accessLogs": {"enabled": True, "bucket": "$bucket.id", "prefix": "alb"},
            "tags": {"Name": "l"},
        },
        update={"idleTimeout": 40, "tags": {"Name": "m"}},
        replace={"internal": True},
        outputs=("arn", "arnSuffix", "dnsName", "zoneId"),
    ),
    Life(
        "aws:lb/targetGroup:TargetGroup",
        {
            "name": "group",
            "port": 8080,
            "protocol": "HTTP",
            "targetType": "ip",
            "vpcId": "$vpc.id",
            "protocolVersion": "HTTP1",
            "deregistrationDelay": 20,
            "stickiness": {"enabled": False, "type": "lb_cookie"},
            "healthCheck": {
                "path": "/healthz",
                "matcher": "200-299",
                "interval": 15,
                "timeout": 5,
                "healthyThreshold": 2,
            },
            "tags": {"Name": "t"},
        },
        update={
            "healthCheck": {"path": "/up", "matcher": "200", "interval": 10},
            "deregistrationDelay": 30,
            "slowStart": 60,
            "stickiness": {"enabled": True, "type": "app_cookie", "cookieName": "SESSION", "cookieDuration": 60},
        },
        replace={"port": 8081, "protocolVersion": "HTTP2"},
        outputs=("arn", "arnSuffix", "name"),
    ),
    Life(
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": "$load_balancer.id",
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [
                {
                    "type": "fixed-response",
                    "fixedResponse": {
                        "contentType": "text/plain",
                        "messageBody": "no such service",
                        "statusCode": "404",
                    },
                }
            ],
            "routingHttpResponseXFrameOptionsHeaderValue": "DENY",
            "tags": {"Name": "l"},
        },
        update={
            "routingHttpResponseXFrameOptionsHeaderValue": "",
            "defaultActions": [
                {"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}
            ],
        },
        replace={"loadBalancerArn": "arn:other"},
        outputs=("arn",),
    ),
    Life(
        "aws:lb/listenerCertificate:ListenerCertificate",
        {"listenerArn": "$secure_listener.id", "certificateArn": f"{CERTIFICATE}2"},
        replace={"certificateArn": f"{CERTIFICATE}3"},
        # The one has none (the local cloud adds them: tests/local_cloud/test_load_balancers.py), the other asks for
        # certificates that are there.
        not_on=("ministack", "moto"),
    ),
    Life(
        "aws:lb/listenerRule:ListenerRule",
        {
            "listenerArn": "$listener.id",
            "priority": 10,
            "conditions": [{"hostHeader": {"values": ["a.example.com"]}}, {"pathPattern": {"values": ["/a", "/a/*"]}}],
            "actions": [{"type": "forward", "targetGroupArn": "$target_group.id"}],
            "tags": {"Name": "r"},
        },
        update={"priority": 20, "conditions": [{"pathPattern": {"values": ["/b"]}}]},
        replace={"listenerArn": "arn:other"},
        outputs=("arn",),
    ),
]
