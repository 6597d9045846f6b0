"""What passes the network interfaces of the VPC, line by line, in a log group."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import policies
from infra.role import role_with_rights
from service_catalog import model, naming


@dataclass(frozen=True)
class FlowLogsArgs:
    environment: model.Environment
    wanted: model.FlowLogs
    vpc_id: pulumi.Input[str]


class FlowLogs(pulumi.ComponentResource):
    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:FlowLogs", name, {}, opts)
        environment, child = args.environment, pulumi.ResourceOptions(parent=self)
        group_name = naming.flow_log_group(environment.name)
        group = aws.cloudwatch.LogGroup(name, name=group_name, retention_in_days=args.wanted.retention_days, opts=child)
        role, policy = role_with_rights(
            name,
            naming.flow_log_role(environment.name),
            policies.flow_logs_may_assume(environment),
            policies.deliver_flow_logs(environment.arn("logs", f"log-group:{group_name}")),
            child,
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type={"all": "ALL", "rejected": "REJECT"}[args.wanted.traffic],
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags={"Name": name},
            # One that may not write yet reports an access error before it begins.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.register_outputs({})
