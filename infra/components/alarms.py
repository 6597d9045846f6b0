"""CloudWatch alarms of a service, sent to the environment's SNS topic. Alarms are found by name, hence the fixed
ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from service_catalog import model, naming

_PERIOD_SECONDS, _PERIODS = 60, 3


@dataclass(frozen=True)
class LoadBalancerDimensions:
    """How CloudWatch names what leads to the service."""

    load_balancer: pulumi.Input[str]
    target_group: pulumi.Input[str]


@dataclass(frozen=True)
class AlarmsArgs:
    environment: str
    service: str
    alarms: model.Alarms
    topic_arn: pulumi.Input[str]
    routed: LoadBalancerDimensions | None


class Alarms(pulumi.ComponentResource):
    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Alarms", name, {}, opts)
        self._name, self._args = name, args
        service = {
            "ClusterName": naming.cluster(args.environment),
            "ServiceName": naming.ecs_service(args.environment, args.service),
        }
        self._alarm("cpu_percent", "AWS/ECS", "CPUUtilization", "Average", service)
        self._alarm("memory_percent", "AWS/ECS", "MemoryUtilization", "Average", service)
        if args.routed:
            target = {"LoadBalancer": args.routed.load_balancer, "TargetGroup": args.routed.target_group}
            self._alarm("unhealthy_targets", "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", target)
        self.register_outputs({})

    def _alarm(self, measure: str, namespace: str, metric: str, statistic: str, dimensions: Mapping[str, Any]) -> None:
        threshold = getattr(self._args.alarms, measure)
        if threshold is None:
            return
        where = (self._args.environment, self._args.service)
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{measure.replace('_', '-')}",
            name=naming.alarm(*where, measure),
            alarm_description=f"{where[1]} in {where[0]}: {measure.replace('_', ' ')} at or above {threshold}",
            namespace=namespace,
            metric_name=metric,
            dimensions=dimensions,
            statistic=statistic,
            period=_PERIOD_SECONDS,
            evaluation_periods=_PERIODS,
            comparison_operator="GreaterThanOrEqualToThreshold",
            threshold=threshold,
            # A service without tasks measures nothing, which is no fault.
            treat_missing_data="notBreaching",
            alarm_actions=[self._args.topic_arn],
            ok_actions=[self._args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
