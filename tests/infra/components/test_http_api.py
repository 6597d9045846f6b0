from typing import Any

from infra import environment_stack
from tests.builders import FUNCTION, an_environment
from tests.infra.recorder import Recorder

API = "aws:apigatewayv2/api:Api"
AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer"
DOMAIN = "aws:apigatewayv2/domainName:DomainName"
LINK = "aws:apigatewayv2/vpcLink:VpcLink"
MAPPING = "aws:apigatewayv2/apiMapping:ApiMapping"
STAGE = "aws:apigatewayv2/stage:Stage"
CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"


def an_api(engine: Recorder, **said: Any) -> None:
    engine.run(lambda: environment_stack.build(an_environment(api=said)))


def test_an_environment_that_declares_none_has_none(engine):
    engine.run(lambda: environment_stack.build(an_environment()))
    assert [made.type for made in engine.made if "apigatewayv2" in made.type] == []


def test_every_request_is_written_down_and_routes_count_at_once(engine):
    an_api(engine, log_retention_days=90)
    stage = engine.one(STAGE).inputs
    [group] = [it for it in engine.of_type("aws:cloudwatch/logGroup:LogGroup") if it["name"] == "/slipway/dev/_api"]
    assert (stage["name"], stage["autoDeploy"], group["retentionInDays"]) == ("$default", True, 90)
    assert '"status":"$context.status"' in stage["accessLogSettings"]["format"]
    assert "defaultRouteSettings" not in stage


def test_only_the_link_reaches_the_listener_of_the_api(engine):
    an_api(engine)
    listener = engine.all("aws:lb/listener:Listener")[0]
    rules = engine.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    at_its_port = [it for it in rules if it["fromPort"] == listener.inputs["port"]]

    assert listener.inputs["loadBalancerArn"].endswith("alb-dev-int")
    assert listener.inputs["defaultActions"][0]["type"] == "fixed-response"
    assert engine.one(LINK).inputs["securityGroupIds"] == ["link-dev-api-id"]
    assert [it["referencedSecurityGroupId"] for it in at_its_port] == ["link-dev-api-id"]


def test_how_often_and_from_where_it_is_called_is_as_the_environment_says(engine):
    cors = {"origins": ["https://shop.example.com"], "headers": ["Authorization"], "credentials": True}
    an_api(engine, throttling={"rate": 50, "burst": 100}, cors=cors)
    assert engine.one(STAGE).inputs["defaultRouteSettings"] == {"throttlingRateLimit": 50, "throttlingBurstLimit": 100}
    assert engine.one(API).inputs["corsConfiguration"] == {
        "allowOrigins": ["https://shop.example.com"],
        "allowMethods": ["*"],
        "allowHeaders": ["Authorization"],
        "allowCredentials": True,
        "maxAge": 300,
    }


def test_with_a_domain_awss_own_address_answers_no_longer(engine):
    an_api(engine, domain={"name": "api.example.com", "certificate_arn": CERTIFICATE})
    exported = engine.outputs["api"]
    assert engine.one(DOMAIN).inputs["domainNameConfiguration"]["certificateArn"] == CERTIFICATE
    assert engine.one(MAPPING).inputs["domainName"] == "dev-api-id"
    assert engine.one(API).inputs["disableExecuteApiEndpoint"] is True
    assert (exported["url"], exported["dns_target"]) == ("https://api.example.com", "target of api.example.com")


def test_what_people_point_at_is_protected(engine):
    an_api(engine, domain={"name": "api.example.com", "certificate_arn": CERTIFICATE})
    assert (engine.one(API).protect, engine.one(DOMAIN).protect) == (True, True)


def test_a_function_that_decides_may_be_invoked_by_its_authorizer_alone(engine):
    function = {"arn": FUNCTION, "identity": ["X-Api-Key"], "cache_seconds": 60}
    tokens = {"issuer": "https://login.example.com", "audience": ["orders"]}
    an_api(engine, authorizers={"keys": {"function": function}, "partners": tokens})

    asked = engine.all(AUTHORIZER)[0].inputs
    place = "arn:aws:apigateway:ap-northeast-1:lambda:path/2015-03-31/functions"
    assert asked["authorizerUri"] == f"{place}/{FUNCTION}/invocations"
    assert (asked["authorizerType"], asked["identitySources"]) == ("REQUEST", ["$request.header.X-Api-Key"])
    assert (asked["enableSimpleResponses"], asked["authorizerResultTtlInSeconds"]) == (True, 60)
    permission = engine.one("aws:lambda/permission:Permission").inputs
    assert (permission["function"], permission["principal"]) == (FUNCTION, "apigateway.amazonaws.com")
    assert permission["sourceArn"] == "execution of dev-api/authorizers/dev-api-keys-id"
    assert engine.outputs["api"]["function_authorizers"] == ["keys"]


def test_of_an_alias_the_permission_names_the_function_and_the_alias_apart(engine):
    an_api(engine, authorizers={"keys": {"function": {"arn": f"{FUNCTION}:live"}}})
    permission = engine.one("aws:lambda/permission:Permission").inputs
    assert (permission["function"], permission["qualifier"]) == (FUNCTION, "live")
    assert f"/{FUNCTION}:live/invocations" in engine.one(AUTHORIZER).inputs["authorizerUri"]


def test_services_find_the_authorizers_by_name(engine):
    an_api(engine, authorizers={"partners": {"issuer": "https://login.example.com", "audience": ["orders"]}})
    assert engine.one(AUTHORIZER).inputs["name"] == "partners"
    assert engine.outputs["api"]["authorizer_ids"] == {"partners": "dev-api-partners-id"}
    assert engine.outputs["api"]["url"] == "https://dev-api.execute-api.example.com"
