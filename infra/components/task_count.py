"""How many tasks: the scalable target whose bounds releases set, and the policies that move the count between them."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from service_catalog import naming
from service_catalog.model import Scaling

_NAMESPACE, _DIMENSION = "ecs", "ecs:service:DesiredCount"
_METRICS = {
    "cpu_percent": "ECSServiceAverageCPUUtilization",
    "memory_percent": "ECSServiceAverageMemoryUtilization",
}
_SCALE_OUT_SECONDS, _SCALE_IN_SECONDS = 60, 300


@dataclass(frozen=True)
class TaskCountArgs:
    environment: str
    service: str
    scaling: Scaling
    ecs_service_arn: pulumi.Output[str]


class TaskCount(pulumi.ComponentResource):
    def __init__(self, name: str, args: TaskCountArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:TaskCount", name, {}, opts)
        target = aws.appautoscaling.Target(
            name,
            service_namespace=_NAMESPACE,
            scalable_dimension=_DIMENSION,
            # By way of the service's ARN: a service that is made anew, under its old name, gets new bounds with it.
            resource_id=args.ecs_service_arn.apply(lambda _: naming.scalable_target(args.environment, args.service)),
            # Registering lifts the count to the minimum at once; there is nothing to run before the first release.
            min_capacity=0,
            max_capacity=0,
            opts=pulumi.ResourceOptions(
                parent=self,
                ignore_changes=["min_capacity", "max_capacity"],
                # Its successor has the same identity, and would go with it.
                delete_before_replace=True,
            ),
        )
        for measure, metric in _METRICS.items():
            percent = getattr(args.scaling, measure)
            if percent is not None:
                self._policy(f"{name}-{measure.replace('_', '-')}", target, metric, percent)
        self.register_outputs({})

    def _policy(self, name: str, target: aws.appautoscaling.Target, metric: str, percent: int) -> None:
        aws.appautoscaling.Policy(
            name,
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                "predefined_metric_specification": {"predefined_metric_type": metric},
                "target_value": percent,
                "scale_out_cooldown": _SCALE_OUT_SECONDS,
                "scale_in_cooldown": _SCALE_IN_SECONDS,
            },
            opts=pulumi.ResourceOptions(parent=self),
        )
