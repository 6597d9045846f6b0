"""Instances for tasks that ECS chooses, starts, mends and ends itself, as tasks need them: ECS Managed Instances."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.components.network import NetworkOutputs
from infra.documents import managed_instances, policies
from infra.role import role_with_rights
from service_catalog import model, naming


@dataclass(frozen=True)
class ManagedInstancesArgs:
    environment: model.Environment
    wanted: model.ManagedInstances
    network: NetworkOutputs
    cluster_name: pulumi.Input[str]
    after: Sequence[pulumi.Resource]
    """What else changes the cluster, which takes one change at a time"""


class ManagedInstances(pulumi.ComponentResource):
    """ECS offers them to the one cluster for which they are made, by that alone."""

    def __init__(self, name: str, args: ManagedInstancesArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:ManagedInstances", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        infrastructure, right = self._infrastructure()
        aws.ecs.CapacityProvider(
            name,
            name=naming.managed_capacity_provider(args.environment.name),
            cluster=args.cluster_name,
            managed_instances_provider={
                "infrastructure_role_arn": infrastructure.arn,
                "instance_launch_template": self._template(),
                "propagate_tags": "CAPACITY_PROVIDER",
                **_optimization(args.wanted),
            },
            tags=self._tags(),
            # Its rights must outlive it: it ends its last instances with them. The name is fixed, and unique.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[right, *args.after], delete_before_replace=True),
        )
        self.register_outputs({})

    def _template(self) -> dict[str, Any]:
        wanted, requirements = self._args.wanted, managed_instances.requirements(self._args.wanted)
        return {
            "ec2_instance_profile_arn": self._profile().arn,
            "network_configuration": {
                "subnets": self._args.network.task_subnet_ids,
                "security_groups": [self._security_group().id],
            },
            "storage_configuration": {"storage_size_gib": wanted.disk_gib},
            "monitoring": "DETAILED" if wanted.detailed_monitoring else "BASIC",
            **({"instance_requirements": requirements} if requirements else {}),
        }

    def _infrastructure(self) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        environment = self._args.environment
        return role_with_rights(
            f"{self._name}-infrastructure",
            naming.infrastructure_role(environment.name),
            policies.ecs_infrastructure_may_assume(environment),
            managed_instances.infrastructure_rights(environment),
            self._child,
        )

    def _profile(self) -> aws.iam.InstanceProfile:
        environment = self._args.environment
        name = naming.managed_instance_role(environment.name)
        trust, rights = policies.instances_may_assume(environment), managed_instances.rights(environment)
        role, policy = role_with_rights(f"{self._name}-instances", name, trust, rights, self._child)
        # An agent that may not register gives up.
        needs = pulumi.ResourceOptions(parent=self, depends_on=[policy])
        return aws.iam.InstanceProfile(self._name, name=name, role=role.name, opts=needs)

    def _security_group(self) -> aws.ec2.SecurityGroup:
        """Tasks have networks and groups of their own: nothing comes in here."""
        environment = self._args.environment.name
        group = aws.ec2.SecurityGroup(
            f"managed-instances-{environment}",
            vpc_id=self._args.network.vpc_id,
            description=f"ECS Managed Instances of {environment}",
            tags={"Name": f"{environment}-managed-instances"},
            opts=self._child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-to-anywhere",
            security_group_id=group.id,
            description="Images and AWS",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="-1",
            opts=self._child,
        )
        return group

    def _tags(self) -> dict[str, str]:
        """The instances bear them too."""
        environment = self._args.environment.name
        return {"Name": f"{environment}-managed"} | naming.tags(environment)


def _optimization(wanted: model.ManagedInstances) -> dict[str, Any]:
    if wanted.idle_seconds is None:
        return {}
    return {"infrastructure_optimization": {"scale_in_after": wanted.idle_seconds}}
