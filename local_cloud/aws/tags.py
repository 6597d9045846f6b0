"""Tags: one mapping in Pulumi, a dozen forms in AWS.

How a set of tags is written follows from the shape (``shapes.fit``); which operations write them is the table below,
one row per service.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from local_cloud.aws.cloud import Cloud, input_shape
from local_cloud.aws.shapes import fit

Tags = Mapping[str, str]


@dataclass(frozen=True)
class TagOperations:
    tag: str
    untag: str
    resource: str
    """The member of both operations that says which resource."""
    keys: str = "TagKeys"
    """The member of ``untag`` that takes the keys."""


OPERATIONS = {
    "apigatewayv2": TagOperations("tag_resource", "untag_resource", "ResourceArn"),
    "application-autoscaling": TagOperations("tag_resource", "untag_resource", "ResourceARN"),
    "chatbot": TagOperations("tag_resource", "untag_resource", "ResourceARN"),
    "cloudwatch": TagOperations("tag_resource", "untag_resource", "ResourceARN"),
    "ec2": TagOperations("create_tags", "delete_tags", "Resources", keys="Tags"),
    "ecr": TagOperations("tag_resource", "untag_resource", "resourceArn", keys="tagKeys"),
    "ecs": TagOperations("tag_resource", "untag_resource", "resourceArn", keys="tagKeys"),
    "efs": TagOperations("tag_resource", "untag_resource", "ResourceId"),
    "elbv2": TagOperations("add_tags", "remove_tags", "ResourceArns"),
    "events": TagOperations("tag_resource", "untag_resource", "ResourceARN"),
    "iam": TagOperations("tag_role", "untag_role", "RoleName"),
    "kms": TagOperations("tag_resource", "untag_resource", "KeyId"),
    "logs": TagOperations("tag_resource", "untag_resource", "resourceArn", keys="tagKeys"),
    "scheduler": TagOperations("tag_resource", "untag_resource", "ResourceArn"),
    "servicediscovery": TagOperations("tag_resource", "untag_resource", "ResourceARN"),
    "sns": TagOperations("tag_resource", "untag_resource", "ResourceArn"),
    "sqs": TagOperations("tag_queue", "untag_queue", "QueueUrl"),
    "stepfunctions": TagOperations("tag_resource", "untag_resource", "resourceArn", keys="tagKeys"),
    "wafv2": TagOperations("tag_resource", "untag_resource", "ResourceARN"),
}

EC2_RESOURCE_TYPES = {
    "allocate_address": "elastic-ip",
    "create_flow_logs": "vpc-flow-log",
    "create_nat_gateway": "natgateway",
    "authorize_security_group_ingress": "security-group-rule",
    "authorize_security_group_egress": "security-group-rule",
}
"""Where it is not what stands behind ``create_``."""


def at_creation(service: str, operation: str, tags: Tags) -> dict[str, Any] | None:
    """The arguments by which a new resource is born with ``tags``; None when the operation takes none."""
    members = input_shape(service, operation).members
    if "TagSpecifications" in members:
        kind = EC2_RESOURCE_TYPES.get(operation) or operation.removeprefix("create_").replace("_", "-")
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs(tags)}]}
    member = next((member for member in members if member.lower() == "tags"), None)
    return None if member is None else {member: fit(members[member], tags, {})}


def change(cloud: Cloud, service: str, resource: str, old: Tags, new: Tags) -> None:
    """Writes what was added or changed, and takes away what is gone."""
    if service == "s3":
        _change_bucket(cloud, resource, new)
        return
    row = OPERATIONS[service]
    written = {key: value for key, value in new.items() if old.get(key) != value}
    if written:
        _call(cloud, service, row.tag, {row.resource: resource, "tags": written})
    gone = sorted(set(old) - set(new))
    if gone:
        keys: Any = [{"Key": key} for key in gone] if service == "ec2" else gone
        _call(cloud, service, row.untag, {row.resource: resource, row.keys: keys})


def _call(cloud: Cloud, service: str, operation: str, wanted: dict[str, Any]) -> None:
    cloud.call(service, operation, **fit(input_shape(service, operation), wanted, {}))


def _change_bucket(cloud: Cloud, bucket: str, new: Tags) -> None:
    if new:
        cloud.call("s3", "put_bucket_tagging", Bucket=bucket, Tagging={"TagSet": pairs(new)})
    else:
        cloud.call("s3", "delete_bucket_tagging", Bucket=bucket)


def pairs(tags: Tags) -> list[dict[str, str]]:
    return [{"Key": key, "Value": str(value)} for key, value in tags.items()]


def tag_mapping(described: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags") or ()}


def query(tags: Tags) -> str:
    """As S3 takes an object's tags."""
    return urlencode(tags)
