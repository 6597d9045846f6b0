import json

import pytest

from infra.documents import permissions, policies
from service_catalog.model import Permission
from tests.builders import an_environment


def statements(*wanted: Permission) -> list[policies.Statement]:
    return permissions.statements(an_environment(), wanted)


def test_reading_a_bucket_is_listing_it_and_getting_its_objects():
    assert statements(Permission(bucket="orders-content")) == [
        {
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::orders-content"],
        },
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::orders-content/*"]},
    ]


def test_writing_a_queue_is_sending():
    assert statements(Permission(queue="orders", access="write")) == [
        {
            "Effect": "Allow",
            "Action": ["sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
            "Resource": ["arn:aws:sqs:ap-northeast-1:123456789012:orders"],
        }
    ]


def test_reading_and_writing_a_table_covers_its_indexes_and_says_each_action_once():
    [statement] = statements(Permission(table="orders", access="read-write"))
    table = "arn:aws:dynamodb:ap-northeast-1:123456789012:table/orders"

    assert statement["Resource"] == [table, f"{table}/index/*"]
    assert statement["Action"].count("dynamodb:DescribeTable") == 1
    assert {"dynamodb:GetItem", "dynamodb:PutItem"} < set(statement["Action"])


@pytest.mark.parametrize(
    ("permission", "actions", "resources"),
    [
        (Permission(topic="orders"), ["sns:Publish"], ["arn:aws:sns:ap-northeast-1:123456789012:orders"]),
        (
            Permission(event_bus="shop"),
            ["events:PutEvents"],
            ["arn:aws:events:ap-northeast-1:123456789012:event-bus/shop"],
        ),
        (
            Permission(model="amazon.titan-embed-text-v2:0"),
            ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
            ["arn:aws:bedrock:ap-northeast-1::foundation-model/amazon.titan-embed-text-v2:0"],
        ),
        (
            Permission(model="global.anthropic.claude-sonnet-4-5-20250929-v1:0"),
            ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
            [
                "arn:aws:bedrock:ap-northeast-1:123456789012:inference-profile/"
                "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
                "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
            ],
        ),
    ],
)
def test_what_goes_one_way_is_one_right(permission, actions, resources):
    assert statements(permission) == [{"Effect": "Allow", "Action": actions, "Resource": resources}]


def test_a_statement_is_iam_with_the_environments_own_account_filled_in():
    statement = {
        "actions": ["lambda:InvokeFunction"],
        "resources": ["lambda:function:resize", "s3:content/*", "iam:role/x", "arn:aws:sqs:eu-west-1:210987654321:q"],
        "conditions": {"StringEquals": {"aws:RequestedRegion": ["a", "b"]}, "Bool": {"aws:SecureTransport": "true"}},
    }
    assert statements(Permission.model_validate({"statement": statement})) == [
        {
            "Effect": "Allow",
            "Action": ["lambda:InvokeFunction"],
            "Resource": [
                "arn:aws:lambda:ap-northeast-1:123456789012:function:resize",
                "arn:aws:s3:::content/*",
                "arn:aws:iam::123456789012:role/x",
                "arn:aws:sqs:eu-west-1:210987654321:q",
            ],
            "Condition": {
                "StringEquals": {"aws:RequestedRegion": ["a", "b"]},
                "Bool": {"aws:SecureTransport": "true"},
            },
        }
    ]


def test_publishing_to_an_encrypted_topic_takes_a_data_key():
    *_, key = statements(Permission(topic="orders", key_arn=KEY))
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= set(key["Action"])


KEY = "arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize("kind", ["bucket", "queue", "table"])
@pytest.mark.parametrize(
    ("access", "needed"),
    [("read", {"kms:Decrypt"}), ("write", {"kms:Decrypt", "kms:GenerateDataKey"}), ("read-write", {"kms:Decrypt"})],
)
def test_what_a_key_of_ones_own_encrypts_comes_with_rights_on_the_key(kind, access, needed):
    *_, key = statements(Permission.model_validate({kind: "orders", "access": access, "key_arn": KEY}))
    assert key["Resource"] == [KEY]
    assert needed <= set(key["Action"])
    assert ("kms:Encrypt" in key["Action"]) == (access != "read")


def test_resources_with_the_same_rights_share_a_statement():
    one, other = statements(Permission(queue="a"), Permission(queue="b")), statements(Permission(queue="a"))
    assert len(one) == len(other) == 1
    assert [arn.rpartition(":")[2] for arn in one[0]["Resource"]] == ["a", "b"]


@pytest.mark.parametrize("kind", ["bucket", "queue", "table"])
def test_thirty_permissions_of_a_kind_fit_into_a_role(kind):
    names = [f"some-{kind}-of-orders-{index:03}" for index in range(30)]
    wanted = [Permission.model_validate({kind: name, "access": "read-write"}) for name in names]
    document = policies.document(statements(*wanted))
    assert len(json.dumps(document, separators=(",", ":"))) < 10_240
