"""EC2: networks and security groups."""

from tests.local_cloud.aws.lives.life import Life

LIVES = [
    Life(
        "aws:ec2/vpc:Vpc",
        {"cidrBlock": "10.8.0.0/16", "enableDnsHostnames": True, "enableDnsSupport": True, "tags": {"Name": "v"}},
        update={"enableDnsHostnames": False, "tags": {"Name": "w", "more": "x"}},
        replace={"cidrBlock": "10.9.0.0/16"},
        outputs=("arn", "cidrBlock", "tagsAll"),
    ),
    Life(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": "$vpc.id",
            "cidrBlock": "10.7.1.0/24",
            "availabilityZone": "ap-northeast-1a",
            "mapPublicIpOnLaunch": True,
            "tags": {"Name": "s"},
        },
        update={"mapPublicIpOnLaunch": False, "tags": {}},
        replace={"cidrBlock": "10.7.2.0/24"},
        outputs=("arn", "availabilityZone"),
    ),
    Life(
        "aws:ec2/internetGateway:InternetGateway",
        {"vpcId": "$vpc.id", "tags": {"Name": "i"}},
        update={"tags": {"Name": "j"}},
        outputs=("arn",),
    ),
    Life(
        "aws:ec2/eip:Eip",
        {"domain": "vpc", "tags": {"Name": "e"}},
        update={"tags": {"Name": "f"}},
        replace={"publicIpv4Pool": "other"},
        outputs=("publicIp", "allocationId", "arn"),
    ),
    Life(
        "aws:ec2/natGateway:NatGateway",
        {"subnetId": "$subnet.id", "allocationId": "$address.id", "tags": {"Name": "n"}},
        update={"tags": {"Name": "o"}},
        replace={"subnetId": "$other_subnet.id"},
        outputs=("publicIp",),
    ),
    Life(
        "aws:ec2/routeTable:RouteTable",
        {"vpcId": "$vpc.id", "tags": {"Name": "r"}},
        update={"tags": {"Name": "t"}},
        replace={"vpcId": "vpc-other"},
        outputs=("arn",),
    ),
    Life(
        "aws:ec2/route:Route",
        {"routeTableId": "$route_table.id", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "$gateway.id"},
        replace={"destinationCidrBlock": "10.1.0.0/16"},
    ),
    Life(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": "$route_table.id", "subnetId": "$subnet.id"},
        replace={"subnetId": "$other_subnet.id"},
    ),
    Life(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": "$vpc.id",
            "serviceName": "com.amazonaws.ap-northeast-1.s3",
            "vpcEndpointType": "Gateway",
            "tags": {"Name": "e"},
        },
        update={"routeTableIds": ["$route_table.id"], "tags": {"Name": "f"}},
        replace={"serviceName": "com.amazonaws.ap-northeast-1.dynamodb"},
        outputs=("arn",),
        stays_on=("moto",),
    ),
    Life(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": "$vpc.id",
            "serviceName": "com.amazonaws.ap-northeast-1.logs",
            "vpcEndpointType": "Interface",
            "subnetIds": ["$subnet.id"],
            "securityGroupIds": ["$group.id"],
            "privateDnsEnabled": True,
            "tags": {"Name": "i"},
        },
        update={"subnetIds": ["$subnet.id", "$other_subnet.id"]},
        replace={"vpcEndpointType": "Gateway"},
        outputs=("arn",),
    ),
    Life(
        "aws:ec2/securityGroup:SecurityGroup",
        {
            "name": "plain",
            "description": "A group",
            "vpcId": "$vpc.id",
            "egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
            "tags": {"Name": "g"},
        },
        update={"ingress": [{"protocol": "tcp", "fromPort": 80, "toPort": 80, "securityGroups": ["$group.id"]}]},
        replace={"description": "Another"},
        outputs=("arn",),
    ),
    Life(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        {"vpcId": "$vpc.id", "tags": {"Name": "d"}},
        update={"ingress": [{"protocol": "tcp", "fromPort": 80, "toPort": 80, "cidrBlocks": ["10.0.0.0/8"]}]},
        replace={"vpcId": "vpc-other"},
        outputs=("arn", "name"),
        stays_on=("ministack", "moto"),  # and on AWS: it goes with its VPC
    ),
    Life(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": "$group.id",
            "ipProtocol": "tcp",
            "fromPort": 80,
            "toPort": 80,
            "cidrIpv4": "0.0.0.0/0",
            "description": "the world",
        },
        update={"toPort": 81},
        replace={"securityGroupId": "sg-other"},
        outputs=("arn", "securityGroupRuleId"),
    ),
    Life(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {"securityGroupId": "$group.id", "ipProtocol": "-1", "referencedSecurityGroupId": "$group.id"},
        update={"description": "to itself"},
        replace={"securityGroupId": "sg-other"},
        outputs=("arn", "securityGroupRuleId"),
    ),
]
