"""Logs, alarms, dashboards, topics."""

import json

from tests.local_cloud.aws.lives.documents import policy
from tests.local_cloud.aws.lives.life import Life

LIVES = [
    Life(
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/slipway/dev/orders", "retentionInDays": 14, "tags": {"Name": "l"}},
        update={"retentionInDays": 30, "tags": {"Name": "m"}},
        replace={"name": "/slipway/dev/other"},
        outputs=("arn", "name"),
    ),
    Life(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "dev_orders_errors",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 3,
            "metricName": "HTTPCode_Target_5XX_Count",
            "namespace": "AWS/ApplicationELB",
            "period": 60,
            "statistic": "Sum",
            "threshold": 5,
            "dimensions": {"LoadBalancer": "app/front/1", "TargetGroup": "targetgroup/t/2"},
            "alarmActions": ["$topic.arn"],
            "okActions": ["$topic.arn"],
            "treatMissingData": "notBreaching",
            "tags": {"Name": "a"},
        },
        update={"threshold": 10, "tags": {"Name": "b"}},
        replace={"name": "dev_orders_other"},
        outputs=("arn", "name"),
    ),
    Life(
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboardName": "slipway-dev", "dashboardBody": json.dumps({"widgets": []})},
        update={
            "dashboardBody": json.dumps(
                {
                    "widgets": [
                        {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": "hi"}}
                    ]
                }
            )
        },
        replace={"dashboardName": "slipway-other"},
        outputs=("dashboardArn",),
    ),
    Life(
        "aws:sns/topic:Topic",
        {"name": "alarms", "displayName": "Alarms", "tags": {"Name": "t"}},
        update={"displayName": "Alerts", "tags": {"Name": "u"}},
        replace={"name": "another"},
        outputs=("arn",),
    ),
    Life(
        "aws:cloudwatch/eventRule:EventRule",
        {
            "name": "dev-alarms",
            "description": "Alarms",
            "eventPattern": json.dumps({"source": ["aws.cloudwatch"]}),
            "tags": {"Name": "r"},
        },
        update={"description": "Alarms of dev", "tags": {"Name": "s"}},
        replace={"name": "another"},
        outputs=("arn", "name"),
    ),
    Life(
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "rule": "$rule.name",
            "targetId": "events",
            "arn": "$topic.arn",
            "inputTransformer": {"inputPaths": {"id": "$.id"}, "inputTemplate": '{"id": <id>}'},
        },
        update={"inputTransformer": {"inputPaths": {"id": "$.id"}, "inputTemplate": '{"event": <id>}'}},
        replace={"targetId": "others"},
    ),
    Life(
        "aws:sns/topicSubscription:TopicSubscription",
        {"topic": "$topic.arn", "protocol": "email", "endpoint": "on-call@example.com"},
        replace={"endpoint": "others@example.com"},
        outputs=("arn",),
        not_on=("ministack",),  # it confirms mail by itself
        stays_on=("local_cloud",),  # and on AWS, which forgets by itself what nobody confirmed
    ),
    Life(
        "aws:sns/topicPolicy:TopicPolicy",
        {
            "arn": "$topic.arn",
            "policy": policy(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": "*",
                }
            ),
        },
        update={
            "policy": policy(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": "*",
                }
            )
        },
        replace={"arn": "arn:other"},
    ),
]
