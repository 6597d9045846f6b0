"""HTTP APIs of API Gateway."""

from dataclasses import replace

from tests.local_cloud.aws.lives.life import Life

_LIVES = [
    Life(
        "aws:apigatewayv2/api:Api",
        {
            "name": "front",
            "protocolType": "HTTP",
            "corsConfiguration": {"allowOrigins": ["https://a.example"], "allowMethods": ["GET"], "maxAge": 60},
            "disableExecuteApiEndpoint": True,
            "tags": {"Name": "a"},
        },
        update={
            "name": "forward",
            "corsConfiguration": {"allowOrigins": ["https://b.example"], "allowCredentials": True},
            "tags": {"Name": "b"},
        },
        replace={"protocolType": "WEBSOCKET"},
        outputs=("arn", "apiEndpoint", "executionArn"),
    ),
    Life(
        "aws:apigatewayv2/stage:Stage",
        {
            "apiId": "$api.id",
            "name": "$default",
            "autoDeploy": True,
            "accessLogSettings": {"destinationArn": "arn:aws:logs:x:1:log-group:/a", "format": '{"a":"$context.path"}'},
            "defaultRouteSettings": {"throttlingRateLimit": 10, "throttlingBurstLimit": 20},
            "tags": {"Name": "s"},
        },
        update={
            "accessLogSettings": {"destinationArn": "arn:aws:logs:x:1:log-group:/b", "format": '{"b":"$context.path"}'},
            "defaultRouteSettings": {"throttlingRateLimit": 5, "throttlingBurstLimit": 6},
            "tags": {"Name": "t"},
        },
        replace={"apiId": "other", "name": "v2"},
        outputs=("arn",),
    ),
    Life(
        "aws:apigatewayv2/integration:Integration",
        {
            "apiId": "$api.id",
            "integrationType": "HTTP_PROXY",
            "integrationMethod": "ANY",
            "integrationUri": "https://example.com",
            "payloadFormatVersion": "1.0",
            "timeoutMilliseconds": 29_000,
            "requestParameters": {"overwrite:path": "$request.path", "overwrite:header.x-a": "1"},
        },
        update={
            "integrationUri": "https://example.org",
            "timeoutMilliseconds": 20_000,
            "requestParameters": {"overwrite:path": "$request.path"},
        },
        replace={"integrationType": "AWS_PROXY"},
    ),
    Life(
        "aws:apigatewayv2/route:Route",
        {
            "apiId": "$api.id",
            "routeKey": "ANY /orders",
            "target": "integrations/$integration.id",
            "authorizationType": "JWT",
            "authorizerId": "$authorizer.id",
            "authorizationScopes": ["read", "write"],
        },
        update={"routeKey": "ANY /orders/{proxy+}", "authorizationScopes": ["read"]},
        replace={"apiId": "other"},
    ),
    Life(
        "aws:apigatewayv2/authorizer:Authorizer",
        {
            "apiId": "$api.id",
            "name": "partners",
            "authorizerType": "JWT",
            "identitySources": ["$request.header.Authorization"],
            "jwtConfiguration": {"issuer": "https://login.example.com", "audiences": ["orders"]},
        },
        update={"jwtConfiguration": {"issuer": "https://login.example.com", "audiences": ["orders", "payments"]}},
        replace={"authorizerType": "REQUEST"},
    ),
    Life(
        "aws:apigatewayv2/vpcLink:VpcLink",
        {
            "name": "link",
            "subnetIds": ["$subnet.id", "$other_subnet.id"],
            "securityGroupIds": ["$group.id"],
            "tags": {"Name": "l"},
        },
        update={"name": "linked", "tags": {"Name": "m"}},
        replace={"subnetIds": ["$subnet.id"], "securityGroupIds": []},
        outputs=("arn",),
        not_on=("ministack",),  # it has none of its own
    ),
    Life(
        "aws:apigatewayv2/domainName:DomainName",
        {
            "domainName": "api.example.com",
            "domainNameConfiguration": {
                "certificateArn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/1",
                "endpointType": "REGIONAL",
                "securityPolicy": "TLS_1_2",
            },
            "tags": {"Name": "d"},
        },
        update={
            "domainNameConfiguration": {
                "certificateArn": "arn:aws:acm:ap-northeast-1:123456789012:certificate/2",
                "endpointType": "REGIONAL",
                "securityPolicy": "TLS_1_2",
            },
            "tags": {"Name": "e"},
        },
        replace={"domainName": "www.example.com"},
        outputs=("arn", "domainNameConfiguration"),
    ),
    Life(
        "aws:apigatewayv2/apiMapping:ApiMapping",
        {"domainName": "$domain_name.id", "apiId": "$api.id", "stage": "$stage.id", "apiMappingKey": "v1"},
        update={"apiMappingKey": "v2"},
        replace={"domainName": "other.example.com"},
    ),
]
LIVES = [replace(life, not_on=(*life.not_on, "moto")) for life in _LIVES]
"""moto wants a package for its API Gateway that nothing else needs."""
