"""How many tasks: the limits that releases set, policies that move the count between them, and scheduled actions that
set others at their times."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.service_parts import ScalingPolicy, ScheduledAction
from service_catalog import naming

_NAMESPACE, _DIMENSION = "ecs", "ecs:service:DesiredCount"


@dataclass(frozen=True)
class TaskCountArgs:
    environment: str
    service: str
    policies: Sequence[ScalingPolicy]
    scheduled: Sequence[ScheduledAction]
    ecs_service_arn: pulumi.Output[str]


class TaskCount(pulumi.ComponentResource):
    def __init__(self, name: str, args: TaskCountArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:TaskCount", name, {}, opts)
        target = aws.appautoscaling.Target(
            name,
            service_namespace=_NAMESPACE,
            scalable_dimension=_DIMENSION,
            # By way of the service's ARN: a service that is made anew, under its old name, gets new limits with it.
            resource_id=args.ecs_service_arn.apply(lambda _: naming.scalable_target(args.environment, args.service)),
            # Registering lifts the count to the minimum at once, as a scheduled action does at its time: there is
            # nothing to run before the first release.
            min_capacity=0,
            max_capacity=0,
            suspended_state={"scheduled_scaling_suspended": True},
            opts=pulumi.ResourceOptions(
                parent=self,
                ignore_changes=["min_capacity", "max_capacity", "suspended_state"],
                # Its successor has the same identity, and would go with it.
                delete_before_replace=True,
            ),
        )
        for policy in args.policies:
            self._policy(f"{name}-{policy.name}", target, policy)
        for action in args.scheduled:
            aws.appautoscaling.ScheduledAction(
                f"{name}-{action.name}",
                **_which(target),
                **action.arguments,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})

    def _policy(self, name: str, target: aws.appautoscaling.Target, wanted: ScalingPolicy) -> None:
        child = pulumi.ResourceOptions(parent=self)
        policy = aws.appautoscaling.Policy(
            name,
            **_which(target),
            **wanted.arguments,
            opts=child,
        )
        if wanted.alarm:
            aws.cloudwatch.MetricAlarm(name, alarm_actions=[policy.arn], **wanted.alarm, opts=child)


def _which(target: aws.appautoscaling.Target) -> dict[str, Any]:
    """By the target's own outputs, so that it is there before."""
    return {
        "service_namespace": target.service_namespace,
        "scalable_dimension": target.scalable_dimension,
        "resource_id": target.resource_id,
    }
