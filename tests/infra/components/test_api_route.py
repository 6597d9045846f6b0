from dataclasses import replace
from typing import Any

import pytest

from infra.components.api_route import ApiRoute, ApiRouteArgs, Straight
from infra.exports import ApiExports
from infra.service_parts import ServiceParts
from service_catalog.model import Exposure
from tests.infra.recorder import Recorder
from tests.infra.test_exports import API

AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
ROUTE = "aws:apigatewayv2/route:Route"
OWN = {"issuer": "https://login.example.com", "audience": ["orders"]}


def a_route(engine: Recorder, *paths: str, api: ApiExports = API, **said: Any) -> ServiceParts:
    parts: list[ServiceParts] = []
    exposure = Exposure.model_validate({"via": "api-gateway", "audience": "public", "paths": list(paths), **said})
    engine.run(lambda: parts.append(ApiRoute("orders-api", ApiRouteArgs(exposure, api)).parts))
    return parts[0]


def test_requests_take_the_link_to_the_listener_that_the_api_alone_reaches(engine):
    a_route(engine, "/orders")
    assert engine.one(INTEGRATION).inputs == {
        "apiId": "api-1",
        "description": "orders-api",
        "integrationType": "HTTP_PROXY",
        "integrationMethod": "ANY",
        "integrationUri": "arn:api",
        "connectionType": "VPC_LINK",
        "connectionId": "link-1",
        "payloadFormatVersion": "1.0",
        "timeoutMilliseconds": 30_000,
        "requestParameters": {"overwrite:path": "$request.path", "overwrite:header.x-slipway-service": "orders-api"},
    }


EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


@pytest.mark.parametrize("to_tasks", [True, False])
def test_the_link_lets_requests_out_to_where_they_go_past_the_load_balancer(engine, to_tasks):
    straight = Straight("arn:where", "sg-there", 9000, to_tasks)
    exposure = Exposure.model_validate({"via": "api-gateway", "audience": "public", "paths": ["/orders"]})
    parts: list[ServiceParts] = []
    engine.run(lambda: parts.append(ApiRoute("orders-api", ApiRouteArgs(exposure, API, straight)).parts))

    assert engine.one(INTEGRATION).inputs["integrationUri"] == "arn:where"
    assert engine.one(EGRESS).inputs == {
        "securityGroupId": "sg-link",
        "description": "Requests to orders-api",
        "referencedSecurityGroupId": "sg-there",
        "ipProtocol": "tcp",
        "fromPort": 9000,
        "toPort": 9000,
    }
    assert [(it.security_group_id, it.port) for it in parts[0].ingress] == [("sg-link", 9000)] * to_tasks


def test_each_path_is_a_route_and_anybody_may_use_it(engine):
    a_route(engine, "/orders", "/orders/*")
    assert engine.of_type(ROUTE) == [
        {
            "apiId": "api-1",
            "routeKey": key,
            "target": "integrations/orders-api-id",
            "authorizationType": "NONE",
        }
        for key in ("ANY /orders", "ANY /orders/{proxy+}")
    ]


@pytest.mark.parametrize(
    ("said", "authorizer"), [({"name": "partners"}, "authorizer-1"), (OWN, "orders-api-id")], ids=["shared", "own"]
)
def test_tokens_are_checked_on_every_route(engine, said, authorizer):
    a_route(engine, "/orders", "/orders/*", authorizer={**said, "scopes": ["orders.read"]})
    assert {(it["authorizationType"], it["authorizerId"]) for it in engine.of_type(ROUTE)} == {("JWT", authorizer)}
    assert [it["authorizationScopes"] for it in engine.of_type(ROUTE)] == [["orders.read"]] * 2


def test_an_authorizer_of_ones_own_knows_whose_tokens_are_good(engine):
    a_route(engine, "/orders", authorizer=OWN)
    assert engine.one(AUTHORIZER).inputs == {
        "apiId": "api-1",
        "name": "orders-api",
        "authorizerType": "JWT",
        "identitySources": ["$request.header.Authorization"],
        "jwtConfiguration": {"issuer": "https://login.example.com", "audiences": ["orders"]},
    }


def test_claims_are_passed_on_in_place_of_the_clients_own_headers(engine):
    a_route(engine, "/orders", authorizer={"name": "partners", "headers": {"X-Partner": "sub"}})
    parameters = engine.one(INTEGRATION).inputs["requestParameters"]
    assert parameters["overwrite:header.X-Partner"] == "$context.authorizer.claims.sub"


def test_people_start_at_the_apis_address(engine):
    engine.run(lambda: None)
    [told] = a_route(engine, "/orders/*", "/orders").record
    assert told.keys() == {"reach"}


def test_what_a_function_says_of_a_request_is_passed_on(engine):
    asked = {"name": "keys", "headers": {"X-Tenant": "tenant"}}
    a_route(engine, "/orders", authorizer=asked, api=replace(API, function_authorizers=["keys"]))
    parameters = engine.one(INTEGRATION).inputs["requestParameters"]
    assert parameters["overwrite:header.X-Tenant"] == "$context.authorizer.tenant"
    route = engine.one(ROUTE).inputs
    assert (route["authorizationType"], route["authorizerId"]) == ("CUSTOM", "authorizer-2")
