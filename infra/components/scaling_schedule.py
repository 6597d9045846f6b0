"""Other limits for the number of tasks at certain times: a scheduled action of Application Auto Scaling for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from infra.feature import PlainFeature
from infra.service_parts import ScheduledAction, ServiceParts
from service_catalog import model


@dataclass(frozen=True)
class ScalingScheduleArgs:
    schedule: Sequence[model.ScheduledLimits]


class ScalingSchedule(PlainFeature):
    def __init__(self, args: ScalingScheduleArgs):
        self.parts = ServiceParts(
            scheduled=tuple(
                ScheduledAction(f"schedule-{number}", _arguments(said)) for number, said in enumerate(args.schedule, 1)
            ),
            record=({"scaling_schedule": [said.model_dump(mode="json") for said in args.schedule]},),
        )


def _arguments(said: model.ScheduledLimits) -> dict[str, Any]:
    bounds = {"min_capacity": said.min, "max_capacity": said.max}
    return {
        "schedule": f"cron({said.cron})",
        "timezone": said.timezone,
        "scalable_target_action": {bound: count for bound, count in bounds.items() if count is not None},
    }
