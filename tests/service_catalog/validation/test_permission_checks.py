from typing import Any

import pytest
from pydantic import ValidationError

from service_catalog.model import Service
from service_catalog.validation.in_environment import in_environment
from service_catalog.validation.permission_checks import PERMISSION_RULES
from service_catalog.validation.pydantic_errors import faults
from service_catalog.validation.rules import faults_by
from tests.builders import a_service, an_environment
from tests.service_catalog.validation.said import said

ONE_OF = "must name one of bucket, queue, table, topic, event_bus, model, platform, statement"
INVOKE = {"actions": ["lambda:InvokeFunction"], "resources": ["lambda:function:resize"]}
PASSED = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def told(*permissions: dict[str, Any]) -> list[str]:
    return said(faults_by(PERMISSION_RULES, a_service(permissions=permissions)))


def told_of_statement(**changes: Any) -> list[str]:
    return [fault.removeprefix("permissions[0].") for fault in told({"statement": INVOKE | changes})]


def told_in_dev(**changes: Any) -> list[str]:
    service = a_service(permissions=[{"statement": INVOKE | changes}])
    return said(in_environment(service, an_environment()))


@pytest.mark.parametrize(
    "permission",
    [
        {"topic": "orders", "key_arn": "arn:aws:kms:ap-northeast-1:123456789012:key/1"},
        {"event_bus": "default"},
        {"model": "anthropic.claude-3-haiku-20240307-v1:0"},
        {"statement": INVOKE | {"conditions": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}}}},
        {"statement": {"actions": ["xray:PutTraceSegments", "cloudwatch:PutMetricData"], "resources": ["*"]}},
        {"statement": INVOKE | {"resources": ["s3:content/*", "dynamodb:table/orders-*", "sqs:orders"]}},
    ],
)
def test_a_permission_that_says_what_for_is_no_problem(permission):
    assert told(permission) == []


@pytest.mark.parametrize(
    ("permissions", "fault"),
    [
        ([{"access": "read"}], f"permissions[0]: {ONE_OF}"),
        ([{"queue": "q", "table": "ttt"}], f"permissions[0]: {ONE_OF}"),
        ([{"queue": "q"}, {"queue": "q", "access": "write"}], "permissions[1]: is listed twice"),
        ([{"topic": "t"}, {"topic": "t"}], "permissions[1]: is listed twice"),
        ([{"platform": "portal"}, {"platform": "portal"}], "permissions[1]: is listed twice"),
        ([{"platform": "portal", "access": "write"}], "permissions[0].access: means nothing beside `platform`"),
        ([{"topic": "t", "access": "write"}], "permissions[0].access: means nothing beside `topic`"),
        (
            [{"event_bus": "b", "key_arn": "arn:aws:kms:ap-northeast-1:123456789012:key/1"}],
            "permissions[0].key_arn: means nothing beside `event_bus`",
        ),
    ],
)
def test_a_permission_names_one_thing_and_what_goes_with_it(permissions, fault):
    assert told(*permissions) == [fault]


def test_statements_may_stand_beside_each_other():
    assert told({"statement": INVOKE}, {"statement": INVOKE}) == []


@pytest.mark.parametrize("action", ["s3:*", "s3:Get*", "dynamodb:?etItem"])
def test_an_action_has_no_wildcard(action):
    [fault] = told_of_statement(actions=[action])
    assert fault.startswith("statement.actions[0]: must be one action: a wildcard is more than the program needs")


@pytest.mark.parametrize("action", ["iam:CreateUser", "iam:AttachRolePolicy"])
def test_programs_give_no_rights(action):
    [fault] = told_of_statement(actions=[action])
    assert fault.startswith("statement.actions[0]: must be no action of IAM")


def test_what_an_action_is_for_is_named_where_iam_knows_it():
    assert told_of_statement(actions=["s3:GetObject", "cloudwatch:PutMetricData"], resources=["*"]) == [
        "statement.resources[0]: must name resources: s3:GetObject can be narrowed"
    ]


@pytest.mark.parametrize(
    "resource", ["s3:*", "arn:aws:s3:::*", "dynamodb:table/*", "lambda:function:*", "arn:aws:*:*:*:orders", "sqs:*"]
)
def test_all_resources_of_a_kind_are_too_many(resource):
    [fault] = told_of_statement(resources=[resource])
    assert fault.startswith("statement.resources[0]: must name a resource, not all of them")


def test_a_misspelled_operator_is_told_what_was_meant():
    service = a_service(
        permissions=[{"statement": INVOKE | {"conditions": {"StringEqual": {"aws:RequestedRegion": "x"}}}}]
    )
    [fault] = faults_by(PERMISSION_RULES, service)
    assert (fault.message, fault.hint) == ("is no operator of IAM", "did you mean 'StringEquals'?")


def test_what_is_not_allowed_is_no_statement():
    statement = INVOKE | {"not_actions": ["s3:GetObject"]}
    entry = a_service().model_dump(mode="json") | {"permissions": [{"statement": statement}]}
    with pytest.raises(ValidationError) as refused:
        Service.model_validate(entry)
    assert said(faults(refused.value, Service)) == ["permissions[0].statement.not_actions: is not a known field"]


def test_a_program_hands_on_its_own_roles_to_ecs_and_no_others():
    passing = {"actions": ["iam:PassRole"], "conditions": PASSED}
    assert told_in_dev(**passing, resources=["iam:role/dev_orders-api_task"]) == []
    assert told_in_dev(**passing, resources=["iam:role/admin", "iam:role/dev_orders_task"]) == [
        "permissions[0].statement.resources[0]: is no role of this service in dev",
        "permissions[0].statement.resources[1]: is no role of this service in dev",
    ]
    assert told_in_dev(actions=["iam:PassRole"], resources=["iam:role/dev_orders-api_task"]) == [
        "permissions[0].statement.conditions: must say to whom a role is passed"
    ]


@pytest.mark.parametrize("resource", ["s3:slipway-*", "s3:slipway-dev-123456789012/env/*"])
def test_history_is_out_of_reach_of_programs(resource):
    assert told_in_dev(actions=["s3:GetObject"], resources=[resource]) == [
        "permissions[0].statement.resources[0]: covers where Slipway keeps env files and releases of dev"
    ]


def test_an_arn_of_another_partition_is_told():
    [fault] = told_in_dev(resources=["arn:aws-cn:lambda:cn-north-1:123456789012:function:resize"])
    assert "is in the partition aws-cn, which dev (in aws) cannot reach" in fault
