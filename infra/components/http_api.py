"""The environment's HTTP API in API Gateway: where services put their routes, and the way from there to their tasks.

Requests reach the VPC through a link whose security group leads to one port of the internal load balancer, which takes
requests from nobody else: who could come in beside the API would be past its authorizers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.components.alias_records import AliasTarget
from infra.components.load_balancer import NOT_FOUND, LoadBalancer
from infra.documents import api_gateway
from infra.exports import ApiExports, ListenerExports
from service_catalog import model, naming

_STAGE = "$default"


@dataclass(frozen=True)
class HttpApiArgs:
    environment: model.Environment
    api: model.Api
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Where the link stands: those of the load balancer"""
    internal: LoadBalancer


class HttpApi(pulumi.ComponentResource):
    def __init__(self, name: str, args: HttpApiArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:HttpApi", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        # What people's DNS records and partners' programs point at.
        self._kept = pulumi.ResourceOptions(parent=self, protect=args.environment.is_protected or None)
        api = self._api()
        stage = self._stage(api)
        self.target = self._domain(api, stage)
        domain, balancer = args.api.domain, args.internal.exports
        group = self._link_group()
        self.exports = ApiExports(
            id=api.id,
            url=f"https://{domain.name}" if domain else api.api_endpoint,
            endpoint=api.api_endpoint,
            dns_target=self.target.dns_name if self.target else None,
            vpc_link_id=self._link(group).id,
            link_security_group_id=group.id,
            authorizer_ids={each: self._authorizer(each, api).id for each in args.api.authorizers},
            function_authorizers=[name for name, it in args.api.authorizers.items() if it.function] or None,
            listener=ListenerExports(
                listener_arn=self._listener().arn,
                load_balancer_security_group_id=balancer.load_balancer_security_group_id,
                load_balancer_arn_suffix=balancer.load_balancer_arn_suffix,
                load_balancer_dns_name=balancer.load_balancer_dns_name,
            ),
        )
        self.register_outputs({"url": self.exports.url})

    def _api(self) -> aws.apigatewayv2.Api:
        wanted = self._args.api
        return aws.apigatewayv2.Api(
            self._name,
            protocol_type="HTTP",
            description=f"Services of {self._args.environment.name}",
            cors_configuration=api_gateway.cors(wanted.cors) if wanted.cors else None,
            # Else whoever is kept away from the domain, by a firewall say, comes in by AWS's own name.
            disable_execute_api_endpoint=wanted.domain is not None,
            opts=self._kept,
        )

    def _stage(self, api: aws.apigatewayv2.Api) -> aws.apigatewayv2.Stage:
        wanted = self._args.api
        group = aws.cloudwatch.LogGroup(
            self._name,
            name=naming.api_log_group(self._args.environment.name),
            retention_in_days=wanted.log_retention_days,
            opts=self._child,
        )
        return aws.apigatewayv2.Stage(
            self._name,
            api_id=api.id,
            name=_STAGE,
            auto_deploy=True,
            access_log_settings={"destination_arn": group.arn, "format": api_gateway.ACCESS_LOG},
            default_route_settings=api_gateway.throttling(wanted.throttling) if wanted.throttling else None,
            opts=self._child,
        )

    def _domain(self, api: aws.apigatewayv2.Api, stage: aws.apigatewayv2.Stage) -> AliasTarget | None:
        """The name at which people point the API's own, if it has one."""
        wanted = self._args.api.domain
        if wanted is None:
            return None
        domain = aws.apigatewayv2.DomainName(
            self._name,
            domain_name=wanted.name,
            domain_name_configuration={
                "certificate_arn": wanted.certificate_arn,
                "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_2",
            },
            opts=self._kept,
        )
        aws.apigatewayv2.ApiMapping(self._name, api_id=api.id, domain_name=domain.id, stage=stage.id, opts=self._child)
        configuration = domain.domain_name_configuration
        return AliasTarget(configuration.target_domain_name, configuration.hosted_zone_id)

    def _authorizer(self, name: str, api: aws.apigatewayv2.Api) -> aws.apigatewayv2.Authorizer:
        environment, check = self._args.environment, self._args.api.authorizers[name]
        asked = api_gateway.function_check(check.function, environment) if check.function else None
        authorizer = aws.apigatewayv2.Authorizer(
            f"{self._name}-{name}",
            api_id=api.id,
            name=name,
            **(asked or api_gateway.token_check(check)),
            opts=self._child,
        )
        if check.function:
            function, alias = api_gateway.function_and_alias(check.function)
            aws.lambda_.Permission(
                f"{self._name}-{name}",
                # Environments may ask one function.
                statement_id=f"slipway-{environment.name}-{name}",
                action="lambda:InvokeFunction",
                # Told as one, they would differ at each run from what AWS says of them.
                function=function,
                qualifier=alias,
                principal="apigateway.amazonaws.com",
                source_arn=pulumi.Output.format("{0}/authorizers/{1}", api.execution_arn, authorizer.id),
                opts=self._child,
            )
        return authorizer

    def _link_group(self) -> aws.ec2.SecurityGroup:
        """Lets requests out to the internal load balancer; services add where else they are to go."""
        name, args = self._name, self._args
        group = aws.ec2.SecurityGroup(
            f"link-{name}",  # AWS takes no group whose name begins with "sg-", as an environment's may
            vpc_id=args.vpc_id,
            description=f"The API of {args.environment.name}",
            tags={"Name": name},
            opts=self._child,
        )
        balancer = args.internal.exports.load_balancer_security_group_id
        ports = {"ip_protocol": "tcp", "from_port": naming.API_PORT, "to_port": naming.API_PORT}
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-load-balancer",
            security_group_id=group.id,
            description="Requests to the internal load balancer",
            referenced_security_group_id=balancer,
            **ports,
            opts=self._child,
        )
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-from-link",
            security_group_id=balancer,
            description="Requests from the API, and from nobody else",
            referenced_security_group_id=group.id,
            **ports,
            opts=self._child,
        )
        return group

    def _link(self, group: aws.ec2.SecurityGroup) -> aws.apigatewayv2.VpcLink:
        return aws.apigatewayv2.VpcLink(
            self._name, subnet_ids=self._args.subnet_ids, security_group_ids=[group.id], opts=self._child
        )

    def _listener(self) -> aws.lb.Listener:
        return aws.lb.Listener(
            self._name,
            load_balancer_arn=self._args.internal.arn,
            port=naming.API_PORT,
            protocol="HTTP",
            default_actions=[NOT_FOUND],
            opts=self._child,
        )
