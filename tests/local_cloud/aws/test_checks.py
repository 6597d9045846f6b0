"""What ``check`` fills in and refuses, and what a difference means."""

import json
import re
from importlib.metadata import version

import pytest

from local_cloud.aws import AwsProvider, provider
from local_cloud.aws.kind import DEFAULTED
from local_cloud.engine.provider import UNKNOWN, ProviderError, Refused

ROLE = "aws:iam/role:Role"
CLUSTER = "aws:ecs/cluster:Cluster"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
BUCKET = "aws:s3/bucket:Bucket"


def test_a_type_without_a_row_is_named(ministack: AwsProvider):
    with pytest.raises(ProviderError, match="no adapter for aws:glue/job:Job"):
        ministack.check("aws:glue/job:Job", "q", None, {}, {})


def test_all_properties_that_no_row_knows_are_refused_at_once(ministack: AwsProvider):
    with pytest.raises(Refused) as refused:
        ministack.check("aws:ec2/vpc:Vpc", "net", None, {"ipv4IpamPoolId": "p", "ipv6IpamPoolId": "q"}, {})

    assert [problem.partition(";")[0] for problem in refused.value.problems] == [
        "net (aws:ec2/vpc:Vpc): the local cloud has no ipv4IpamPoolId",
        "net (aws:ec2/vpc:Vpc): the local cloud has no ipv6IpamPoolId",
    ]


def test_a_name_left_out_is_the_logical_one_and_seven_digits(ministack: AwsProvider):
    checked = ministack.check(CLUSTER, "dev", None, {}, {})

    assert re.fullmatch(r"dev-[0-9a-f]{7}", checked["name"])
    assert checked[DEFAULTED] == ["name"]


def test_an_automatic_name_is_kept_and_a_new_resource_takes_another(ministack: AwsProvider):
    first = ministack.check(CLUSTER, "dev", None, {}, {})

    assert ministack.check(CLUSTER, "dev", first, {}, {}) == first
    assert ministack.check(CLUSTER, "dev", None, {}, {})["name"] != first["name"]


def test_a_name_that_was_given_once_is_not_kept_when_it_is_no_longer_given(ministack: AwsProvider):
    assert ministack.check(CLUSTER, "dev", {"name": "mine"}, {}, {})["name"] != "mine"


def test_automatic_names_keep_to_the_limit(ministack: AwsProvider):
    name = ministack.check(TARGET_GROUP, "local-a-very-long-service-name-of-32", None, {}, {})["name"]

    assert len(name) == 32
    assert re.fullmatch(r"local-a-very-long-service[0-9a-f]{7}", name)


def test_automatic_bucket_names_are_lower_case(ministack: AwsProvider):
    assert re.fullmatch(r"logs-[0-9a-f]{7}", ministack.check(BUCKET, "Logs", None, {}, {})["bucket"])


def test_a_name_prefix_makes_the_name(ministack: AwsProvider):
    checked = ministack.check(CLUSTER, "dev", None, {"namePrefix": "blue-"}, {})

    assert re.fullmatch(r"blue-[0-9a-f]{7}", checked["name"])


def test_default_tags_go_where_the_real_provider_of_this_version_puts_them():
    """Whoever moves to another major version looks up what that does with default tags, and with ``region``."""
    assert int(version("pulumi-aws").partition(".")[0]) == provider.AS_PULUMI_AWS


def test_the_providers_region_is_an_input_of_whatever_names_none(ministack: AwsProvider):
    settings = {"region": "eu-west-1"}
    here = ministack.check(CLUSTER, "dev", None, {"name": "dev"}, settings)
    elsewhere = ministack.check(CLUSTER, "dev", None, {"name": "dev", "region": "us-east-1"}, settings)

    assert (here["region"], elsewhere["region"]) == ("eu-west-1", "us-east-1")
    assert "region" not in ministack.check(ROLE, "dev", None, {"name": "dev", "assumeRolePolicy": "{}"}, settings)


def test_another_region_takes_a_new_resource_and_one_that_was_not_written_down_is_no_other(ministack: AwsProvider):
    here, there = ({"name": "dev", "region": region} for region in ("eu-west-1", "us-east-1"))

    assert ministack.diff(CLUSTER, "dev", here, there, {}).replace == {"region"}
    assert ministack.diff(CLUSTER, "dev", {"name": "dev"}, there, {}).changed == set()


def test_a_resource_lives_in_its_own_region(ministack: AwsProvider):
    settings = {"region": "eu-west-1"}
    inputs = ministack.check(LOG_GROUP, "far", None, {"name": "far", "region": "us-east-1"}, settings)

    made = ministack.create(LOG_GROUP, inputs, settings)

    assert (made.outputs["region"], made.outputs["arn"].split(":")[3]) == ("us-east-1", "us-east-1")
    found = ministack.read(LOG_GROUP, made.id, inputs, settings)
    assert found is not None
    assert found.inputs == inputs
    ministack.delete(LOG_GROUP, made.id, inputs, made.outputs, settings)
    assert ministack.read(LOG_GROUP, made.id, inputs, settings) is None


def test_default_tags_join_the_resources_own_in_all_tags(ministack: AwsProvider):
    settings = {"defaultTags": json.dumps({"tags": {"owner": "platform", "env": "dev"}})}

    checked = ministack.check(CLUSTER, "dev", None, {"name": "dev", "tags": {"env": "mine"}}, settings)

    assert checked["tags"] == {"env": "mine"}
    assert checked["tagsAll"] == {"owner": "platform", "env": "mine"}


def test_another_default_tag_is_a_change_of_all_tags_alone(ministack: AwsProvider):
    inputs = {"name": "all-tags", "tags": {"a": "b"}}
    old, new = (
        ministack.check(LOG_GROUP, "l", None, inputs, {"defaultTags": json.dumps({"tags": {"owner": owner}})})
        for owner in ("us", "them")
    )
    made = ministack.create(LOG_GROUP, old, {})
    assert ministack.diff(LOG_GROUP, made.id, old, new, {}).changed == {"tagsAll"}

    outputs = ministack.update(LOG_GROUP, made.id, old, made.outputs, new, {})

    assert (outputs["tags"], outputs["tagsAll"]) == ({"a": "b"}, {"a": "b", "owner": "them"})
    arn = made.outputs["arn"].removesuffix(":*")
    assert ministack._cloud({}).call("logs", "list_tags_for_resource", resourceArn=arn)["tags"] == outputs["tagsAll"]
    found = ministack.read(LOG_GROUP, made.id, new, {})
    assert found
    assert found.inputs == new


def test_default_tags_leave_types_alone_that_take_none(ministack: AwsProvider):
    settings = {"defaultTags": json.dumps({"tags": {"owner": "platform"}})}

    checked = ministack.check("aws:cloudwatch/dashboard:Dashboard", "d", None, {"dashboardName": "d"}, settings)

    assert checked == {"dashboardName": "d"}


def test_all_tags_are_an_output(ministack: AwsProvider):
    settings = {"defaultTags": json.dumps({"tags": {"owner": "platform"}})}
    inputs = ministack.check(LOG_GROUP, "tagged", None, {"tags": {"a": "b"}}, settings)

    made = ministack.create(LOG_GROUP, inputs, settings)

    assert made.outputs["tagsAll"] == {"owner": "platform", "a": "b"}
    assert made.outputs["tags"] == {"a": "b"}


def test_the_wrong_account_is_refused_before_anything_is_touched(ministack: AwsProvider):
    settings = {"allowedAccountIds": json.dumps(["999999999999"])}

    with pytest.raises(ProviderError, match="AWS account 123456789012, but this stack is only allowed in 999999999999"):
        ministack.check(LOG_GROUP, "l", None, {}, settings)


def test_the_right_account_is_let_through(ministack: AwsProvider):
    settings = {"allowedAccountIds": json.dumps(["999999999999", "123456789012"])}

    assert ministack.check(LOG_GROUP, "l", None, {"name": "x"}, settings) == {"name": "x"}


def test_a_replacement_of_the_same_fixed_name_deletes_first(ministack: AwsProvider):
    old = {"name": "mine", "port": 80}

    assert ministack.diff(TARGET_GROUP, "arn", old, {**old, "port": 81}, {}).delete_first
    assert not ministack.diff(TARGET_GROUP, "arn", old, {"name": "other", "port": 81}, {}).delete_first


def test_a_replacement_with_an_automatic_name_makes_the_new_one_first(ministack: AwsProvider):
    old = {"name": "auto-1234567", "port": 80, DEFAULTED: ["name"]}

    change = ministack.diff(TARGET_GROUP, "arn", old, {**old, "port": 81}, {})

    assert change.replace == {"port"}
    assert not change.delete_first


def test_a_subnet_is_freed_of_its_route_table_before_it_takes_another(ministack: AwsProvider):
    old = {"subnetId": "subnet-1", "routeTableId": "rtb-1"}
    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"

    assert ministack.diff(token, "id", old, {**old, "routeTableId": "rtb-2"}, {}).delete_first


def test_what_is_not_known_yet_may_have_changed(ministack: AwsProvider):
    old = {"name": "mine", "vpcId": "vpc-1"}

    assert ministack.diff(TARGET_GROUP, "arn", old, {"name": "mine", "vpcId": UNKNOWN}, {}).replace == {"vpcId"}
