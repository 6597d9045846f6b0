"""One service's dashboard in CloudWatch. People look for it by name."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import service_dashboard
from infra.json_document import json_of
from infra.service_parts import Alarm, Chart
from service_catalog import naming
from service_catalog.model import Environment


@dataclass(frozen=True)
class ServiceDashboardArgs:
    environment: Environment
    service: str
    charts: Sequence[Chart]
    alarms: Sequence[Alarm]


class ServiceDashboard(pulumi.ComponentResource):
    def __init__(self, name: str, args: ServiceDashboardArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:ServiceDashboard", name, {}, opts)
        body = service_dashboard.body(args.environment, args.service, args.charts, args.alarms)
        aws.cloudwatch.Dashboard(
            name,
            dashboard_name=naming.dashboard(args.environment.name, args.service),
            dashboard_body=json_of(body),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
