"""What lives stand on, by the names they know it by."""

from typing import Any

from tests.local_cloud.aws.lives.documents import containers, trust
from tests.local_cloud.aws.lives.firewalls import ACL

CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/"
NEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "vpc": ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.7.0.0/16"}),
    "gateway": ("aws:ec2/internetGateway:InternetGateway", {"vpcId": "$vpc.id"}),
    "subnet": (
        "aws:ec2/subnet:Subnet",
        {"vpcId": "$vpc.id", "cidrBlock": "10.7.8.0/24", "availabilityZone": "ap-northeast-1a"},
    ),
    "other_subnet": (
        "aws:ec2/subnet:Subnet",
        {"vpcId": "$vpc.id", "cidrBlock": "10.7.9.0/24", "availabilityZone": "ap-northeast-1c"},
    ),
    "address": ("aws:ec2/eip:Eip", {"domain": "vpc"}),
    "route_table": ("aws:ec2/routeTable:RouteTable", {"vpcId": "$vpc.id"}),
    "group": ("aws:ec2/securityGroup:SecurityGroup", {"name": "needed", "vpcId": "$vpc.id", "description": "needed"}),
    "other_group": (
        "aws:ec2/securityGroup:SecurityGroup",
        {"name": "also-needed", "vpcId": "$vpc.id", "description": "also needed"},
    ),
    "rule": (
        "aws:cloudwatch/eventRule:EventRule",
        {"name": "needed", "eventPattern": '{"source": ["aws.cloudwatch"]}'},
    ),
    "file_system": ("aws:efs/fileSystem:FileSystem", {"tags": {"Name": "needed"}}),
    "repository": ("aws:ecr/repository:Repository", {"name": "needed"}),
    "load_balancer": (
        "aws:lb/loadBalancer:LoadBalancer",
        {
            "name": "needed",
            "subnets": ["$subnet.id", "$other_subnet.id"],
            "securityGroups": ["$group.id"],
            "loadBalancerType": "application",
        },
    ),
    "target_group": (
        "aws:lb/targetGroup:TargetGroup",
        {"name": "needed", "port": 80, "protocol": "HTTP", "targetType": "ip", "vpcId": "$vpc.id"},
    ),
    "listener": (
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": "$load_balancer.id",
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [{"type": "forward", "targetGroupArn": "$target_group.id"}],
        },
    ),
    "acl": ("aws:wafv2/webAcl:WebAcl", ACL),
    "secure_listener": (
        "aws:lb/listener:Listener",
        {
            "loadBalancerArn": "$load_balancer.id",
            "port": 443,
            "protocol": "HTTPS",
            "certificateArn": f"{CERTIFICATE}1",
            "defaultActions": [{"type": "forward", "targetGroupArn": "$target_group.id"}],
        },
    ),
    "cluster": ("aws:ecs/cluster:Cluster", {"name": "needed"}),
    "definition": (
        "aws:ecs/taskDefinition:TaskDefinition",
        {
            "family": "needed",
            "containerDefinitions": containers("app:1"),
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
        },
    ),
    "service": (
        "aws:ecs/service:Service",
        {
            "name": "needed",
            "cluster": "$cluster.id",
            "taskDefinition": "$definition.arn",
            "desiredCount": 0,
            "networkConfiguration": {"subnets": ["$subnet.id"], "securityGroups": ["$group.id"]},
        },
    ),
    "namespace": (
        "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        {"name": "needed.slipway.internal", "vpc": "$vpc.id"},
    ),
    "scalable_target": (
        "aws:appautoscaling/target:Target",
        {
            "serviceNamespace": "ecs",
            "resourceId": "service/needed/$service.name",
            "scalableDimension": "ecs:service:DesiredCount",
            "minCapacity": 0,
            "maxCapacity": 0,
        },
    ),
    "role": ("aws:iam/role:Role", {"name": "needed", "assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}),
    "other_role": ("aws:iam/role:Role", {"name": "also-needed", "assumeRolePolicy": trust("ec2.amazonaws.com")}),
    "template": (
        "aws:ec2/launchTemplate:LaunchTemplate",
        {"name": "needed", "imageId": "ami-12345678", "instanceType": "m7g.large"},
    ),
    "instances": (
        "aws:autoscaling/group:Group",
        {
            "name": "needed",
            "minSize": 0,
            "maxSize": 2,
            "launchTemplate": {"id": "$template.id", "version": "$Latest"},
            "vpcZoneIdentifiers": ["$subnet.id"],
            "protectFromScaleIn": True,
        },
    ),
    "bucket": ("aws:s3/bucket:Bucket", {"bucket": "needed-by-others", "forceDestroy": True}),
    "key": ("aws:kms/key:Key", {"description": "needed"}),
    "other_key": ("aws:kms/key:Key", {"description": "also needed"}),
    "log_group": ("aws:cloudwatch/logGroup:LogGroup", {"name": "/needed"}),
    "topic": ("aws:sns/topic:Topic", {"name": "needed"}),
    "queue": ("aws:sqs/queue:Queue", {"name": "needed"}),
    "dead_letters": ("aws:sqs/queue:Queue", {"name": "needed_dead"}),
    "machine": (
        "aws:sfn/stateMachine:StateMachine",
        {
            "name": "needed",
            "roleArn": "$role.arn",
            "definition": '{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
        },
    ),
    "schedule_group": ("aws:scheduler/scheduleGroup:ScheduleGroup", {"name": "needed"}),
    "api": ("aws:apigatewayv2/api:Api", {"name": "needed", "protocolType": "HTTP"}),
    "stage": ("aws:apigatewayv2/stage:Stage", {"apiId": "$api.id", "name": "v1", "autoDeploy": True}),
    "integration": (
        "aws:apigatewayv2/integration:Integration",
        {
            "apiId": "$api.id",
            "integrationType": "HTTP_PROXY",
            "integrationMethod": "ANY",
            "integrationUri": "https://example.com",
        },
    ),
    "authorizer": (
        "aws:apigatewayv2/authorizer:Authorizer",
        {
            "apiId": "$api.id",
            "name": "needed",
            "authorizerType": "JWT",
            "identitySources": ["$request.header.Authorization"],
            "jwtConfiguration": {"issuer": "https://login.example.com", "audiences": ["all"]},
        },
    ),
    "domain_name": (
        "aws:apigatewayv2/domainName:DomainName",
        {
            "domainName": "needed.example.com",
            "domainNameConfiguration": {
                "certificateArn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1",
                "endpointType": "REGIONAL",
                "securityPolicy": "TLS_1_2",
            },
        },
    ),
}
