"""The rows against what Pulumi's SDK and botocore say, without any emulator."""

import pytest

from local_cloud.aws.cloud import input_shape
from local_cloud.aws.kind import Call, Kind, Look, Step
from local_cloud.aws.kinds import KINDS
from tests.local_cloud.aws import pulumi_sdk
from tests.local_cloud.aws.lives import LIVES

ROWS = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.token)

FORCE_NEW = {
    "aws:appautoscaling/policy:Policy": "name resourceId scalableDimension serviceNamespace",
    "aws:appautoscaling/scheduledAction:ScheduledAction": "name resourceId scalableDimension serviceNamespace",
    "aws:appautoscaling/target:Target": "resourceId scalableDimension serviceNamespace",
    "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
    "aws:cloudwatch/logGroup:LogGroup": "name logGroupClass",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:ec2/eip:Eip": "address domain networkBorderGroup publicIpv4Pool",
    "aws:ec2/flowLog:FlowLog": "iamRoleArn logDestination logDestinationType logFormat maxAggregationInterval "
    "trafficType vpcId",
    "aws:ec2/natGateway:NatGateway": "allocationId connectivityType privateIp subnetId",
    "aws:ec2/route:Route": "destinationCidrBlock routeTableId",
    "aws:ec2/routeTable:RouteTable": "vpcId",
    "aws:ec2/securityGroup:SecurityGroup": "description name vpcId",
    "aws:ec2/subnet:Subnet": "availabilityZone availabilityZoneId cidrBlock vpcId",
    "aws:ec2/vpc:Vpc": "cidrBlock",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "serviceName vpcEndpointType vpcId",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "repository",
    "aws:ecr/repository:Repository": "encryptionConfigurations name",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "repository",
    "aws:ecs/cluster:Cluster": "name",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": "clusterName",
    "aws:ecs/service:Service": "cluster iamRole launchType name schedulingStrategy",
    "aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions cpu executionRoleArn family memory networkMode "
    "requiresCompatibilities runtimePlatform taskRoleArn volumes",
    "aws:iam/role:Role": "name path",
    "aws:iam/rolePolicy:RolePolicy": "name role",
    "aws:kms/alias:Alias": "name",
    "aws:lb/listener:Listener": "loadBalancerArn",
    "aws:lb/listenerRule:ListenerRule": "listenerArn",
    "aws:lb/loadBalancer:LoadBalancer": "internal loadBalancerType name",
    "aws:lb/targetGroup:TargetGroup": "name port protocol protocolVersion targetType vpcId",
    "aws:s3/bucket:Bucket": "bucket",
    "aws:s3/bucketObjectv2:BucketObjectv2": "bucket key",
    "aws:s3/bucketPolicy:BucketPolicy": "bucket",
    "aws:scheduler/schedule:Schedule": "groupName name",
    "aws:scheduler/scheduleGroup:ScheduleGroup": "name",
    "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": "name vpc",
    "aws:servicediscovery/service:Service": "healthCheckCustomConfig name namespaceId type",
    "aws:sfn/stateMachine:StateMachine": "name type",
    "aws:sns/topic:Topic": "name",
    "aws:sns/topicSubscription:TopicSubscription": "endpoint protocol topic",
    "aws:sqs/queue:Queue": "fifoQueue name",
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": "queueUrl",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "securityGroupId",
}
"""What the real provider replaces for (its ForceNew), as far as the platform uses it."""

IN_PLACE = {
    "aws:appautoscaling/target:Target": "maxCapacity minCapacity",
    "aws:cloudwatch/logGroup:LogGroup": "kmsKeyId retentionInDays",
    "aws:ec2/route:Route": "gatewayId natGatewayId",
    "aws:ec2/subnet:Subnet": "mapPublicIpOnLaunch",
    "aws:ecs/cluster:Cluster": "configuration settings",
    "aws:ecs/service:Service": "capacityProviderStrategies deploymentCircuitBreaker deploymentConfiguration "
    "deploymentMaximumPercent desiredCount enableExecuteCommand healthCheckGracePeriodSeconds loadBalancers "
    "networkConfiguration propagateTags serviceConnectConfiguration serviceRegistries taskDefinition triggers",
    "aws:iam/role:Role": "assumeRolePolicy description maxSessionDuration permissionsBoundary",
    "aws:lb/listener:Listener": "certificateArn defaultActions port protocol sslPolicy",
    "aws:lb/listenerRule:ListenerRule": "actions conditions priority",
    "aws:lb/loadBalancer:LoadBalancer": "accessLogs idleTimeout securityGroups subnets",
    "aws:lb/targetGroup:TargetGroup": "deregistrationDelay healthCheck slowStart stickiness",
    "aws:s3/bucketObjectv2:BucketObjectv2": "content contentType",
    "aws:scheduler/schedule:Schedule": "flexibleTimeWindow scheduleExpression scheduleExpressionTimezone state target",
    "aws:servicediscovery/service:Service": "description dnsConfig",
    "aws:sfn/stateMachine:StateMachine": "definition loggingConfiguration roleArn",
    "aws:sqs/queue:Queue": "kmsMasterKeyId messageRetentionSeconds redrivePolicy visibilityTimeoutSeconds",
}
"""What the real provider changes in place, where one might think otherwise."""


@pytest.mark.parametrize(("token", "properties"), FORCE_NEW.items(), ids=FORCE_NEW)
def test_what_forces_a_new_resource_is_as_with_the_real_provider(token: str, properties: str):
    assert {prop for prop in properties.split() if not KINDS[token].is_fixed(prop)} == set()


@pytest.mark.parametrize(("token", "properties"), IN_PLACE.items(), ids=IN_PLACE)
def test_what_changes_in_place_is_as_with_the_real_provider(token: str, properties: str):
    kind = KINDS[token]
    assert {prop for prop in properties.split() if kind.is_fixed(prop) or not kind.can_update(prop)} == set()


@ROWS
def test_a_row_names_only_properties_that_the_type_has(kind: Kind):
    named = {*kind.fixed.split(), *kind.local.split(), *kind.absent, *kind.unique.split(), *kind.kept_if.split()}
    for step in (kind.create, *kind.updates):
        named |= {*step.takes.split(), *(step.together.replace("*", "").split() if isinstance(step, Call) else ())}
    named |= {kind.named.prop} if kind.named else set()

    assert named - pulumi_sdk.inputs(kind.token) == set()


@ROWS
def test_a_row_gives_only_outputs_that_the_type_has(kind: Kind):
    assert set(kind.outputs) - pulumi_sdk.outputs(kind.token) == set()


@ROWS
def test_a_type_is_taggable_exactly_when_its_row_says_so(kind: Kind):
    assert kind.is_taggable == ("tags" in pulumi_sdk.inputs(kind.token))


@ROWS
def test_a_type_has_a_region_exactly_where_the_real_provider_gives_it_one(kind: Kind):
    assert kind.is_regional == ("region" in pulumi_sdk.inputs(kind.token))


@ROWS
def test_every_operation_of_a_row_exists_and_takes_its_arguments(kind: Kind):
    calls: list[Call] = [kind.create, *(step for step in kind.updates if not isinstance(step, Step))]
    calls += [kind.delete] if isinstance(kind.delete, Call) else []

    questions: list[Call | Look] = [*calls, kind.look]
    for question in questions:
        assert set(question.at) - set(input_shape(kind.service, question.operation).members) == set()
    for call in calls:
        assert not call.off or set(call.at) <= set(input_shape(kind.service, call.off).members)


@ROWS
def test_every_type_has_a_life_in_the_tests(kind: Kind):
    assert kind.token in {life.type for life in LIVES}
