import traceback
from typing import Any

import pytest
from pulumi.runtime.proto import resource_pb2

from infra.components.http_route import HttpRoute, HttpRouteArgs
from infra.exports import ListenerExports, ListenerForTestsExports
from infra.service_parts import ServiceParts
from service_catalog.listener_rules.lock import Slot
from service_catalog.listener_rules.rules import listener_rules
from service_catalog.model import Environment, Exposure, Route, SignIn, Sticky
from tests.builders import a_provider, a_service, an_environment
from tests.infra.recorder import Recorder

LISTENER = ListenerExports("arn:listener", "sg-balancer", "app/public/1", "alb.example.com")
RULE = "aws:lb/listenerRule:ListenerRule"
BY_API = Exposure(via="api-gateway", audience="public", paths=("/orders", "/orders/*"))
SECRET = "4dabf18193072939515e22adb298388d"
"""Under which Pulumi says that a value is a secret"""
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"


def a_route(
    engine: Recorder,
    name: str = "orders-api",
    exposure: Exposure | None = None,
    priorities: tuple[int, ...] = (8804,),
    traffic_role: str | None = None,
    environment: Environment | None = None,
    testers: ListenerForTestsExports | None = None,
    **said: Any,
) -> ServiceParts:
    """``said``: what else the entry says."""
    exposure = exposure or Exposure(paths=("/orders", "/orders/*"))
    parts: list[ServiceParts] = []
    slot = Slot(listener_rules(name, exposure)[0].listener, priorities[0], priorities[1:])
    environment = environment or an_environment()
    args = HttpRouteArgs(a_service(**said), exposure, 8080, environment, slot, "vpc-1", LISTENER, traffic_role, testers)
    engine.run(lambda: parts.append(HttpRoute(name, args).parts))
    return parts[0]


def test_targets_are_checked_as_the_entry_says(engine):
    a_route(engine)
    assert engine.one(TARGET_GROUP).inputs == {
        "vpcId": "vpc-1",
        "targetType": "ip",
        "protocol": "HTTP",
        "protocolVersion": "HTTP1",
        "port": 80,
        "deregistrationDelay": 30,
        "stickiness": {"enabled": False, "type": "lb_cookie"},
        "healthCheck": {
            "enabled": True,
            "protocol": "HTTP",
            "port": "traffic-port",
            "path": "/healthz",
            "matcher": "200-399",
            "interval": 10,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 2,
        },
    }


def test_a_port_of_its_own_for_checks_is_open_to_the_load_balancer(engine):
    parts = a_route(engine, health={"path": "/up", "port": 9090})
    assert engine.one(TARGET_GROUP).inputs["healthCheck"]["port"] == "9090"
    assert [(it.name, it.port) for it in parts.ingress] == [("load-balancer", 8080), ("load-balancer-checks", 9090)]


def test_the_entry_says_which_answers_are_healthy(engine):
    a_route(engine, health={"path": "/up", "codes": "200,404"})
    assert engine.one(TARGET_GROUP).inputs["healthCheck"]["matcher"] == "200,404"


def test_a_check_has_answered_before_the_next_one_starts(engine):
    a_route(engine, health={"interval_seconds": 5})
    assert engine.one(TARGET_GROUP).inputs["healthCheck"]["timeout"] == 4


@pytest.mark.parametrize(
    ("health", "asked"),
    [
        ({}, ("/AWS.ALB/healthcheck", "12")),
        ({"path": "/grpc.health.v1.Health/Check"}, ("/grpc.health.v1.Health/Check", "0")),
        ({"path": "/grpc.health.v1.Health/Check", "codes": "0,5"}, ("/grpc.health.v1.Health/Check", "0,5")),
    ],
)
def test_targets_of_grpc_are_asked_for_a_method(engine, health, asked):
    a_route(engine, exposure=Exposure(protocol="grpc"), health=health)
    group = engine.one(TARGET_GROUP).inputs
    assert (group["protocol"], group["protocolVersion"]) == ("HTTP", "GRPC")
    assert (group["healthCheck"]["path"], group["healthCheck"]["matcher"]) == asked


def test_tls_goes_on_to_the_container_where_the_entry_says_so(engine):
    a_route(engine, exposure=Exposure(protocol="http2", target_protocol="https"))
    group = engine.one(TARGET_GROUP).inputs
    assert (group["protocol"], group["protocolVersion"], group["healthCheck"]["protocol"]) == (
        "HTTPS",
        "HTTP2",
        "HTTPS",
    )


@pytest.mark.parametrize(
    ("sticky", "stickiness"),
    [
        (Sticky(), {"enabled": True, "cookieDuration": 86_400, "type": "lb_cookie"}),
        (
            Sticky(seconds=60, cookie="SESSION"),
            {"enabled": True, "cookieDuration": 60, "type": "app_cookie", "cookieName": "SESSION"},
        ),
    ],
)
def test_a_client_keeps_its_task_by_a_cookie(engine, sticky, stickiness):
    a_route(engine, exposure=Exposure(sticky=sticky))
    assert engine.one(TARGET_GROUP).inputs["stickiness"] == stickiness


def test_tasks_come_and_go_at_the_pace_of_the_entry(engine):
    a_route(engine, exposure=Exposure(slow_start_seconds=120, deregistration_seconds=300))
    group = engine.one(TARGET_GROUP).inputs
    assert (group["slowStart"], group["deregistrationDelay"]) == (120, 300)


def test_another_port_keeps_the_target_group(engine):
    a_route(engine)
    other = Recorder()
    a_route(other, port=9090)
    assert other.one(TARGET_GROUP).inputs == engine.one(TARGET_GROUP).inputs


def test_on_the_other_load_balancer_it_is_another_target_group(engine):
    a_route(engine, exposure=Exposure(audience="internal"))
    a_route(engine, exposure=Exposure(audience="public"))
    a_route(engine, exposure=BY_API)
    assert [made.name for made in engine.all(TARGET_GROUP)] == ["orders-api-api", "orders-api-int", "orders-api-pub"]


def test_the_rule_stands_in_the_slot_of_the_lock(engine):
    a_route(engine)
    rule = engine.one(RULE).inputs
    assert (rule["listenerArn"], rule["priority"]) == ("arn:listener", 8804)
    assert rule["actions"] == [
        {"type": "forward", "targetGroupArn": "arn:aws:targetgroup:ap-northeast-1:123456789012:orders-api-int"}
    ]


@pytest.mark.parametrize(
    ("exposure", "conditions"),
    [
        (Exposure(), [{"pathPattern": {"values": ["/*"]}}]),
        (Exposure(host="a.example.com"), [{"hostHeader": {"values": ["a.example.com"]}}]),
        (
            Exposure(host="a.example.com", paths=("/x",)),
            [{"hostHeader": {"values": ["a.example.com"]}}, {"pathPattern": {"values": ["/x"]}}],
        ),
        (Exposure(source_ips=("203.0.113.0/24",)), [{"sourceIp": {"values": ["203.0.113.0/24"]}}]),
        (
            Exposure(paths=("/x",), headers={"X-Version": ("2", "3*"), "X-Beta": ("yes",)}),
            [
                {"pathPattern": {"values": ["/x"]}},
                {"httpHeader": {"httpHeaderName": "X-Version", "values": ["2", "3*"]}},
                {"httpHeader": {"httpHeaderName": "X-Beta", "values": ["yes"]}},
            ],
        ),
        (BY_API, [{"httpHeader": {"httpHeaderName": "x-slipway-service", "values": ["orders-api"]}}]),
    ],
)
def test_the_rule_asks_for_what_the_entry_says(engine, exposure, conditions):
    a_route(engine, exposure=exposure)
    assert engine.one(RULE).inputs["conditions"] == conditions


def test_each_route_has_a_rule_in_its_slot_and_all_lead_to_the_same_tasks(engine):
    office = Route(host="admin.example.com", source_ips=("203.0.113.0/24",))
    parts = a_route(engine, exposure=Exposure(paths=("/orders",), rules=(office,)), priorities=(8804, 12))
    first, second = engine.all(RULE)

    assert (first.name, first.inputs["priority"]) == ("orders-api-12", 12)
    assert first.inputs["conditions"] == [
        {"hostHeader": {"values": ["admin.example.com"]}},
        {"sourceIp": {"values": ["203.0.113.0/24"]}},
    ]
    assert (second.name, second.inputs["priority"]) == ("orders-api-8804", 8804)
    assert first.inputs["actions"] == second.inputs["actions"]
    assert len(parts.prerequisites) == 2
    assert len(parts.load_balancers) == 1


class WithSecrets(Recorder):
    """Told which inputs are secret, as an engine is that keeps them."""

    def GetDeploymentInfo(self, request: Any) -> Any:
        features = [resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS, resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS]
        return resource_pb2.DeploymentInfo(supportedFeatures=features)


SIGN_IN = SignIn(provider="staff", scope="openid email", session_seconds=3600)


@pytest.mark.parametrize(("key", "text"), [(None, "s3cret"), ("secret", '{"secret": "s3cret"}')])
def test_users_sign_in_before_they_get_to_the_tasks(key, text):
    engine = WithSecrets(answers={"aws:secretsmanager/getSecretVersion:getSecretVersion": {"secretString": text}})
    provider = a_provider(client_secret={"secretsmanager": "dev/sign-in-staff", "key": key})
    a_route(engine, exposure=Exposure(sign_in=SIGN_IN), environment=an_environment(sign_in={"staff": provider}))

    sign_in, forward = engine.one(RULE).inputs["actions"]
    secret = sign_in["authenticateOidc"].pop("clientSecret")

    assert secret == {SECRET: "1b47061264138c4ac30d75fd1eb44270", "value": "s3cret"}
    assert engine.questions["aws:secretsmanager/getSecretVersion:getSecretVersion"] == {"secretId": "dev/sign-in-staff"}
    assert (sign_in["type"], forward["type"]) == ("authenticate-oidc", "forward")
    assert sign_in["authenticateOidc"] == {
        "issuer": "https://id.example.com",
        "authorizationEndpoint": "https://id.example.com/authorize",
        "tokenEndpoint": "https://id.example.com/token",
        "userInfoEndpoint": "https://id.example.com/userinfo",
        "clientId": "slipway",
        "scope": "openid email",
        "sessionTimeout": 3600,
        "sessionCookieName": "SlipwaySignIn",
        "onUnauthenticatedRequest": "authenticate",
    }


def test_a_secret_without_the_key_is_told_by_its_name_alone():
    engine = WithSecrets(answers={"aws:secretsmanager/getSecretVersion:getSecretVersion": {"secretString": "s3cret"}})
    provider = a_provider(client_secret={"secretsmanager": "dev/sign-in-staff", "key": "secret"})
    with pytest.raises(Exception, match="dev/sign-in-staff has no text under the key secret") as told:
        a_route(engine, exposure=Exposure(sign_in=SIGN_IN), environment=an_environment(sign_in={"staff": provider}))
    assert "s3cret" not in "".join(traceback.format_exception(told.value))


def test_the_service_hangs_behind_it_and_waits_for_the_rule(engine):
    parts = a_route(engine)

    [balancer] = parts.load_balancers
    [source] = parts.ingress

    assert (balancer["container_name"], balancer["container_port"]) == ("app", 8080)
    assert (source.security_group_id, source.port) == ("sg-balancer", 8080)
    assert [type(resource).__name__ for resource in parts.prerequisites] == ["ListenerRule"]


def test_who_comes_by_the_api_does_not_start_at_the_load_balancer(engine):
    [told] = a_route(engine, exposure=BY_API).record
    assert set(told["reach"]) == {"namespace", "dimensions"}


def test_unhealthy_targets_are_counted_behind_the_services_own_load_balancer(engine):
    assert a_route(engine).alarms == ()

    [alarm] = a_route(engine, alarms={"unhealthy_targets": 2}).alarms

    assert (alarm.measure, alarm.threshold, alarm.statistic) == ("unhealthy_targets", 2, "Maximum")
    assert (alarm.namespace, alarm.metric) == ("AWS/ApplicationELB", "UnHealthyHostCount")
    assert alarm.dimensions["LoadBalancer"] == "app/public/1"


def test_whichever_target_group_ecs_shifted_the_requests_to_rings_for_its_targets(engine):
    first, other = a_route(engine, traffic_role="arn:role", alarms={"unhealthy_targets": 2}).alarms

    assert (first.measure, other.measure) == ("unhealthy_targets", "unhealthy_targets_alternate")
    assert first.threshold == other.threshold == 2
    assert first.dimensions["TargetGroup"] != other.dimensions["TargetGroup"]


def test_the_record_tells_where_the_requests_of_both_target_groups_are_measured(engine):
    [told] = a_route(engine, traffic_role="arn:role").record
    assert told["reach"]["dimensions"].keys() == told["reach"]["alternate_dimensions"].keys()
    assert told["reach"]["dimensions"] != told["reach"]["alternate_dimensions"]


@pytest.mark.parametrize("name", ["a", "s" * 32, "s" * 19 + "-" + "s" * 8, "s" * 15 + "-" + "s" * 8])
def test_the_target_groups_automatic_name_is_one_that_aws_takes(engine, name):
    a_route(engine, name, traffic_role="arn:role")
    for group in engine.all(TARGET_GROUP):
        automatic = f"{group.name}-1a2b3c4"
        assert len(automatic) <= 32
        assert "--" not in automatic


def test_requests_are_shifted_between_two_target_groups_which_ecs_weighs(engine):
    parts = a_route(engine, traffic_role="arn:role")

    group, alternate = engine.all(TARGET_GROUP)
    rule = engine.one(RULE)
    arns = [f"arn:aws:targetgroup:ap-northeast-1:123456789012:{it.name}" for it in (group, alternate)]
    weighted = [{"arn": arns[0], "weight": 100}, {"arn": arns[1], "weight": 0}]
    assert rule.inputs["actions"] == [{"type": "forward", "forward": {"targetGroups": weighted}}]
    assert rule.ignore_changes == ("actions",)
    assert alternate.inputs == group.inputs
    assert set(parts.load_balancers[0]["advanced_configuration"]) == {
        "alternate_target_group_arn",
        "production_listener_rule",
        "role_arn",
    }


def test_who_begins_to_shift_requests_gets_its_rule_beside_the_old_one(engine):
    a_route(engine)
    a_route(engine, traffic_role="arn:role")

    plain, shifting = engine.all(RULE)
    assert shifting.inputs["priority"] == plain.inputs["priority"] + 1
    assert shifting.name != plain.name


def test_testers_have_the_same_rule_at_a_listener_of_their_own(engine):
    parts = a_route(engine, traffic_role="arn:role", testers=ListenerForTestsExports("arn:test", 9000))
    everybody, testers = engine.all(RULE)

    assert (testers.inputs["listenerArn"], testers.inputs["priority"]) == ("arn:test", everybody.inputs["priority"])
    assert testers.inputs["conditions"] == everybody.inputs["conditions"]
    assert "actions" in testers.ignore_changes
    [balancer] = parts.load_balancers
    assert set(balancer["advanced_configuration"]) >= {"production_listener_rule", "test_listener_rule"}


def test_who_shifts_no_requests_has_no_rule_for_testers(engine):
    a_route(engine, testers=ListenerForTestsExports("arn:test", 9000))
    assert len(engine.all(RULE)) == 1
