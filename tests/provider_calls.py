"""What the provider of pulumi-aws 7 asks of AWS for each type of resource that the program makes, and of what.

To create, read, update, delete and tag them, as its sources have it. It asks more than the local cloud does: it
validates the definition of a state machine, lists its versions and reads the tags of all that bears some.
"""

from collections.abc import Iterator

REGION = "ap-northeast-1:123456789012"
EVERYTHING = "*"
"""Where AWS offers nothing narrower"""

_TAGS = "ListTagsForResource TagResource UntagResource"
_RULES = "ec2:DescribeSecurityGroupRules CreateTags DeleteTags ModifySecurityGroupRules"
_API = "apigateway:ap-northeast-1::"
_API_TAGS = f"{_API}/tags/arn%3Aaws%3Aapigateway"
_TAGS_OF_API = "apigateway:GET POST DELETE TagResource UntagResource"
_BUCKET = "s3:::slipway-dev-123456789012"
_CHAT = "chatbot::123456789012:chat-configuration"
_CLUSTER = f"ecs:{REGION}:cluster/slipway-dev"
_REPOSITORY = f"ecr:{REGION}:repository/orders-api"
_ACCESS_POINT = f"elasticfilesystem:{REGION}:access-point/fsap-1"
_FILE_SYSTEM = f"elasticfilesystem:{REGION}:file-system/fs-1"
_IMAGE = "ssm:ap-northeast-1::parameter/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
_ROLE = "iam::123456789012:role/dev_orders-api_task"
_RULE = f"events:{REGION}:rule/dev-events-0a1b2c3"
_TOPIC = f"sns:{REGION}:dev-alarms-0a1b2c3"

_OF_API = "GET POST PATCH DELETE"
"""Actions of API Gateway are methods, of the paths of its own API."""
_DELIVERY = (
    "logs:CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries PutResourcePolicy "
    "DescribeResourcePolicies DescribeLogGroups"
)

CALLS: dict[str, dict[str, str]] = {
    "apigatewayv2/api:Api": {
        f"{_API}/apis": "apigateway:POST",
        f"{_API}/apis/1a2b": f"apigateway:{_OF_API} PUT",
        f"{_API}/apis/1a2b/cors": "apigateway:DELETE",
        _API_TAGS: _TAGS_OF_API,
    },
    "apigatewayv2/apiMapping:ApiMapping": {
        f"{_API}/domainnames/api.example.com/apimappings": f"apigateway:{_OF_API}",
        f"{_API}/domainnames/api.example.com/apimappings/1a2b": f"apigateway:{_OF_API}",
    },
    "apigatewayv2/authorizer:Authorizer": {f"{_API}/apis/1a2b/authorizers": f"apigateway:{_OF_API}"},
    "apigatewayv2/domainName:DomainName": {
        f"{_API}/domainnames": "apigateway:POST",
        f"{_API}/domainnames/api.example.com": f"apigateway:{_OF_API}",
        _API_TAGS: _TAGS_OF_API,
    },
    "apigatewayv2/integration:Integration": {f"{_API}/apis/1a2b/integrations": f"apigateway:{_OF_API}"},
    "apigatewayv2/route:Route": {f"{_API}/apis/1a2b/routes": f"apigateway:{_OF_API}"},
    "apigatewayv2/stage:Stage": {
        f"{_API}/apis/1a2b/stages": f"apigateway:{_OF_API}",
        _API_TAGS: _TAGS_OF_API,
        # Lines of requests are delivered in the name of whoever sets the stage up.
        EVERYTHING: _DELIVERY,
    },
    "apigatewayv2/vpcLink:VpcLink": {
        f"{_API}/vpclinks": "apigateway:POST",
        f"{_API}/vpclinks/1a2b": f"apigateway:{_OF_API}",
        _API_TAGS: _TAGS_OF_API,
        "iam::123456789012:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway": (
            "iam:CreateServiceLinkedRole"
        ),
    },
    "appautoscaling/policy:Policy": {
        EVERYTHING: "application-autoscaling:PutScalingPolicy DescribeScalingPolicies DeleteScalingPolicy"
    },
    "appautoscaling/scheduledAction:ScheduledAction": {
        EVERYTHING: "application-autoscaling:PutScheduledAction DescribeScheduledActions DeleteScheduledAction"
    },
    "appautoscaling/target:Target": {
        EVERYTHING: "application-autoscaling:RegisterScalableTarget DescribeScalableTargets DeregisterScalableTarget "
        + _TAGS
    },
    "autoscaling/group:Group": {
        f"autoscaling:{REGION}:autoScalingGroup:1234:autoScalingGroupName/dev-ec2-0a1b2c3": "autoscaling:"
        "CreateAutoScalingGroup UpdateAutoScalingGroup DeleteAutoScalingGroup CreateOrUpdateTags DeleteTags "
        "SetInstanceProtection",
        EVERYTHING: "autoscaling:DescribeAutoScalingGroups DescribeScalingActivities DescribeTrafficSources",
        # Whoever makes a group of a template must be allowed what the template says.
        f"ec2:{REGION}:instance/*": "ec2:RunInstances",
        _IMAGE: "ssm:GetParameters",
    },
    "chatbot/slackChannelConfiguration:SlackChannelConfiguration": {
        EVERYTHING: "chatbot:CreateSlackChannelConfiguration DescribeSlackChannelConfigurations ListTagsForResource",
        f"{_CHAT}/slack-channel/slipway-dev-1a2b3c4d": "chatbot:UpdateSlackChannelConfiguration "
        "DeleteSlackChannelConfiguration TagResource UntagResource",
        "iam::123456789012:role/dev_chat": "iam:PassRole",
    },
    "chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": {
        EVERYTHING: "chatbot:CreateMicrosoftTeamsChannelConfiguration GetMicrosoftTeamsChannelConfiguration "
        "ListMicrosoftTeamsChannelConfigurations "
        "ListTagsForResource",
        f"{_CHAT}/microsoft-teams-channel/slipway-dev-1a2b3c4d": "chatbot:UpdateMicrosoftTeamsChannelConfiguration "
        "DeleteMicrosoftTeamsChannelConfiguration TagResource UntagResource",
        "iam::123456789012:role/dev_chat": "iam:PassRole",
    },
    "cloudwatch/dashboard:Dashboard": {
        "cloudwatch::123456789012:dashboard/slipway-dev": "cloudwatch:PutDashboard GetDashboard DeleteDashboards",
        "cloudwatch::123456789012:dashboard/slipway-dev_orders-api": "cloudwatch:PutDashboard GetDashboard "
        "DeleteDashboards",
    },
    "cloudwatch/logGroup:LogGroup": {
        f"logs:{REGION}:log-group:/slipway/dev/orders-api": "logs:CreateLogGroup PutRetentionPolicy "
        f"DeleteRetentionPolicy AssociateKmsKey DisassociateKmsKey DeleteLogGroup {_TAGS}",
        EVERYTHING: "logs:DescribeLogGroups",
    },
    "cloudwatch/metricAlarm:MetricAlarm": {
        f"cloudwatch:{REGION}:alarm:dev_orders-api_cpu_percent": "cloudwatch:PutMetricAlarm DescribeAlarms "
        f"DeleteAlarms {_TAGS}",
        f"cloudwatch:{REGION}:alarm:dev-mailer-first-task": "cloudwatch:PutMetricAlarm DeleteAlarms",
    },
    "ec2/defaultSecurityGroup:DefaultSecurityGroup": {
        EVERYTHING: "ec2:DescribeSecurityGroups AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress "
        "AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress CreateTags DeleteTags"
    },
    "ec2/eip:Eip": {
        EVERYTHING: "ec2:AllocateAddress DescribeAddresses DescribeAddressesAttribute DisassociateAddress "
        "ReleaseAddress CreateTags DeleteTags"
    },
    "ec2/flowLog:FlowLog": {
        EVERYTHING: "ec2:CreateFlowLogs DescribeFlowLogs DeleteFlowLogs CreateTags DeleteTags",
        "iam::123456789012:role/dev_flow-logs": "iam:PassRole",
    },
    "ec2/internetGateway:InternetGateway": {
        EVERYTHING: "ec2:CreateInternetGateway AttachInternetGateway DescribeInternetGateways DetachInternetGateway "
        "DeleteInternetGateway CreateTags DeleteTags"
    },
    "ec2/launchTemplate:LaunchTemplate": {
        EVERYTHING: "ec2:CreateLaunchTemplate CreateLaunchTemplateVersion DescribeLaunchTemplates "
        "DescribeLaunchTemplateVersions ModifyLaunchTemplate DeleteLaunchTemplate CreateTags DeleteTags"
    },
    "ec2/natGateway:NatGateway": {
        EVERYTHING: "ec2:CreateNatGateway DescribeNatGateways DeleteNatGateway CreateTags DeleteTags"
    },
    "ec2/route:Route": {EVERYTHING: "ec2:CreateRoute DescribeRouteTables ReplaceRoute DeleteRoute"},
    "ec2/routeTable:RouteTable": {
        EVERYTHING: "ec2:CreateRouteTable DescribeRouteTables DisassociateRouteTable DeleteRouteTable CreateTags "
        "DeleteTags"
    },
    "ec2/routeTableAssociation:RouteTableAssociation": {
        EVERYTHING: "ec2:AssociateRouteTable DescribeRouteTables ReplaceRouteTableAssociation DisassociateRouteTable"
    },
    "ec2/securityGroup:SecurityGroup": {
        EVERYTHING: "ec2:CreateSecurityGroup DescribeSecurityGroups DescribeNetworkInterfaces "
        "RevokeSecurityGroupIngress RevokeSecurityGroupEgress AuthorizeSecurityGroupIngress "
        "AuthorizeSecurityGroupEgress DeleteSecurityGroup CreateTags DeleteTags"
    },
    "ec2/subnet:Subnet": {
        EVERYTHING: "ec2:CreateSubnet DescribeSubnets ModifySubnetAttribute DescribeNetworkInterfaces DeleteSubnet "
        "CreateTags DeleteTags"
    },
    "ec2/vpc:Vpc": {
        EVERYTHING: "ec2:CreateVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute DescribeNetworkAcls "
        "DescribeRouteTables DescribeSecurityGroups DeleteVpc CreateTags DeleteTags"
    },
    "ec2/vpcEndpoint:VpcEndpoint": {
        EVERYTHING: "ec2:CreateVpcEndpoint DescribeVpcEndpoints DescribePrefixLists ModifyVpcEndpoint "
        "DeleteVpcEndpoints CreateTags DeleteTags"
    },
    "ecr/lifecyclePolicy:LifecyclePolicy": {
        _REPOSITORY: "ecr:PutLifecyclePolicy GetLifecyclePolicy DeleteLifecyclePolicy"
    },
    "ecr/repository:Repository": {
        _REPOSITORY: "ecr:CreateRepository DescribeRepositories PutImageTagMutability PutImageScanningConfiguration "
        + _TAGS
    },
    "ecr/repositoryPolicy:RepositoryPolicy": {
        _REPOSITORY: "ecr:SetRepositoryPolicy GetRepositoryPolicy DeleteRepositoryPolicy"
    },
    "efs/accessPoint:AccessPoint": {
        _FILE_SYSTEM: "elasticfilesystem:CreateAccessPoint",
        _ACCESS_POINT: f"elasticfilesystem:DescribeAccessPoints DeleteAccessPoint {_TAGS}",
    },
    "efs/backupPolicy:BackupPolicy": {_FILE_SYSTEM: "elasticfilesystem:PutBackupPolicy DescribeBackupPolicy"},
    "efs/fileSystem:FileSystem": {
        _FILE_SYSTEM: "elasticfilesystem:CreateFileSystem DescribeFileSystems UpdateFileSystem DeleteFileSystem "
        f"PutLifecycleConfiguration DescribeLifecycleConfiguration {_TAGS}"
    },
    "efs/fileSystemPolicy:FileSystemPolicy": {
        _FILE_SYSTEM: "elasticfilesystem:PutFileSystemPolicy DescribeFileSystemPolicy DeleteFileSystemPolicy"
    },
    "efs/mountTarget:MountTarget": {
        _FILE_SYSTEM: "elasticfilesystem:CreateMountTarget DescribeMountTargets DeleteMountTarget "
        "ModifyMountTargetSecurityGroups DescribeMountTargetSecurityGroups",
        # Its network interface is made in the name of whoever makes it.
        EVERYTHING: "ec2:DescribeSubnets DescribeNetworkInterfaces CreateNetworkInterface DeleteNetworkInterface "
        "ModifyNetworkInterfaceAttribute",
    },
    "ecs/capacityProvider:CapacityProvider": {
        EVERYTHING: "ecs:CreateCapacityProvider DescribeCapacityProviders",
        f"ecs:{REGION}:capacity-provider/slipway-dev-ec2": f"ecs:UpdateCapacityProvider DeleteCapacityProvider {_TAGS}",
        "iam::123456789012:role/aws-service-role/ecs-compute.amazonaws.com/AWSServiceRoleForECSCompute": (
            "iam:CreateServiceLinkedRole"
        ),
    },
    "ecs/cluster:Cluster": {
        EVERYTHING: "ecs:CreateCluster",
        _CLUSTER: f"ecs:DescribeClusters UpdateCluster DeleteCluster {_TAGS}",
    },
    "ecs/clusterCapacityProviders:ClusterCapacityProviders": {
        _CLUSTER: "ecs:PutClusterCapacityProviders DescribeClusters"
    },
    "ecs/service:Service": {
        f"ecs:{REGION}:service/slipway-dev/orders-api": f"ecs:CreateService DescribeServices UpdateService "
        f"DeleteService {_TAGS}"
    },
    "ecs/taskDefinition:TaskDefinition": {
        f"ecs:{REGION}:task-definition/dev_orders-api_definition:*": f"ecs:RegisterTaskDefinition {_TAGS}",
        EVERYTHING: "ecs:DescribeTaskDefinition DeregisterTaskDefinition",
    },
    "iam/instanceProfile:InstanceProfile": {
        "iam::123456789012:instance-profile/dev_instances": "iam:CreateInstanceProfile GetInstanceProfile "
        "AddRoleToInstanceProfile RemoveRoleFromInstanceProfile DeleteInstanceProfile TagInstanceProfile "
        "UntagInstanceProfile",
        "iam::123456789012:role/dev_instances": "iam:GetRole PassRole",
        "iam::123456789012:instance-profile/dev_managed-instances": "iam:CreateInstanceProfile",
        "iam::123456789012:role/dev_managed-instances": "iam:GetRole PassRole",
    },
    "iam/role:Role": {
        _ROLE: "iam:CreateRole GetRole ListRolePolicies GetRolePolicy ListAttachedRolePolicies UpdateAssumeRolePolicy "
        "UpdateRole UpdateRoleDescription ListInstanceProfilesForRole DetachRolePolicy DeleteRolePolicy DeleteRole "
        "TagRole UntagRole ListRoleTags"
    },
    "iam/rolePolicy:RolePolicy": {_ROLE: "iam:PutRolePolicy GetRolePolicy DeleteRolePolicy"},
    "kms/key:Key": {
        # What makes a key also gives it its tags, when no tag of it can be asked for yet.
        EVERYTHING: "kms:CreateKey TagResource",
        f"kms:{REGION}:key/1234": "kms:DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation "
        "DisableKeyRotation UpdateKeyDescription ListResourceTags TagResource UntagResource ScheduleKeyDeletion",
    },
    "lb/listener:Listener": {
        EVERYTHING: "elasticloadbalancing:CreateListener DescribeListeners DescribeListenerAttributes "
        "ModifyListenerAttributes ModifyListener DeleteListener DescribeTags AddTags RemoveTags"
    },
    "lb/listenerCertificate:ListenerCertificate": {
        EVERYTHING: "elasticloadbalancing:AddListenerCertificates DescribeListenerCertificates "
        "RemoveListenerCertificates"
    },
    "lb/listenerRule:ListenerRule": {
        EVERYTHING: "elasticloadbalancing:CreateRule DescribeRules ModifyRule SetRulePriorities DeleteRule "
        "DescribeTags AddTags RemoveTags"
    },
    "lb/loadBalancer:LoadBalancer": {
        EVERYTHING: "elasticloadbalancing:CreateLoadBalancer DescribeLoadBalancers DescribeLoadBalancerAttributes "
        "DescribeCapacityReservation ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets SetIpAddressType "
        "DeleteLoadBalancer DescribeTags AddTags RemoveTags"
    },
    "lb/targetGroup:TargetGroup": {
        EVERYTHING: "elasticloadbalancing:CreateTargetGroup DescribeTargetGroups DescribeTargetGroupAttributes "
        "ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup DescribeTags AddTags RemoveTags"
    },
    "s3/bucket:Bucket": {
        _BUCKET: "s3:CreateBucket ListBucket GetBucketAcl GetBucketCORS GetBucketWebsite GetBucketVersioning "
        "GetAccelerateConfiguration GetBucketRequestPayment GetBucketLogging GetLifecycleConfiguration "
        "GetReplicationConfiguration GetEncryptionConfiguration GetBucketObjectLockConfiguration GetBucketLocation "
        "GetBucketPolicy GetBucketTagging PutBucketTagging DeleteBucket"
    },
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        _BUCKET: "s3:PutLifecycleConfiguration GetLifecycleConfiguration"
    },
    "s3/bucketObjectv2:BucketObjectv2": {
        f"{_BUCKET}/provisioned/orders-api.json": "s3:PutObject GetObject GetObjectTagging PutObjectTagging "
        "DeleteObject DeleteObjectVersion",
        _BUCKET: "s3:ListBucket ListBucketVersions",
    },
    "s3/bucketOwnershipControls:BucketOwnershipControls": {
        _BUCKET: "s3:PutBucketOwnershipControls GetBucketOwnershipControls"
    },
    "s3/bucketPolicy:BucketPolicy": {_BUCKET: "s3:PutBucketPolicy GetBucketPolicy DeleteBucketPolicy"},
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        _BUCKET: "s3:PutBucketPublicAccessBlock GetBucketPublicAccessBlock"
    },
    "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        _BUCKET: "s3:PutEncryptionConfiguration GetEncryptionConfiguration"
    },
    "s3/bucketVersioning:BucketVersioning": {_BUCKET: "s3:PutBucketVersioning GetBucketVersioning"},
    "scheduler/schedule:Schedule": {
        f"scheduler:{REGION}:schedule/slipway-dev/nightly": "scheduler:CreateSchedule GetSchedule UpdateSchedule "
        "DeleteSchedule"
    },
    "lambda/permission:Permission": {
        f"lambda:{REGION}:function:check": "lambda:AddPermission GetPolicy RemovePermission"
    },
    "route53/record:Record": {
        # A change is waited for by its own id, of which nothing is known before.
        EVERYTHING: "route53:GetChange",
        "route53:::hostedzone/*": "route53:GetHostedZone ChangeResourceRecordSets ListResourceRecordSets",
    },
    "scheduler/scheduleGroup:ScheduleGroup": {
        f"scheduler:{REGION}:schedule-group/slipway-dev": f"scheduler:CreateScheduleGroup GetScheduleGroup "
        f"DeleteScheduleGroup {_TAGS}"
    },
    "servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
        EVERYTHING: f"servicediscovery:CreatePrivateDnsNamespace GetNamespace GetOperation ListNamespaces "
        f"UpdatePrivateDnsNamespace DeleteNamespace {_TAGS}",
        # Cloud Map makes the zone in the name of whoever asks for it.
        "route53:::hostedzone/*": "route53:CreateHostedZone GetHostedZone ListHostedZonesByName DeleteHostedZone",
    },
    "servicediscovery/service:Service": {
        EVERYTHING: f"servicediscovery:CreateService GetService UpdateService DeleteService GetOperation ListInstances "
        f"DeregisterInstance {_TAGS}",
        # Cloud Map takes the records of what is deregistered out of the zone in the name of whoever asks for it.
        "route53:::hostedzone/*": "route53:GetHostedZone ChangeResourceRecordSets",
    },
    "sfn/stateMachine:StateMachine": {
        EVERYTHING: "states:ValidateStateMachineDefinition",
        f"states:{REGION}:stateMachine:dev_orders-api": f"states:CreateStateMachine DescribeStateMachine "
        f"ListStateMachineVersions UpdateStateMachine DeleteStateMachine {_TAGS}",
    },
    "cloudwatch/eventRule:EventRule": {_RULE: f"events:PutRule DescribeRule DeleteRule {_TAGS}"},
    "cloudwatch/eventTarget:EventTarget": {_RULE: "events:PutTargets ListTargetsByRule RemoveTargets"},
    "sns/topic:Topic": {_TOPIC: f"sns:CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic {_TAGS}"},
    "sns/topicPolicy:TopicPolicy": {_TOPIC: "sns:SetTopicAttributes GetTopicAttributes"},
    "sns/topicSubscription:TopicSubscription": {
        _TOPIC: "sns:Subscribe",
        # Of a subscription AWS offers nothing narrower.
        EVERYTHING: "sns:GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
    },
    "sqs/queue:Queue": {
        f"sqs:{REGION}:dev_mailer.fifo": "sqs:CreateQueue GetQueueAttributes SetQueueAttributes DeleteQueue "
        "ListQueueTags TagQueue UntagQueue"
    },
    "sqs/redriveAllowPolicy:RedriveAllowPolicy": {
        f"sqs:{REGION}:dev_mailer_dead": "sqs:SetQueueAttributes GetQueueAttributes"
    },
    "vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        EVERYTHING: f"{_RULES} AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress"
    },
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        EVERYTHING: f"{_RULES} AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress"
    },
    "wafv2/webAcl:WebAcl": {
        f"wafv2:{REGION}:regional/webacl/dev-waf-1a2b3c4/1": f"wafv2:CreateWebACL GetWebACL UpdateWebACL "
        f"DeleteWebACL {_TAGS}",
        # Whoever makes one or changes it must be let use the groups that it names.
        f"wafv2:{REGION}:regional/managedruleset/*/*": "wafv2:CreateWebACL UpdateWebACL",
    },
    "wafv2/webAclAssociation:WebAclAssociation": {
        f"wafv2:{REGION}:regional/webacl/dev-waf-1a2b3c4/1": "wafv2:AssociateWebACL DisassociateWebACL "
        "GetWebACLForResource",
        f"elasticloadbalancing:{REGION}:loadbalancer/app/alb-dev-pub-1a2b3c4/1": "wafv2:AssociateWebACL "
        "DisassociateWebACL GetWebACLForResource",
        EVERYTHING: "elasticloadbalancing:SetWebAcl",
    },
}
"""Type without ``aws:`` -> ARN without ``arn:aws:`` -> actions, the service once before the first"""


def calls(token: str) -> Iterator[tuple[str, str]]:
    """Actions, each with the ARN of what it is asked of. Raises KeyError for a type that is not written down."""
    for resource, actions in CALLS[token.removeprefix("aws:")].items():
        service, _, names = actions.partition(":")
        for name in names.split():
            yield f"{service}:{name}", resource if resource == EVERYTHING else f"arn:aws:{resource}"
