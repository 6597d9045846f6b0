"""Queues, and what scales by their length."""

import json

from tests.local_cloud.aws.lives.life import Life


def redrive(count: int) -> str:
    return json.dumps({"deadLetterTargetArn": "$dead_letters.arn", "maxReceiveCount": count})


def metric(name: str, namespace: str, metric: str, dimension: tuple[str, str], statistic: str) -> dict[str, object]:
    dimensions = [{"name": dimension[0], "value": dimension[1]}]
    stat = {"metric": {"namespace": namespace, "metricName": metric, "dimensions": dimensions}, "stat": statistic}
    return {"id": name, "metricStat": stat, "returnData": False}


def backlog_per_task(target: float) -> dict[str, object]:
    visible = metric("visible", "AWS/SQS", "ApproximateNumberOfMessagesVisible", ("QueueName", "dev_orders"), "Average")
    tasks = metric("tasks", "AWS/ECS", "CPUUtilization", ("ServiceName", "orders"), "SampleCount")
    backlog = {"id": "backlog", "expression": "visible / FILL(tasks, 1)", "label": "a task's", "returnData": True}
    specification = {"metrics": [visible, tasks, backlog]}
    return {"customizedMetricSpecification": specification, "targetValue": target, "scaleInCooldown": 60}


SCALED = {
    "serviceNamespace": "ecs",
    "resourceId": "$scalable_target.resourceId",
    "scalableDimension": "ecs:service:DesiredCount",
}


def steps(adjustment: int) -> dict[str, object]:
    step = {"metricIntervalLowerBound": "0", "scalingAdjustment": adjustment}
    return {"adjustmentType": "ChangeInCapacity", "cooldown": 60, "stepAdjustments": [step]}


LIVES = [
    Life(
        "aws:sqs/queue:Queue",
        {
            "name": "dev_orders",
            "visibilityTimeoutSeconds": 120,
            "messageRetentionSeconds": 1209600,
            "receiveWaitTimeSeconds": 20,
            "sqsManagedSseEnabled": True,
            "redrivePolicy": redrive(5),
            "tags": {"Name": "q"},
        },
        update={"visibilityTimeoutSeconds": 30, "redrivePolicy": redrive(3), "tags": {"Name": "r"}},
        replace={"name": "dev_other", "fifoQueue": True},
        outputs=("arn", "url", "name"),
    ),
    Life(
        "aws:sqs/queue:Queue",
        {"name": "dev_orders.fifo", "fifoQueue": True, "contentBasedDeduplication": True, "kmsMasterKeyId": "$key.id"},
        update={"contentBasedDeduplication": False},
        replace={"name": "dev_other.fifo", "fifoQueue": False},
        outputs=("arn", "url"),
    ),
    Life(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        {
            "queueUrl": "$dead_letters.url",
            "redriveAllowPolicy": json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": ["$queue.arn"]}),
        },
        update={"redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"})},
        replace={"queueUrl": "http://other"},
        not_on=("moto",),  # it keeps none
    ),
    Life(
        "aws:appautoscaling/policy:Policy",
        {
            **SCALED,
            "name": "backlog",
            "policyType": "TargetTrackingScaling",
            "targetTrackingScalingPolicyConfiguration": backlog_per_task(100),
        },
        update={"targetTrackingScalingPolicyConfiguration": backlog_per_task(50)},
        outputs=("arn",),
    ),
    Life(
        "aws:appautoscaling/policy:Policy",
        {**SCALED, "name": "from-zero", "policyType": "StepScaling", "stepScalingPolicyConfiguration": steps(1)},
        update={"stepScalingPolicyConfiguration": steps(2)},
        outputs=("arn",),
    ),
    Life(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "dev_orders_backlog",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "threshold": 0,
            "metricQueries": [
                {
                    "id": "visible",
                    "metric": {
                        "namespace": "AWS/SQS",
                        "metricName": "ApproximateNumberOfMessagesVisible",
                        "dimensions": {"QueueName": "dev_orders"},
                        "period": 60,
                        "stat": "Maximum",
                    },
                },
                {"id": "backlog", "expression": "visible * 1", "label": "backlog", "returnData": True},
            ],
        },
        update={"threshold": 10},
        outputs=("arn",),
    ),
]
