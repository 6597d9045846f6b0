"""When a job runs: a schedule in EventBridge that starts the service's state machine."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from infra.documents import policies
from infra.feature import Feature
from infra.role import role_with_rights
from infra.service_parts import ServiceParts
from service_catalog import model, naming

_INPUT = {"who": "schedule", "why": "<aws.scheduler.scheduled-time>"}
"""Of each run; Scheduler fills in the time."""
_RETRY_SECONDS = 3600
"""A run that could not be started for so long is left to the next time."""


@dataclass(frozen=True)
class ScheduleArgs:
    environment: model.Environment
    service: str
    schedule: model.Schedule
    state_machine_arn: pulumi.Input[str]


class Schedule(Feature):
    """The program ignores whether the schedule is on: a pause in the portal lasts while the schedule is what it was.

    An update of it is sent whole, with the state that the program knows of: `slipway up` pauses it again.
    """

    def __init__(self, name: str, args: ScheduleArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("slipway:service:Schedule", name, {}, opts)
        environment, wanted = args.environment, args.schedule
        child = pulumi.ResourceOptions(parent=self)
        role_name = naming.schedule_role(environment.name, args.service)
        trust, rights = policies.schedules_may_assume(environment), policies.start_runs(environment, args.service)
        role, policy = role_with_rights(f"{name}-schedule", role_name, trust, rights, child)
        group, own_name = naming.schedule_group(environment.name), naming.schedule(environment.name, args.service)
        aws.scheduler.Schedule(
            name,
            name=own_name,
            group_name=group,
            description=_description(args),
            schedule_expression=f"cron({wanted.cron})" if wanted.cron else f"rate({wanted.rate})",
            schedule_expression_timezone=wanted.timezone,
            flexible_time_window=_window(wanted.flexible_minutes),
            state="DISABLED" if wanted.paused else "ENABLED",
            target={
                "arn": args.state_machine_arn,
                "role_arn": role.arn,
                "input": json.dumps(_INPUT),
                "retry_policy": {"maximum_event_age_in_seconds": _RETRY_SECONDS, "maximum_retry_attempts": 10},
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[policy],
                ignore_changes=["state"],
                # The description says whether the catalog pauses it: a change of that does count.
                replace_on_changes=["description"],
                delete_before_replace=True,
            ),
        )
        self.parts = ServiceParts(record=({"schedule": {"name": own_name, "group": group}},))
        self.register_outputs({})


def _description(args: ScheduleArgs) -> str:
    paused = ", paused in the catalog" if args.schedule.paused else ""
    return f"Runs of {args.service} in {args.environment.name}{paused}"


def _window(minutes: int) -> dict[str, Any]:
    return {"mode": "FLEXIBLE", "maximum_window_in_minutes": minutes} if minutes else {"mode": "OFF"}
