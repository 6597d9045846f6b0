"""EC2 instances for ECS: what they are launched from, their groups, and what ECS makes of those."""

from tests.local_cloud.aws.lives.life import Life

MANAGED = {
    "infrastructureRoleArn": "$role.arn",
    "instanceLaunchTemplate": {
        "ec2InstanceProfileArn": "arn:aws:iam::000000000000:instance-profile/dev_managed-instances",
        "networkConfiguration": {"subnets": ["$subnet.id"], "securityGroups": ["$group.id"]},
        "storageConfiguration": {"storageSizeGib": 80},
        "monitoring": "BASIC",
        "instanceRequirements": {"vcpuCount": {"min": 1, "max": 8}, "memoryMib": {"min": 1}},
    },
    "propagateTags": "CAPACITY_PROVIDER",
}

LIVES = [
    Life(
        "aws:ec2/launchTemplate:LaunchTemplate",
        {
            "name": "instances",
            "imageId": "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
            "instanceType": "m7i.large",
            "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1},
            "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 30, "encrypted": "true"}}],
            "networkInterfaces": [
                {"deviceIndex": 0, "associatePublicIpAddress": "false", "securityGroups": ["$group.id"]}
            ],
            "tagSpecifications": [{"resourceType": "instance", "tags": {"Name": "i"}}],
            "userData": "IyEvYmluL2Jhc2gK",
            "updateDefaultVersion": True,
            "tags": {"Name": "t"},
        },
        update={"instanceType": "m7i.xlarge", "tags": {"Name": "u"}},
        replace={"name": "another"},
        outputs=("arn", "latestVersion"),
    ),
    Life(
        "aws:autoscaling/group:Group",
        {
            "name": "instances",
            "minSize": 1,
            "maxSize": 2,
            "launchTemplate": {"id": "$template.id", "version": "1"},
            "vpcZoneIdentifiers": ["$subnet.id"],
            "healthCheckType": "EC2",
            "healthCheckGracePeriod": 60,
            "protectFromScaleIn": True,
            "forceDelete": True,
            "waitForCapacityTimeout": "0",
            "tags": [{"key": "Name", "value": "i", "propagateAtLaunch": True}],
        },
        update={"maxSize": 3, "tags": [{"key": "Stage", "value": "j", "propagateAtLaunch": True}]},
        replace={"name": "another"},
        outputs=("arn",),
    ),
    Life(
        "aws:ecs/capacityProvider:CapacityProvider",
        {
            "name": "instances",
            "autoScalingGroupProvider": {
                "autoScalingGroupArn": "$instances.arn",
                "managedDraining": "ENABLED",
                "managedScaling": {"status": "ENABLED", "targetCapacity": 100, "instanceWarmupPeriod": 60},
                "managedTerminationProtection": "ENABLED",
            },
            "tags": {"Name": "c"},
        },
        update={
            "autoScalingGroupProvider": {
                "autoScalingGroupArn": "$instances.arn",
                "managedScaling": {"status": "ENABLED", "targetCapacity": 80},
                "managedTerminationProtection": "ENABLED",
            },
        },
        replace={"name": "another"},
        outputs=("arn",),
        not_on=("moto",),  # it fails where one is deleted that is not there
    ),
    Life(
        "aws:ecs/capacityProvider:CapacityProvider",
        {
            "name": "managed",
            "cluster": "$cluster.name",
            "managedInstancesProvider": MANAGED,
            "tags": {"Name": "c"},
        },
        update={"managedInstancesProvider": MANAGED | {"infrastructureOptimization": {"scaleInAfter": 600}}},
        replace={"name": "another"},
        outputs=("arn",),
        not_on=("moto",),  # it knows groups alone
    ),
]
