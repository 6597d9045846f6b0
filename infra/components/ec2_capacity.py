"""EC2 instances for tasks: a group of them that ECS makes larger and smaller as tasks need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.components.network import NetworkOutputs
from infra.documents import instances, policies
from infra.role import role_with_rights
from service_catalog import model, naming

_ROOT_DISK = "/dev/xvda"
"""As ECS's image calls it"""
_MANAGED_BY_ECS = "AmazonECSManaged"
"""ECS tags the group so; left out here, the next run would take the tag away again."""


@dataclass(frozen=True)
class Ec2CapacityArgs:
    environment: model.Environment
    wanted: model.Ec2Capacity
    network: NetworkOutputs
    load_balancer_groups: Sequence[tuple[str, pulumi.Input[str]]]
    """Security groups from which requests come, each with a name"""
    alarm_topic_arn: pulumi.Input[str]
    cluster: pulumi.Resource
    """Instances that start look for it"""


class Ec2Capacity(pulumi.ComponentResource):
    def __init__(self, name: str, args: Ec2CapacityArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:Ec2Capacity", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        group = self._group(self._template(self._profile(), self._security_group()))
        self._alarms(group)
        provider = aws.ecs.CapacityProvider(
            name,
            name=naming.ec2_capacity_provider(args.environment.name),
            auto_scaling_group_provider={
                "auto_scaling_group_arn": group.arn,
                "managed_scaling": {
                    "status": "ENABLED",
                    "target_capacity": args.wanted.target_percent,
                    "instance_warmup_period": args.wanted.warm_up_seconds,
                },
                "managed_draining": "ENABLED",
                "managed_termination_protection": "ENABLED",
            },
            # The name is fixed, and unique.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.provider_name: pulumi.Output[str] = provider.name
        self.register_outputs({"provider_name": provider.name})

    def _profile(self) -> aws.iam.InstanceProfile:
        environment = self._args.environment
        name = naming.instance_role(environment.name)
        trust, rights = policies.instances_may_assume(environment), instances.rights(environment)
        role, policy = role_with_rights(self._name, name, trust, rights, self._child)
        # An agent that may not register gives up.
        needs = pulumi.ResourceOptions(parent=self, depends_on=[policy])
        return aws.iam.InstanceProfile(self._name, name=name, role=role.name, opts=needs)

    def _security_group(self) -> aws.ec2.SecurityGroup:
        name, environment = self._name, self._args.environment.name
        group = aws.ec2.SecurityGroup(
            f"instances-{environment}",  # AWS takes no group whose name begins with "sg-", as an environment's may
            vpc_id=self._args.network.vpc_id,
            description=f"EC2 instances of {environment}",
            tags={"Name": f"{environment}-instances"},
            opts=self._child,
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-to-anywhere",
            security_group_id=group.id,
            description="Images, AWS, and whatever tasks without a network of their own ask",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="-1",
            opts=self._child,
        )
        low, high = instances.DYNAMIC_PORTS
        for audience, source in self._args.load_balancer_groups:
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-from-{audience}",
                security_group_id=group.id,
                description=f"Requests from the {audience} load balancer to tasks without a network of their own",
                referenced_security_group_id=source,
                ip_protocol="tcp",
                from_port=low,
                to_port=high,
                opts=self._child,
            )
        return group

    def _template(self, profile: aws.iam.InstanceProfile, group: aws.ec2.SecurityGroup) -> aws.ec2.LaunchTemplate:
        environment, wanted = self._args.environment, self._args.wanted
        tags = self._tags()
        return aws.ec2.LaunchTemplate(
            self._name,
            image_id=instances.image(wanted.instance_types),
            instance_type=wanted.instance_types[0],
            iam_instance_profile={"arn": profile.arn},
            metadata_options={"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 1},
            block_device_mappings=[{"device_name": _ROOT_DISK, "ebs": _disk(wanted.disk_gib)}],
            network_interfaces=[
                {
                    "associate_public_ip_address": str(self._args.network.tasks_are_public).lower(),
                    "security_groups": [group.id],
                    "delete_on_termination": "true",
                }
            ],
            user_data=instances.user_data(environment.name),
            tag_specifications=[{"resource_type": kind, "tags": tags} for kind in ("instance", "volume")],
            update_default_version=True,
            opts=self._child,
        )

    def _group(self, template: aws.ec2.LaunchTemplate) -> aws.autoscaling.Group:
        args, wanted = self._args, self._args.wanted
        tags = self._tags() | {_MANAGED_BY_ECS: "true"}
        return aws.autoscaling.Group(
            self._name,
            min_size=wanted.min,
            max_size=wanted.max,
            # The zones of the subnets, among which AWS balances.
            vpc_zone_identifiers=args.network.task_subnet_ids,
            **_launch(wanted, template),
            health_check_type="EC2",
            health_check_grace_period=wanted.warm_up_seconds,
            default_instance_warmup=wanted.warm_up_seconds,
            # ECS takes an instance's protection away once it is empty, and nobody else ends one that runs tasks.
            protect_from_scale_in=True,
            force_delete=True,
            # ECS starts instances as tasks need them; nobody waits for that here.
            wait_for_capacity_timeout="0",
            tags=[{"key": key, "value": value, "propagate_at_launch": True} for key, value in tags.items()],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.cluster]),
        )

    def _tags(self) -> dict[str, str]:
        """The provider's own reach neither a group's nor a template's instances."""
        environment = self._args.environment.name
        return {"Name": f"{environment}-ecs"} | naming.tags(environment)

    def _alarms(self, group: aws.autoscaling.Group) -> None:
        self._alarm(
            "failed_status_checks",
            "an EC2 instance fails its status checks",
            threshold=1,
            namespace="AWS/EC2",
            metric_name="StatusCheckFailed",
            dimensions={"AutoScalingGroupName": group.name},
            statistic="Maximum",
            period=60,
            evaluation_periods=3,
        )
        if limit := self._args.wanted.alarms.network_mbps:
            self._alarm(
                "network_mbps",
                f"EC2 instances send and receive {limit} Mbps or more",
                threshold=limit,
                metric_queries=instances.traffic_mbps(group.name),
                evaluation_periods=2,
            )

    def _alarm(self, measure: str, words: str, **arguments: Any) -> None:
        environment, topic = self._args.environment.name, self._args.alarm_topic_arn
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{measure.replace('_', '-')}",
            name=naming.environment_alarm(environment, measure),
            alarm_description=f"{environment}: {words}",
            comparison_operator="GreaterThanOrEqualToThreshold",
            # While there are no instances, nothing is measured.
            treat_missing_data="notBreaching",
            alarm_actions=[topic],
            ok_actions=[topic],
            **arguments,
            opts=self._child,
        )


def _disk(gib: int) -> dict[str, Any]:
    return {"volume_size": gib, "volume_type": "gp3", "encrypted": "true", "delete_on_termination": "true"}


def _launch(wanted: model.Ec2Capacity, template: aws.ec2.LaunchTemplate) -> dict[str, Any]:
    """One type on demand is the template's own; everything else is a choice among types and ways to buy."""
    version = template.latest_version.apply(str)
    if wanted.spot is None and len(wanted.instance_types) == 1:
        return {"launch_template": {"id": template.id, "version": version}}
    return {
        "mixed_instances_policy": {
            "instances_distribution": {
                "on_demand_base_capacity": wanted.spot.on_demand if wanted.spot else 0,
                "on_demand_percentage_above_base_capacity": 0 if wanted.spot else 100,
                "spot_allocation_strategy": "price-capacity-optimized",
            },
            "launch_template": {
                "launch_template_specification": {"launch_template_id": template.id, "version": version},
                "overrides": [{"instance_type": it} for it in wanted.instance_types],
            },
        }
    }
