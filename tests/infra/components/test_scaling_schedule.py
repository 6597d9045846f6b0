from infra.components.scaling_schedule import ScalingSchedule, ScalingScheduleArgs
from infra.service_parts import ServiceParts
from service_catalog.model import ScheduledLimits
from tests.infra.recorder import Recorder

MORNING = ScheduledLimits(cron="0 8 ? * MON-FRI *", timezone="Asia/Tokyo", min=4)
NIGHT = ScheduledLimits(cron="0 20 ? * MON-FRI *", min=0, max=0)


def parts_of(engine: Recorder, *schedule: ScheduledLimits) -> ServiceParts:
    parts: list[ServiceParts] = []
    engine.run(lambda: parts.append(ScalingSchedule(ScalingScheduleArgs(schedule)).parts))
    return parts[0]


def test_each_time_is_an_action_and_says_only_what_it_changes(engine):
    parts = parts_of(engine, MORNING, NIGHT)

    assert [(it.name, it.arguments) for it in parts.scheduled] == [
        (
            "schedule-1",
            {
                "schedule": "cron(0 8 ? * MON-FRI *)",
                "timezone": "Asia/Tokyo",
                "scalable_target_action": {"min_capacity": 4},
            },
        ),
        (
            "schedule-2",
            {
                "schedule": "cron(0 20 ? * MON-FRI *)",
                "timezone": "UTC",
                "scalable_target_action": {"min_capacity": 0, "max_capacity": 0},
            },
        ),
    ]


def test_the_record_tells_releases_the_schedule(engine):
    parts = parts_of(engine, MORNING)

    said = {"cron": "0 8 ? * MON-FRI *", "timezone": "Asia/Tokyo", "min": 4, "max": None}
    assert parts.record == ({"scaling_schedule": [said]},)
