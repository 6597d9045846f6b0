"""The IAM policies in ``docs/rights`` are what the rooms need: the portal's exactly, the operator's at least."""

import ast
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from infra import environment_stack, service_stack
from infra.documents import permissions, portal_rights
from service_catalog import naming
from service_catalog.model import Permission
from tests import provider_calls
from tests.builders import a_slot, full_environment, full_services
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

ROOT = Path(__file__).parent.parent
POLICY_MAX = 6144
"""Characters of a managed policy, blanks not counted"""
CALLERS = {"call", "call_once", "pages"}
SERVICES = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas", "stepfunctions": "states"}
S3 = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}
WITHOUT_A_CALL = {
    # A definition names the roles that ECS takes on, and bears tags when it is registered.
    "iam:PassRole",
    "ecs:TagResource",
    # SQS moves dead letters in the name of whoever asks for it.
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    # A secret bears tags when it is made, and a key of one's own encrypts it.
    "ssm:AddTagsToResource",
    "secretsmanager:TagResource",
    "kms:Encrypt",
}


FILES = {"portal": ["portal"], "operator": ["operator", "operator-instances", "operator-chat", "operator-storage"]}
"""An operator of an environment without instances, chat channels and file systems needs the first only."""


def in_file(name: str) -> list[dict[str, Any]]:
    policy: dict[str, Any] = json.loads((ROOT / "docs" / "rights" / f"{name}.json").read_text())
    return policy["Statement"]


def statements(who: str) -> list[dict[str, Any]]:
    return [statement for file in FILES[who] for statement in in_file(file)]


def listed(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


def allowed(who: str) -> set[str]:
    return {action for statement in statements(who) for action in listed(statement["Action"])}


def action(service: str, operation: str) -> str:
    name = "".join(word.capitalize() for word in operation.split("_"))
    return f"{SERVICES.get(service, service)}:{S3.get(name, name) if service == 's3' else name}"


def calls(room: str) -> Iterator[str]:
    """Every ``aws.call("ecs", "describe_tasks", …)`` of a room, as an action of IAM."""
    for file in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLERS:
                match node.args:
                    case [ast.Constant(value=str(service)), ast.Constant(value=str(operation)), *_]:
                        yield action(service, operation)


def may(who: str, action: str, arn: str) -> bool:
    """Whatever its conditions say."""
    return any(
        any(fnmatchcase(action, pattern) for pattern in listed(statement["Action"]))
        and any(fnmatchcase(arn, pattern) for pattern in listed(statement["Resource"]))
        for statement in statements(who)
    )


@pytest.fixture(scope="module")
def provisioned() -> set[str]:
    """Types of all that the two kinds of stacks make. The provider itself stands among them, and needs no right."""
    engine = Recorder()
    engine.run(lambda: environment_stack.build(full_environment()))
    for service in full_services():
        engine.run(partial(service_stack.build, service, full_environment(), a_slot(service), WRITTEN))
    return {made.type for made in engine.made} - {"pulumi:providers:aws"}


def test_the_portal_may_do_what_it_calls_and_nothing_else():
    needed = set(calls("runtime")) | WITHOUT_A_CALL
    assert allowed("portal") == needed, "write down in infra/documents/portal_rights.py what runtime calls now"


def test_the_file_of_the_portal_is_what_a_service_gets_by_its_permission():
    assert portal_rights.FILE.read_text() == portal_rights.text(), "run `python -m infra.documents.portal_rights`"
    assert [*in_file("portal")] == permissions.statements(portal_rights.EXAMPLE, [Permission(platform="portal")])


def test_the_portal_cannot_rewrite_or_delete_what_happened():
    writes = [it for it in in_file("portal") if "s3:PutObject" in it["Action"]]
    history = [f"arn:aws:s3:::slipway-dev-123456789012/{prefix}/x" for prefix in ("env", "releases", "audit")]

    for arn in history:
        [right] = [it for it in writes if any(fnmatchcase(arn, pattern) for pattern in it["Resource"])]
        assert right["Condition"] == {"Null": {"s3:if-none-match": "false"}}
        assert not may("portal", "s3:DeleteObject", arn)
    assert {it for it in allowed("portal") if it.startswith("s3:")} == {"s3:GetObject", "s3:ListBucket", "s3:PutObject"}


def test_every_type_that_is_provisioned_says_what_its_provider_calls(provisioned):
    assert {f"aws:{token}" for token in provider_calls.CALLS} == provisioned, "mend tests/provider_calls.py"


def test_the_operator_may_do_what_the_provider_calls(provisioned):
    lacking = {call for token in provisioned for call in provider_calls.calls(token) if not may("operator", *call)}
    assert lacking == set(), "write down in docs/rights/operator.json what provisioning calls now"


def test_roles_that_aws_makes_for_itself_are_those_of_the_services_that_make_them():
    asked = [it for it in statements("operator") if it["Action"] == "iam:CreateServiceLinkedRole"]
    named = {name for it in asked for name in listed(it["Condition"]["StringEquals"]["iam:AWSServiceName"])}
    arns = {arn for calls in provider_calls.CALLS.values() for arn in calls if ":role/aws-service-role/" in arn}
    assert {arn.split("/")[2] for arn in arns} - named == set()


def test_the_operator_may_read_the_secrets_of_sign_in_and_of_no_service():
    place = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:"
    assert may("operator", "secretsmanager:GetSecretValue", f"{place}dev/sign-in-staff-AbCdEf")
    assert not may(
        "operator", "secretsmanager:GetSecretValue", f"{place}{naming.secret_prefix('dev', 'orders')}x-AbCdEf"
    )


def test_the_portal_makes_secrets_of_services_and_reads_and_changes_none():
    account = "ap-northeast-1:123456789012"
    own = f"arn:aws:secretsmanager:{account}:secret:{naming.secret_prefix('dev', 'orders')}x-AbCdEf"
    assert may("portal", "secretsmanager:CreateSecret", own)
    assert not may("portal", "secretsmanager:CreateSecret", f"arn:aws:secretsmanager:{account}:secret:shared/x-AbCdEf")
    for reading in ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"):
        assert not may("portal", reading, own)
    [making] = [it for it in statements("portal") if "ssm:PutParameter" in listed(it["Action"])]
    assert making["Condition"] == {"StringEquals": {"ssm:Overwrite": "false"}}


def test_a_key_is_tagged_when_it_is_made_and_no_key_of_another_environment_ever():
    [making] = [it for it in statements("operator") if listed(it["Action"]) == ["kms:TagResource"]]
    assert making["Resource"] == "*"
    assert making["Condition"] == {
        "StringEquals": {"aws:RequestedRegion": "ap-northeast-1", "aws:RequestTag/slipway:environment": "dev"},
        "StringEqualsIfExists": {"aws:ResourceTag/slipway:environment": "dev"},
    }


PASSED_TO = {
    "portal": ["ecs-tasks.amazonaws.com", "scheduler.amazonaws.com"],
    "operator": [
        "ecs-tasks.amazonaws.com",
        "ecs.amazonaws.com",
        "scheduler.amazonaws.com",
        "states.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
    ],
}


@pytest.mark.parametrize("who", PASSED_TO)
def test_only_roles_of_services_are_handed_on_and_only_to_what_runs_tasks(who):
    [passing] = [it for it in in_file(who) if "iam:PassRole" in listed(it["Action"])]
    assert listed(passing["Resource"]) == ["arn:aws:iam::123456789012:role/dev_*"]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": PASSED_TO[who]}}
    assert not fnmatchcase(naming.break_glass_role("dev"), "dev_*")


def test_the_role_of_instances_is_handed_to_instances_alone():
    [passing] = [it for it in in_file("operator-instances") if "iam:PassRole" in listed(it["Action"])]
    own = [naming.instance_role("dev"), naming.managed_instance_role("dev")]
    assert passing["Resource"] == [f"arn:aws:iam::123456789012:role/{it}" for it in own]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}


@pytest.mark.parametrize("file", [file for files in FILES.values() for file in files])
def test_a_policy_fits(file):
    text = json.dumps(in_file(file), separators=(",", ":"))
    assert len(text) + len('{"Version":"2012-10-17","Statement":}') <= POLICY_MAX


@pytest.mark.parametrize("who", FILES)
def test_a_policy_names_what_the_contract_names(who):
    text = json.dumps(statements(who), separators=(",", ":"))
    names = [naming.cluster("dev"), naming.exec_log_group("dev").removesuffix("_exec"), naming.alarm_prefix("dev")]
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("who", ["portal", "operator"])
def test_everything_is_meant_only_where_the_region_or_the_cluster_is_named(who):
    unbound = [it["Sid"] for it in statements(who) if listed(it["Resource"]) == ["*"] and "Condition" not in it]
    of_no_region = {"operator": ["Zones", "ChatChannels"], "portal": ["SeeTheAccount"]}
    assert unbound == of_no_region[who]


@pytest.mark.parametrize("file", [file for files in FILES.values() for file in files])
def test_the_command_in_the_docs_renames_all_that_bears_the_name_of_the_environment(file):
    command = (ROOT / "docs" / "operate.md").read_text().partition("sed '")[2].partition("'")[0]
    policy = (ROOT / "docs" / "rights" / f"{file}.json").read_text()
    for edit in command.split("; "):
        separator = edit[1]
        _, old, new, _ = edit.split(separator)
        policy = policy.replace(old, new)
    assert not re.search(r"\bdev(?![a-z])|ap-northeast-1|123456789012", policy)
