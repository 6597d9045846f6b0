import json

import pytest

from infra.components.flow_logs import FlowLogs, FlowLogsArgs
from service_catalog.model import Environment
from tests.builders import an_environment


def made(engine, environment: Environment) -> None:
    wanted = environment.flow_logs
    assert wanted
    engine.run(lambda: FlowLogs("dev-flow-logs", FlowLogsArgs(environment, wanted, "vpc-1")))


@pytest.mark.parametrize(("said", "traffic"), [({}, "ALL"), ({"traffic": "rejected"}, "REJECT")])
def test_what_passes_the_vpc_goes_to_a_group_that_keeps_it_as_long_as_is_said(engine, said, traffic):
    made(engine, an_environment(flow_logs=said | {"retention_days": 90}))

    flows = engine.one("aws:ec2/flowLog:FlowLog").inputs
    group = engine.one("aws:cloudwatch/logGroup:LogGroup").inputs

    assert (flows["vpcId"], flows["trafficType"]) == ("vpc-1", traffic)
    assert flows["logDestination"].endswith(":dev-flow-logs")
    assert group == {"name": "/slipway/dev/_flow", "retentionInDays": 90}


def test_flow_logs_write_to_their_own_group_alone_and_begin_when_they_may(engine):
    made(engine, an_environment(flow_logs={}))
    group = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/slipway/dev/_flow"
    writing, _ = engine.one("aws:iam/rolePolicy:RolePolicy").document("policy")["Statement"]
    trust = json.loads(engine.one("aws:iam/role:Role").inputs["assumeRolePolicy"])["Statement"][0]

    assert writing["Resource"] == [group, f"{group}:*"]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}
    assert "aws:iam/rolePolicy:RolePolicy::dev-flow-logs" in engine.one("aws:ec2/flowLog:FlowLog").depends_on
