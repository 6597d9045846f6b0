from typing import Any

import pytest

from infra.components.runs import Runs, RunsArgs
from infra.service_parts import ServiceParts
from tests.builders import a_service, an_environment
from tests.infra.recorder import Recorder
from tests.infra.test_exports import WRITTEN

MACHINE = "aws:sfn/stateMachine:StateMachine"
JOB: dict[str, Any] = {"name": "nightly", "kind": "job", "port": None, "exposure": None, "health": {}, "tasks": {}}


def parts_of(engine: Recorder, **said: Any) -> ServiceParts:
    parts: list[ServiceParts] = []
    service = a_service(**{**JOB, **said})
    engine.run(lambda: parts.append(Runs("nightly", RunsArgs(service, an_environment(), WRITTEN, "sg-tasks")).parts))
    return parts[0]


def definition(engine: Recorder) -> dict[str, Any]:
    found: dict[str, Any] = engine.one(MACHINE).document("definition")
    return found


def a_copy(engine: Recorder) -> dict[str, Any]:
    group = definition(engine)["States"]["Copies"]["ItemProcessor"]["States"]["Group"]
    found: dict[str, Any] = group["ItemProcessor"]["States"]["Copy"]
    return found


def test_the_state_machine_bears_the_contract_name_and_has_its_rights_when_it_starts(engine):
    parts_of(engine)
    machine = engine.one(MACHINE)
    rest = {key: value for key, value in machine.inputs.items() if key != "definition"}
    assert rest == {
        "name": "dev_nightly",
        "type": "STANDARD",
        "roleArn": "arn:aws:role:ap-northeast-1:123456789012:nightly-runs",
    }
    assert "aws:iam/rolePolicy:RolePolicy::nightly-runs" in machine.depends_on


def test_a_run_goes_where_the_service_goes(engine):
    parts_of(engine, compute={"capacity": "fargate-spot"})
    arguments = a_copy(engine)["Arguments"]
    assert arguments["Cluster"] == "arn:cluster"
    assert arguments["CapacityProviderStrategy"] == [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]
    assert arguments["NetworkConfiguration"] == {
        "AwsvpcConfiguration": {
            "Subnets": ["subnet-1", "subnet-2"],
            "SecurityGroups": ["sg-tasks"],
            "AssignPublicIp": "DISABLED",
        }
    }


def test_a_run_on_instances_goes_to_them_and_asks_for_no_public_address(engine):
    parts_of(engine, compute={"capacity": "ec2"})
    arguments = a_copy(engine)["Arguments"]
    assert arguments["CapacityProviderStrategy"] == [{"CapacityProvider": "slipway-dev-ec2", "Weight": 1}]
    assert arguments["NetworkConfiguration"]["AwsvpcConfiguration"].keys() == {"Subnets", "SecurityGroups"}


def test_a_run_beside_a_service_that_is_on_spot_in_part_goes_on_demand(engine):
    parts_of(engine, kind="web", compute={"spot": {"on_demand": 2}})
    assert a_copy(engine)["Arguments"]["CapacityProviderStrategy"] == [{"CapacityProvider": "FARGATE", "Weight": 1}]


def test_a_run_goes_as_the_entry_says(engine):
    parts_of(engine, run={"copies": 3, "attempts": 2, "timeout_minutes": 5, "overlap": "allow"})
    states = definition(engine)["States"]
    assert states["Inputs"]["Assign"]["copies"].endswith(" : 3 %}")
    assert states["Inputs"]["Assign"]["timeout"].endswith(" : 300 %}")
    assert a_copy(engine)["Retry"][-1]["MaxAttempts"] == 1
    assert "FindOtherRuns" not in states


@pytest.mark.parametrize(("kind", "skips"), [("job", True), ("task", True), ("web", False), ("worker", False)])
def test_only_a_jobs_or_a_tasks_own_runs_are_left_out_while_another_goes_on(engine, kind, skips):
    parts_of(engine, kind=kind)
    assert ("FindOtherRuns" in definition(engine)["States"]) is skips


def test_its_role_is_step_functions_for_this_state_machine_alone(engine):
    parts_of(engine)
    [statement] = engine.one("aws:iam/role:Role").document("assumeRolePolicy")["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"]["ArnLike"] == {
        "aws:SourceArn": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:dev_nightly"
    }


def test_its_role_may_run_the_services_own_revisions_and_hand_them_the_services_own_roles(engine):
    parts_of(engine)
    statements = engine.one("aws:iam/rolePolicy:RolePolicy").document("policy")["Statement"]
    rights = {action: statement for statement in statements for action in statement["Action"]}
    assert rights["ecs:RunTask"] == {
        "Effect": "Allow",
        "Action": ["ecs:RunTask"],
        "Resource": ["arn:aws:ecs:ap-northeast-1:123456789012:task-definition/dev_nightly:*"],
        "Condition": {"ArnEquals": {"ecs:cluster": "arn:aws:ecs:ap-northeast-1:123456789012:cluster/slipway-dev"}},
    }
    assert rights["iam:PassRole"]["Resource"] == [
        "arn:aws:iam::123456789012:role/dev_nightly_execution",
        "arn:aws:iam::123456789012:role/dev_nightly_task",
    ]
    assert rights["iam:PassRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert rights["ecs:StopTask"]["Resource"] == ["arn:aws:ecs:ap-northeast-1:123456789012:task/slipway-dev/*"]
    assert rights["s3:GetObject"]["Resource"] == ["arn:aws:s3:::slipway-dev-123456789012/live/nightly.json"]
    assert rights["s3:ListBucket"]["Resource"] == ["arn:aws:s3:::slipway-dev-123456789012"]
    assert sorted(rights) == [
        "ecs:DescribeTasks",
        "ecs:RunTask",
        "ecs:StopTask",
        "ecs:TagResource",
        "events:DescribeRule",
        "events:PutRule",
        "events:PutTargets",
        "iam:PassRole",
        "s3:GetObject",
        "s3:ListBucket",
        "states:ListExecutions",
    ]


def test_failed_runs_call_if_the_entry_says_so_and_the_record_names_the_machine(engine):
    parts = parts_of(engine, alarms={"failed_runs": 2})
    [alarm] = parts.alarms
    assert (alarm.measure, alarm.threshold, alarm.metric, alarm.statistic) == (
        "failed_runs",
        2,
        "ExecutionsFailed",
        "Sum",
    )
    assert (alarm.statistic, alarm.periods, alarm.period_seconds) == ("Sum", 1, 300)
    assert list(parts.record[0]) == ["state_machine"]
    assert parts_of(Recorder()).alarms == ()
