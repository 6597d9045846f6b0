"""The environment's dashboard in CloudWatch."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import dashboard
from infra.json_document import json_of
from service_catalog import naming


@dataclass(frozen=True)
class DashboardArgs:
    environment: str
    shared: dashboard.Shared


class Dashboard(pulumi.ComponentResource):
    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:Dashboard", name, {}, opts)
        aws.cloudwatch.Dashboard(
            name,
            dashboard_name=naming.dashboard(args.environment),
            dashboard_body=json_of(dashboard.body(args.shared)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
