"""Where the schedules of an environment's jobs stand, so that their roles can name who may use them."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from service_catalog import naming


@dataclass(frozen=True)
class ScheduleGroupArgs:
    environment: str


class ScheduleGroup(pulumi.ComponentResource):
    def __init__(self, name: str, args: ScheduleGroupArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:environment:ScheduleGroup", name, {}, opts)
        aws.scheduler.ScheduleGroup(
            name, name=naming.schedule_group(args.environment), opts=pulumi.ResourceOptions(parent=self)
        )
        self.register_outputs({})
