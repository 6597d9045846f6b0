"""The CloudWatch alarms that a service's features ask for, sent to the environment's SNS topic. Alarms are found by
name, hence the fixed ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.service_parts import Alarm
from service_catalog import naming


@dataclass(frozen=True)
class AlarmsArgs:
    environment: str
    service: str
    alarms: Sequence[Alarm]
    topic_arn: pulumi.Input[str]


class Alarms(pulumi.ComponentResource):
    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Alarms", name, {}, opts)
        where = (args.environment, args.service)
        for alarm in args.alarms:
            words = alarm.measure.replace("_", " ")
            aws.cloudwatch.MetricAlarm(
                f"{name}-{alarm.measure.replace('_', '-')}",
                name=naming.alarm(*where, alarm.measure),
                alarm_description=f"{args.service} in {args.environment}: {words} at or above {alarm.threshold}",
                namespace=alarm.namespace,
                metric_name=alarm.metric,
                dimensions=alarm.dimensions,
                statistic=alarm.statistic,
                period=alarm.period_seconds,
                evaluation_periods=alarm.periods,
                comparison_operator="GreaterThanOrEqualToThreshold",
                threshold=alarm.threshold,
                # Nothing measured, such as of a service without tasks, is no fault.
                treat_missing_data="notBreaching",
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
