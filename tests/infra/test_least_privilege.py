"""Every policy that the program writes: no right to everything, and ``*`` only where AWS offers nothing narrower."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from infra import environment_stack, service_stack
from infra.documents import portal_rights
from tests.builders import a_slot, full_environment, full_services
from tests.infra.recorder import Made, Recorder
from tests.infra.test_exports import WRITTEN

POLICIES = ("policy", "assumeRolePolicy")
ON_EVERYTHING = {
    # ECR's token opens a registry, not a repository.
    ("ecr:GetAuthorizationToken",),
    # Systems Manager's session channels have no ARN.
    (
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ),
    # X-Ray knows resources for groups and rules of sampling alone.
    (
        "xray:GetSamplingRules",
        "xray:GetSamplingStatisticSummaries",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ),
    # Elastic Load Balancing shows everything or nothing.
    (
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
    ),
    # EC2 describes everything or nothing.
    (
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeInstances",
        "ec2:DescribeLaunchTemplates",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ),
    # Where ECS's agent calls is no resource's.
    ("ecs:DiscoverPollEndpoint",),
    # CloudWatch knows no resource for metrics.
    ("cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics"),
    # What Slipway's portal looks at: of the cluster (by a condition), of the account, of the region (by a condition).
    ("ecs:ListServices", "ecs:ListTasks"),
    ("ce:GetCostAndUsage", "iam:GetAccountSummary"),
    tuple(sorted(portal_rights.LISTED)),
    # A list of log groups has no narrower resource.
    ("logs:DescribeLogGroups",),
}
IN_A_KEYS_OWN_POLICY = {
    # There the resource is the key itself.
    ("kms:*",),
    ("kms:Decrypt", "kms:GenerateDataKey"),
    ("kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"),
}


@pytest.fixture(scope="module")
def made() -> list[Made]:
    """An environment, and a service of each kind that asks for all there is."""
    environment, service = Recorder(), Recorder()
    environment.run(lambda: environment_stack.build(full_environment()))
    for it in full_services():
        service.run(partial(service_stack.build, it, full_environment(), a_slot(it), WRITTEN))
    return environment.made + service.made


def statements(made: list[Made]) -> Iterator[tuple[Made, dict[str, Any]]]:
    for resource in made:
        for member in POLICIES:
            if member in resource.inputs:
                # What an image repository keeps is called a policy too, and allows nobody anything.
                said = resource.document(member).get("Statement", [])
                yield from ((resource, statement) for statement in said)


def actions(statement: dict[str, Any]) -> tuple[str, ...]:
    said = statement["Action"]
    return (said,) if isinstance(said, str) else tuple(sorted(said))


def resources(statement: dict[str, Any]) -> list[str]:
    said = statement.get("Resource", [])
    return [said] if isinstance(said, str) else said


def test_nobody_is_allowed_everything_that_a_service_can(made):
    allowed = [
        (resource.type, action)
        for resource, statement in statements(made)
        if statement["Effect"] == "Allow"
        for action in actions(statement)
        if action.endswith("*") and resource.type != "aws:kms/key:Key"
    ]
    assert allowed == []


def test_everything_is_allowed_only_where_aws_offers_nothing_narrower(made):
    on_everything = {
        (resource.type == "aws:kms/key:Key", actions(statement))
        for resource, statement in statements(made)
        if statement["Effect"] == "Allow" and "*" in resources(statement)
    }
    expected = {(False, known) for known in ON_EVERYTHING} | {(True, known) for known in IN_A_KEYS_OWN_POLICY}
    assert on_everything == expected, "name resources, or write down above why AWS offers none"


def test_anybody_is_meant_only_where_something_is_denied(made):
    assert {statement["Effect"] for _, statement in statements(made) if statement.get("Principal") == "*"} == {"Deny"}


def test_services_of_aws_act_only_for_this_account(made):
    unbound = [
        statement["Principal"]["Service"]
        for _, statement in statements(made)
        if isinstance(statement.get("Principal"), dict) and "Service" in statement["Principal"]
        if "Condition" not in statement
    ]
    # The load balancers' principal takes no condition; the path it may write to names the account. EC2 gives a role to
    # instances of the role's own account only. EventBridge names no source when it encrypts for a topic; its topic's
    # policy says who may publish there.
    bound_otherwise = {"ec2.amazonaws.com", "events.amazonaws.com", "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert set(unbound) == bound_otherwise
