import json

import pytest

from local_cloud.aws import AwsProvider
from local_cloud.engine.provider import ProviderError
from tests.local_cloud.aws.world import World

ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"


def test_who_is_asking(provider: AwsProvider):
    assert provider.invoke("aws:index/getCallerIdentity:getCallerIdentity", {}, {})["accountId"] == "123456789012"


def test_the_region_is_the_programs_own_where_it_has_one(provider: AwsProvider):
    token = "aws:index/getRegion:getRegion"

    assert provider.invoke(token, {}, {})["region"] == "ap-northeast-1"
    assert provider.invoke(token, {}, {"region": "eu-west-1"})["region"] == "eu-west-1"


def test_zones_come_in_order(provider: AwsProvider):
    names = provider.invoke(ZONES, {"state": "available"}, {})["names"]

    assert names == sorted(names)
    assert names[0] == "ap-northeast-1a"


def test_zones_that_need_no_opt_in(provider: AwsProvider):
    filters = [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]

    assert len(provider.invoke(ZONES, {"filters": filters}, {})["names"]) >= 2


def test_the_partition(provider: AwsProvider):
    answer = provider.invoke("aws:index/getPartition:getPartition", {}, {})

    assert (answer["partition"], answer["dnsSuffix"]) == ("aws", "amazonaws.com")


def test_a_network_that_is_there(provider: AwsProvider):
    with World(provider) as world:
        vpc, _, _ = world.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.55.0.0/16", "tags": {"Name": "there"}})
        subnet, _, _ = world.create("aws:ec2/subnet:Subnet", {"vpcId": vpc, "cidrBlock": "10.55.1.0/24"})
        in_vpc = [{"name": "vpc-id", "values": [vpc]}]

        found = provider.invoke("aws:ec2/getVpc:getVpc", {"tags": {"Name": "there"}}, {})
        assert (found["id"], found["cidrBlock"]) == (vpc, "10.55.0.0/16")
        assert provider.invoke("aws:ec2/getSubnets:getSubnets", {"filters": in_vpc}, {})["ids"] == [subnet]
        assert provider.invoke("aws:ec2/getSubnet:getSubnet", {"id": subnet}, {})["vpcId"] == vpc


def test_log_groups_by_how_their_names_begin(provider: AwsProvider):
    token = "aws:cloudwatch/getLogGroups:getLogGroups"
    with World(provider) as world:
        for name in ("/looked/for", "/looked/for/more", "/other"):
            world.create("aws:cloudwatch/logGroup:LogGroup", {"name": name})

        found = provider.invoke(token, {"logGroupNamePrefix": "/looked"}, {})

    assert found["logGroupNames"] == ["/looked/for", "/looked/for/more"]
    assert [arn.rpartition(":")[2] for arn in found["arns"]] == found["logGroupNames"]
    assert provider.invoke(token, {"logGroupNamePrefix": "/looked/nowhere"}, {})["logGroupNames"] == []


def test_security_groups_of_a_name_and_none_where_there_is_none(provider: AwsProvider):
    with World(provider) as world:
        vpc, _, _ = world.create("aws:ec2/vpc:Vpc", {"cidrBlock": "10.56.0.0/16"})
        group = {"name": "dev_payments_callers", "vpcId": vpc, "description": "callers"}
        id, _, _ = world.create("aws:ec2/securityGroup:SecurityGroup", group)
        token = "aws:ec2/getSecurityGroups:getSecurityGroups"

        def named(name: str) -> list[str]:
            return provider.invoke(token, {"filters": [{"name": "group-name", "values": [name]}]}, {})["ids"]

        assert (named("dev_payments_callers"), named("dev_nobody_callers")) == ([id], [])


def test_a_look_up_that_fits_none_is_refused(provider: AwsProvider):
    with pytest.raises(ProviderError, match="0 of what was asked for exist, expected one VPC"):
        provider.invoke("aws:ec2/getVpc:getVpc", {"tags": {"Name": "nowhere"}}, {})


def test_a_look_up_that_is_not_known_is_named(ministack: AwsProvider):
    with pytest.raises(ProviderError, match="no look-up aws:sqs/getQueue:getQueue"):
        ministack.invoke("aws:sqs/getQueue:getQueue", {}, {})


def test_a_policy_document(ministack: AwsProvider):
    statements = [
        {
            "sid": "Read",
            "actions": ["s3:ListBucket", "s3:GetObject"],
            "resources": ["arn:aws:s3:::a"],
            "principals": [{"type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"]}],
            "conditions": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]}],
        }
    ]

    document = ministack.invoke("aws:iam/getPolicyDocument:getPolicyDocument", {"statements": statements}, {})

    assert json.loads(document["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Sid": "Read",
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": "arn:aws:s3:::a",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": "1"}},
            }
        ],
    }
