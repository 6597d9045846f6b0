"""A service's routes on the environment's HTTP API, who may use them, and what the program is told of them."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import api_gateway, provisioned
from infra.exports import ApiExports
from infra.feature import Feature
from infra.service_parts import IngressSource, ServiceParts
from service_catalog.api_routes import route_key
from service_catalog.model import Exposure

_TIMEOUT_MILLISECONDS = 30_000
"""The longest that AWS takes"""
_UNMEASURED = {"namespace": "AWS/ApiGateway", "dimensions": {}}
"""An API counts by routes only where it is paid for detailed metrics."""


@dataclass(frozen=True)
class Straight:
    """The way to the tasks, where it is not by the internal Application Load Balancer."""

    uri: pulumi.Input[str]
    """ARN of a listener of a Network Load Balancer, or of a service in Cloud Map"""
    security_group_id: pulumi.Input[str]
    """Of what the link leads to there, which takes requests from the link alone"""
    port: int
    to_tasks: bool = False
    """Nothing stands between"""


@dataclass(frozen=True)
class ApiRouteArgs:
    exposure: Exposure
    api: ApiExports
    straight: Straight | None = None


class ApiRoute(Feature):
    def __init__(self, name: str, args: ApiRouteArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:ApiRoute", name, {}, opts)
        api, child = args.api, pulumi.ResourceOptions(parent=self)
        asks_function = _asks_function(args)
        integration = aws.apigatewayv2.Integration(
            name,
            api_id=api.id,
            description=name,
            integration_type="HTTP_PROXY",
            integration_method="ANY",
            integration_uri=args.straight.uri if args.straight else api.listener.listener_arn,
            connection_type="VPC_LINK",
            connection_id=api.vpc_link_id,
            payload_format_version="1.0",
            timeout_milliseconds=_TIMEOUT_MILLISECONDS,
            request_parameters=asks_function.apply(
                lambda it: api_gateway.request_parameters(name, args.exposure.authorizer, it)
            ),
            opts=child,
        )
        authorization = _authorization(name, args, asks_function, child)
        for path in args.exposure.paths:
            aws.apigatewayv2.Route(
                f"{name}{path}",
                api_id=api.id,
                route_key=route_key(path),
                target=pulumi.Output.concat("integrations/", integration.id),
                **authorization,
                opts=child,
            )
        url = pulumi.Output.concat(api.url, provisioned.reachable(args.exposure.paths))
        self.parts = ServiceParts(record=({"reach": {"url": url}},))
        if straight := args.straight:
            _let_out(name, straight, api, child)
            self.parts += _of_tasks(straight, api) if straight.to_tasks else ServiceParts()
        self.register_outputs({})


def _of_tasks(straight: Straight, api: ApiExports) -> ServiceParts:
    """What otherwise the load balancer's feature leaves."""
    return ServiceParts(
        ingress=(IngressSource("api", api.link_security_group_id, straight.port),), record=({"reach": _UNMEASURED},)
    )


def _let_out(name: str, straight: Straight, api: ApiExports, opts: pulumi.ResourceOptions) -> None:
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-from-api",
        security_group_id=api.link_security_group_id,
        description=f"Requests to {name}",
        referenced_security_group_id=straight.security_group_id,
        ip_protocol="tcp",
        from_port=straight.port,
        to_port=straight.port,
        opts=opts,
    )


def _asks_function(args: ApiRouteArgs) -> pulumi.Output[bool]:
    """Whether its authorizer is one of the environment's that do."""
    named = args.exposure.authorizer.name if args.exposure.authorizer else None
    return pulumi.Output.from_input(args.api.function_authorizers).apply(lambda names: named in (names or ()))


def _authorization(
    name: str, args: ApiRouteArgs, asks_function: pulumi.Output[bool], opts: pulumi.ResourceOptions
) -> dict[str, Any]:
    """Of each route. What is not said of a route stays as it was, so that nobody's is said too."""
    authorizer = args.exposure.authorizer
    if authorizer is None:
        return {"authorization_type": "NONE"}
    if authorizer.name is not None:
        id: Any = pulumi.Output.from_input(args.api.authorizer_ids)[authorizer.name]
    else:
        check = api_gateway.token_check(authorizer)
        id = aws.apigatewayv2.Authorizer(name, api_id=args.api.id, name=name, **check, opts=opts).id
    return {
        "authorization_type": asks_function.apply(lambda it: "CUSTOM" if it else "JWT"),
        "authorizer_id": id,
        "authorization_scopes": list(authorizer.scopes) or None,
    }
