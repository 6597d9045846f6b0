"""ECS, its scaling and its namespaces."""

from tests.local_cloud.aws.lives.documents import containers
from tests.local_cloud.aws.lives.life import Life

LIVES = [
    Life(
        "aws:ecs/cluster:Cluster",
        {
            "name": "cluster",
            "settings": [{"name": "containerInsights", "value": "enabled"}],
            "configuration": {
                "executeCommandConfiguration": {
                    "kmsKeyId": "$key.arn",
                    "logging": "OVERRIDE",
                    "logConfiguration": {"cloudWatchEncryptionEnabled": True, "cloudWatchLogGroupName": "exec"},
                }
            },
            "tags": {"Name": "c"},
        },
        update={"settings": [{"name": "containerInsights", "value": "disabled"}], "tags": {"Name": "d"}},
        replace={"name": "another"},
        outputs=("arn", "name"),
    ),
    Life(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        {"clusterName": "$cluster.name", "capacityProviders": ["FARGATE"]},
        update={
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}],
        },
        replace={"clusterName": "another"},
    ),
    Life(
        "aws:ecs/taskDefinition:TaskDefinition",
        {
            "family": "dev_orders_definition",
            "containerDefinitions": containers("app:unreleased"),
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
            "executionRoleArn": "$role.arn",
            "taskRoleArn": "$role.arn",
            "tags": {"Name": "t"},
        },
        update={"tags": {"Name": "u"}},
        replace={"cpu": "512"},
        outputs=("arn", "revision", "arnWithoutRevision", "family"),
    ),
    Life(
        "aws:ecs/service:Service",
        {
            "name": "orders",
            "cluster": "$cluster.id",
            "taskDefinition": "$definition.arn",
            "desiredCount": 0,
            "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}],
            "networkConfiguration": {
                "subnets": ["$subnet.id"],
                "securityGroups": ["$group.id"],
                "assignPublicIp": False,
            },
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "deploymentMaximumPercent": 200,
            "deploymentMinimumHealthyPercent": 100,
            "enableExecuteCommand": True,
            "enableEcsManagedTags": True,
            "propagateTags": "SERVICE",
            "forceNewDeployment": True,
            "waitForSteadyState": False,
            "tags": {"Name": "s"},
        },
        update={"deploymentMaximumPercent": 150, "triggers": {"payments": "sg-1"}, "tags": {"Name": "u"}},
        replace={"cluster": "another"},
        outputs=("arn", "name"),
    ),
    Life(
        "aws:servicediscovery/httpNamespace:HttpNamespace",
        {"name": "dev.slipway.internal", "description": "dev", "tags": {"Name": "n"}},
        update={"description": "the dev one"},
        replace={"name": "another"},
        outputs=("arn",),
    ),
    Life(
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        {"name": "dns.slipway.internal", "vpc": "$vpc.id", "description": "dns"},
        update={"description": "the other"},
        replace={"name": "another"},
        outputs=("arn",),
    ),
    Life(
        "aws:servicediscovery/service:Service",
        {
            "name": "payments",
            "description": "Tasks of payments",
            "dnsConfig": {
                "namespaceId": "$namespace.id",
                "routingPolicy": "MULTIVALUE",
                "dnsRecords": [{"type": "A", "ttl": 10}],
            },
            "healthCheckCustomConfig": {"failureThreshold": 1},
            "forceDestroy": True,
        },
        update={
            "description": "All of its tasks",
            "dnsConfig": {
                "namespaceId": "$namespace.id",
                "routingPolicy": "MULTIVALUE",
                "dnsRecords": [{"type": "A", "ttl": 60}, {"type": "SRV", "ttl": 60}],
            },
        },
        replace={"name": "another"},
        outputs=("arn", "name"),
    ),
    Life(
        "aws:appautoscaling/target:Target",
        {
            "serviceNamespace": "ecs",
            "resourceId": "service/needed/$service.name",
            "scalableDimension": "ecs:service:DesiredCount",
            "minCapacity": 1,
            "maxCapacity": 4,
            "suspendedState": {"scheduledScalingSuspended": True},
        },
        update={"maxCapacity": 6, "suspendedState": {"scheduledScalingSuspended": False}},
        replace={"resourceId": "service/needed/other"},
        outputs=("resourceId",),
    ),
    Life(
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        {
            "name": "morning",
            "serviceNamespace": "ecs",
            "resourceId": "$scalable_target.resourceId",
            "scalableDimension": "ecs:service:DesiredCount",
            "schedule": "cron(0 8 ? * MON-FRI *)",
            "timezone": "Asia/Tokyo",
            "scalableTargetAction": {"minCapacity": 2, "maxCapacity": 6},
        },
        update={"schedule": "cron(0 9 ? * MON-FRI *)", "scalableTargetAction": {"minCapacity": 3}},
        replace={"name": "later"},
        outputs=("arn",),
    ),
    Life(
        "aws:appautoscaling/policy:Policy",
        {
            "name": "cpu",
            "policyType": "TargetTrackingScaling",
            "serviceNamespace": "ecs",
            "resourceId": "$scalable_target.resourceId",
            "scalableDimension": "ecs:service:DesiredCount",
            "targetTrackingScalingPolicyConfiguration": {
                "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
                "targetValue": 60,
                "scaleInCooldown": 300,
            },
        },
        update={
            "targetTrackingScalingPolicyConfiguration": {
                "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
                "targetValue": 70,
            }
        },
        replace={"name": "another"},
        outputs=("arn",),
    ),
]
