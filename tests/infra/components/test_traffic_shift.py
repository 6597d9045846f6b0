from infra.components.traffic_shift import TrafficShift, TrafficShiftArgs
from infra.service_parts import ServiceParts
from tests.builders import a_service, an_environment
from tests.infra.test_service_stack import SERVICE, built


def test_ecs_may_touch_what_bears_the_services_own_tags_and_nothing_else(engine):
    parts: list[ServiceParts] = []
    args = TrafficShiftArgs(an_environment(), "orders-api")
    engine.run(lambda: parts.append(TrafficShift("orders-api", args).parts))

    role, policy = engine.one("aws:iam/role:Role"), engine.one("aws:iam/rolePolicy:RolePolicy")
    [trusted] = role.document("assumeRolePolicy")["Statement"]
    changing = [it for it in policy.document("policy")["Statement"] if it["Resource"] != ["*"]]

    assert role.inputs["name"] == "dev_orders-api_traffic"
    assert trusted["Principal"] == {"Service": "ecs.amazonaws.com"}
    own = {"aws:ResourceTag/slipway:environment": "dev", "aws:ResourceTag/slipway:service": "orders-api"}
    assert [it["Condition"] for it in changing] == [{"StringEquals": own}] * 2
    assert [type(it).__name__ for it in parts[0].prerequisites] == ["RolePolicy"]


def test_the_service_is_made_once_ecs_may_shift_its_requests():
    engine = built(a_service(deployment={"strategy": "blue-green"}))
    service = engine.one(SERVICE)

    shifted = service.inputs["loadBalancers"][0]["advancedConfiguration"]
    assert shifted["roleArn"] == "arn:aws:role:ap-northeast-1:123456789012:orders-api-traffic"
    assert "aws:iam/rolePolicy:RolePolicy::orders-api-traffic" in service.depends_on


def test_who_shifts_nothing_has_neither_role_nor_second_target_group():
    engine = built(a_service())
    assert len(engine.all("aws:lb/targetGroup:TargetGroup")) == 1
    assert [it.name for it in engine.all("aws:iam/role:Role")] == [
        "orders-api-execution",
        "orders-api-runs",
        "orders-api-task",
    ]
