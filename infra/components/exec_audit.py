"""Where ECS Exec sessions are written down: a log group of its own, encrypted with a key of its own."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.documents import resource_policies
from infra.json_document import json_of
from service_catalog import naming
from service_catalog.model import Environment


@dataclass(frozen=True)
class ExecAuditArgs:
    environment: Environment


class ExecAudit(pulumi.ComponentResource):
    """The key also encrypts the session between the caller and the container."""

    def __init__(self, name: str, args: ExecAuditArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:ExecAudit", name, {}, opts)
        environment = args.environment
        group_name = naming.exec_log_group(environment.name)
        group_arn = environment.arn("logs", f"log-group:{group_name}")
        child = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(
            name,
            description=f"ECS Exec sessions in {environment.name}",
            enable_key_rotation=True,
            policy=json_of(resource_policies.exec_key(environment, group_arn)),
            opts=child,
        )
        group = aws.cloudwatch.LogGroup(
            name,
            name=group_name,
            retention_in_days=environment.exec_log_retention_days,
            kms_key_id=key.arn,
            opts=child,
        )
        self.key_arn: pulumi.Output[str] = key.arn
        self.log_group_name: pulumi.Output[str] = group.name
        self.register_outputs({"key_arn": key.arn, "log_group_name": group.name})
