import json
from typing import Any

import pytest

from local_cloud.aws.cloud import input_shape
from local_cloud.aws.shapes import fit


def fitted(service: str, operation: str, inputs: dict[str, Any], **names: str) -> Any:
    return fit(input_shape(service, operation), inputs, names)


def test_members_are_found_whatever_their_case():
    assert fitted("ec2", "create_vpc", {"cidrBlock": "10.0.0.0/16"}) == {"CidrBlock": "10.0.0.0/16"}


def test_what_the_operation_does_not_know_is_left_out():
    assert fitted("ec2", "create_vpc", {"enableDnsSupport": True, "tags": {"a": "b"}}) == {}


def test_what_is_not_given_is_left_out():
    assert fitted("ecs", "create_service", {"launchType": None}) == {}


def test_a_row_renames_members():
    assert fitted("ecs", "create_cluster", {"name": "dev"}, clusterName="name") == {"clusterName": "dev"}


def test_a_member_renamed_to_nothing_takes_nothing():
    assert fitted("elbv2", "set_subnets", {"ipAddressType": "ipv4"}, IpAddressType="") == {}


def test_json_text_becomes_a_structure():
    text = json.dumps([{"name": "app", "image": "app:1", "environment": [{"name": "A", "value": "1"}]}])

    assert fitted("ecs", "register_task_definition", {"containerDefinitions": text}) == {
        "containerDefinitions": [{"name": "app", "image": "app:1", "environment": [{"name": "A", "value": "1"}]}]
    }


def test_a_policy_stays_the_text_it_is():
    policy = '{"Statement": []}'

    assert fitted("sns", "set_topic_attributes", {"attributeValue": policy}) == {"AttributeValue": policy}


def test_one_object_becomes_a_list_of_one():
    assert fitted("ecs", "create_service", {"serviceRegistries": {"registryArn": "arn"}}) == {
        "serviceRegistries": [{"registryArn": "arn"}]
    }


def test_a_mapping_becomes_keys_and_values():
    assert fitted("cloudwatch", "put_metric_alarm", {"dimensions": {"Cluster": "dev"}}) == {
        "Dimensions": [{"Name": "Cluster", "Value": "dev"}]
    }
    assert fitted("kms", "tag_resource", {"tags": {"a": "b"}}) == {"Tags": [{"TagKey": "a", "TagValue": "b"}]}
    assert fitted("logs", "tag_resource", {"tags": {"a": "b"}}) == {"tags": {"a": "b"}}


def test_a_boolean_becomes_what_the_shape_says():
    network = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["a"], "assignPublicIp": True}}}
    assert fitted("ecs", "create_service", network) == {
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["a"], "assignPublicIp": "ENABLED"}}
    }
    assert fitted("ec2", "modify_vpc_attribute", {"enableDnsSupport": False}) == {"EnableDnsSupport": {"Value": False}}


@pytest.mark.parametrize(("given", "sent"), [("8080", 8080), (8080, 8080), (8080.0, 8080)])
def test_a_port_becomes_a_whole_number(given: Any, sent: int):
    assert fitted("elbv2", "create_target_group", {"port": given}) == {"Port": sent}


def test_a_number_becomes_text_where_aws_wants_text():
    assert fitted("ecs", "register_task_definition", {"cpu": 256}) == {"cpu": "256"}
