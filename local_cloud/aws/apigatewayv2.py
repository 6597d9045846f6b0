"""API Gateway's HTTP APIs: the API with its stages, routes, integrations and authorizers, VPC links, custom domains."""

from typing import Any

from local_cloud.aws.cloud import Cloud, input_shape
from local_cloud.aws.kind import Call, Kind, Look, Named, Step, Values
from local_cloud.aws.shapes import fit

ARN = "arn:{partition}:apigateway:{region}::"
OF_AN_API = r"(?P<apiId>[^/]+)/(?P<id>.+)"


def set_cors(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    """AWS replaces a configuration, and takes one away with an operation of its own."""
    if new.get("corsConfiguration"):
        shape = input_shape("apigatewayv2", "update_api")
        wanted = fit(shape, {"corsConfiguration": new["corsConfiguration"]}, {})
        cloud.call("apigatewayv2", "update_api", ApiId=id, **wanted)
    else:
        cloud.call("apigatewayv2", "delete_cors_configuration", ApiId=id)


def set_access_logs(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    of = {"ApiId": new["apiId"], "StageName": id}
    if new.get("accessLogSettings"):
        shape = input_shape("apigatewayv2", "update_stage")
        wanted = fit(shape, {"accessLogSettings": new["accessLogSettings"]}, {})
        cloud.call("apigatewayv2", "update_stage", **of, **wanted)
    else:
        cloud.call("apigatewayv2", "delete_access_log_settings", **of)


def stage(properties: dict[str, Any]) -> dict[str, Any]:
    """Pulumi lists the settings of routes, AWS keeps them by the route's key."""
    if "routeSettings" not in properties:
        return properties
    return {**properties, "routeSettings": {it["routeKey"]: it for it in properties["routeSettings"]}}


def map_request(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    """AWS adds what is sent to what it has; an empty value takes a mapping away."""
    before, after = old.get("requestParameters") or {}, new.get("requestParameters") or {}
    changes = {key: "" for key in before if key not in after} | dict(after)
    cloud.call("apigatewayv2", "update_integration", ApiId=new["apiId"], IntegrationId=id, RequestParameters=changes)


def integration_like(cloud: Cloud, inputs: Values) -> str | None:
    """An integration has no name: it is found by where it leads and what it makes of requests."""
    found = cloud.call("apigatewayv2", "get_integrations", ApiId=inputs["apiId"])["Items"]
    wanted = inputs.get("integrationUri"), inputs.get("requestParameters") or {}
    alike = [
        it["IntegrationId"] for it in found if (it.get("IntegrationUri"), it.get("RequestParameters", {})) == wanted
    ]
    return str(alike[0]) if len(alike) == 1 else None


def with_configuration(cloud: Cloud, inputs: Values, domain: dict[str, Any]) -> dict[str, Any]:
    """As Pulumi spells it, with the name that people point their own at."""
    [told] = domain["DomainNameConfigurations"]
    configuration = {
        "certificateArn": told.get("CertificateArn"),
        "endpointType": told.get("EndpointType"),
        "securityPolicy": told.get("SecurityPolicy"),
        "targetDomainName": told.get("ApiGatewayDomainName"),
        "hostedZoneId": told.get("HostedZoneId"),
    }
    return {**domain, "configuration": configuration}


STAGE = {"StageName": "name"}
INTEGRATION = {"TimeoutInMillis": "timeoutMilliseconds"}
JWT = {"Audience": "audiences"}

KINDS = [
    Kind(
        "aws:apigatewayv2/api:Api",
        "apigatewayv2",
        create=Call("create_api"),
        made="@",
        id="ApiId",
        look=Look("get_api", {"ApiId": "{id}"}),
        find=Look("get_apis", {}, "Items[?Name == '{name}'] | [0]"),
        updates=(Step("corsConfiguration", set_cors), Call("update_api", {"ApiId": "{id}"})),
        delete=Call("delete_api", {"ApiId": "{id}"}),
        fixed="protocolType",
        named=Named(longest=128),
        tags=ARN + "/apis/{id}",
        absent={"disableExecuteApiEndpoint": False, "description": ""},
        outputs={
            "arn": ARN + "/apis/{id}",
            "apiEndpoint": "ApiEndpoint",
            "executionArn": "arn:{partition}:execute-api:{region}:{account}:{id}",
        },
    ),
    Kind(
        "aws:apigatewayv2/stage:Stage",
        "apigatewayv2",
        create=Call("create_stage", takes="routeSettings", reshape=stage),
        made="@",
        id="StageName",
        look=Look("get_stage", {"ApiId": "{apiId}", "StageName": "{id}"}),
        find=Look("get_stages", {"ApiId": "{apiId}"}, "Items[?StageName == '{name}'] | [0]"),
        updates=(
            Step("accessLogSettings", set_access_logs),
            Call("update_stage", {"ApiId": "{apiId}", "StageName": "{id}"}, takes="routeSettings", reshape=stage),
        ),
        delete=Call("delete_stage", {"ApiId": "{apiId}", "StageName": "{id}"}),
        fixed="apiId name",
        names=STAGE,
        tags=ARN + "/apis/{apiId}/stages/{id}",
        imported=OF_AN_API,
        outputs={"arn": ARN + "/apis/{apiId}/stages/{id}"},
    ),
    Kind(
        "aws:apigatewayv2/route:Route",
        "apigatewayv2",
        create=Call("create_route"),
        made="@",
        id="RouteId",
        look=Look("get_route", {"ApiId": "{apiId}", "RouteId": "{id}"}),
        find=Look("get_routes", {"ApiId": "{apiId}"}, "Items[?RouteKey == '{routeKey}'] | [0]"),
        updates=(Call("update_route", {"ApiId": "{apiId}", "RouteId": "{id}"}),),
        delete=Call("delete_route", {"ApiId": "{apiId}", "RouteId": "{id}"}),
        fixed="apiId",
        absent={"authorizerId": "", "authorizationType": "NONE"},
        imported=OF_AN_API,
    ),
    Kind(
        "aws:apigatewayv2/integration:Integration",
        "apigatewayv2",
        create=Call("create_integration"),
        made="@",
        id="IntegrationId",
        look=Look("get_integration", {"ApiId": "{apiId}", "IntegrationId": "{id}"}),
        find=integration_like,
        updates=(
            Step("requestParameters", map_request),
            Call("update_integration", {"ApiId": "{apiId}", "IntegrationId": "{id}"}),
        ),
        delete=Call("delete_integration", {"ApiId": "{apiId}", "IntegrationId": "{id}"}),
        fixed="apiId integrationSubtype integrationType",
        names=INTEGRATION,
        imported=OF_AN_API,
    ),
    Kind(
        "aws:apigatewayv2/authorizer:Authorizer",
        "apigatewayv2",
        create=Call("create_authorizer", names={"IdentitySource": "identitySources"}),
        made="@",
        id="AuthorizerId",
        look=Look("get_authorizer", {"ApiId": "{apiId}", "AuthorizerId": "{id}"}),
        find=Look("get_authorizers", {"ApiId": "{apiId}"}, "Items[?Name == '{name}'] | [0]"),
        updates=(
            Call(
                "update_authorizer",
                {"ApiId": "{apiId}", "AuthorizerId": "{id}"},
                names={"IdentitySource": "identitySources"},
                together="jwtConfiguration identitySources",
            ),
        ),
        delete=Call("delete_authorizer", {"ApiId": "{apiId}", "AuthorizerId": "{id}"}),
        fixed="apiId authorizerType",
        names=JWT,
        named=Named(longest=128),
        imported=OF_AN_API,
    ),
    Kind(
        "aws:apigatewayv2/vpcLink:VpcLink",
        "apigatewayv2",
        create=Call("create_vpc_link"),
        made="@",
        id="VpcLinkId",
        look=Look("get_vpc_link", {"VpcLinkId": "{id}"}),
        find=Look("get_vpc_links", {}, "Items[?Name == '{name}'] | [0]"),
        updates=(Call("update_vpc_link", {"VpcLinkId": "{id}"}),),
        delete=Call("delete_vpc_link", {"VpcLinkId": "{id}"}),
        fixed="securityGroupIds subnetIds",
        named=Named(longest=128),
        tags=ARN + "/vpclinks/{id}",
        outputs={"arn": ARN + "/vpclinks/{id}"},
    ),
    Kind(
        "aws:apigatewayv2/domainName:DomainName",
        "apigatewayv2",
        create=Call("create_domain_name", names={"DomainNameConfigurations": "domainNameConfiguration"}),
        made="@",
        id="DomainName",
        look=Look("get_domain_name", {"DomainName": "{id}"}),
        find=Look("get_domain_name", {"DomainName": "{domainName}"}),
        updates=(
            Call(
                "update_domain_name",
                {"DomainName": "{id}"},
                names={"DomainNameConfigurations": "domainNameConfiguration"},
            ),
        ),
        delete=Call("delete_domain_name", {"DomainName": "{id}"}),
        fixed="domainName",
        unique="domainName",
        complete=with_configuration,
        tags=ARN + "/domainnames/{id}",
        outputs={"arn": ARN + "/domainnames/{id}", "domainNameConfiguration": "configuration"},
    ),
    Kind(
        "aws:apigatewayv2/apiMapping:ApiMapping",
        "apigatewayv2",
        create=Call("create_api_mapping"),
        made="@",
        id="ApiMappingId",
        look=Look("get_api_mapping", {"DomainName": "{domainName}", "ApiMappingId": "{id}"}),
        find=Look(
            "get_api_mappings", {"DomainName": "{domainName}"}, "Items[?ApiId == '{apiId}' && Stage == '{stage}'] | [0]"
        ),
        updates=(Call("update_api_mapping", {"DomainName": "{domainName}", "ApiMappingId": "{id}"}, always="apiId"),),
        delete=Call("delete_api_mapping", {"DomainName": "{domainName}", "ApiMappingId": "{id}"}),
        fixed="domainName",
        absent={"apiMappingKey": ""},
        imported=r"(?P<id>[^/]+)/(?P<domainName>.+)",
    ),
]
