"""The ECS cluster that an environment's services share."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from service_catalog import naming


@dataclass(frozen=True)
class ClusterArgs:
    environment: str
    container_insights: str
    exec_log_group_name: pulumi.Input[str]
    exec_key_arn: pulumi.Input[str]


class Cluster(pulumi.ComponentResource):
    """Without a default strategy: each service says its own, so that a change here moves nobody."""

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:Cluster", name, {}, opts)
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        self.resource = aws.ecs.Cluster(
            name,
            name=naming.cluster(args.environment),
            settings=[{"name": "containerInsights", "value": args.container_insights}],
            configuration={
                "execute_command_configuration": {
                    "kms_key_id": args.exec_key_arn,
                    "logging": "OVERRIDE",
                    "log_configuration": {
                        "cloud_watch_log_group_name": args.exec_log_group_name,
                        "cloud_watch_encryption_enabled": True,
                    },
                }
            },
            opts=self._child,
        )
        self.arn: pulumi.Output[str] = self.resource.arn
        self.name: pulumi.Output[str] = self.resource.name
        self.register_outputs({"arn": self.arn})

    def offer(self, providers: Sequence[pulumi.Input[str]]) -> pulumi.Resource:
        """Capacity besides Fargate, which instances make that want the cluster to be there."""
        return aws.ecs.ClusterCapacityProviders(
            self._name,
            cluster_name=self.resource.name,
            capacity_providers=["FARGATE", "FARGATE_SPOT", *providers],
            opts=self._child,
        )
