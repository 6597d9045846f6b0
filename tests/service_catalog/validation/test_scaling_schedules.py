import pytest

from service_catalog.validation.service_checks import service_faults, service_warnings
from tests.builders import a_job, a_service, a_worker

MORNING = {"cron": "0 8 ? * MON-FRI *", "timezone": "Asia/Tokyo", "min": 2}
EVENING = {"cron": "0 20 ? * MON-FRI *", "timezone": "Asia/Tokyo", "min": 1}


def with_schedule(*schedule, make=a_service, **changes):
    """Of 1 to 4 tasks."""
    return make(**{"scaling": {"cpu_percent": 60, "schedule": list(schedule)}} | changes)


def faults(*schedule, **changes):
    return [
        f"{'.'.join(map(str, it.path))}: {it.message}; {it.hint}"
        for it in service_faults(with_schedule(*schedule, **changes))
    ]


def test_a_day_and_a_night_are_fine():
    assert faults(MORNING, EVENING) == []
    assert list(service_warnings(with_schedule(MORNING, EVENING))) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"cron": "0 8 * * *"}, "0.cron: must be six fields"),
        ({"cron": "0 8 30 2 ? *"}, "0.cron: must name a day that there is"),
        ({"timezone": "Tokyo"}, "0.timezone: must be the IANA name of a time zone, got 'Tokyo'; write Asia/Tokyo"),
        ({"min": None}, "0: must say min, max or both"),
        ({"min": 3, "max": 2}, "0.max: must be at least min (3), got 2"),
        ({"min": 5}, "0.min: may be more than the most that is in force then (4), got 5; say max beside it"),
        ({"min": 0}, "0.min: must be at least 1: with no task there is no load that could start the first one"),
    ],
)
def test_what_aws_would_refuse_or_could_not_carry_out_is_told(said, expected):
    [told] = faults(MORNING | said, EVENING)
    assert told.startswith(f"scaling.schedule.{expected}")


def test_a_bound_alone_must_fit_whatever_is_in_force_at_its_time():
    night = {"cron": "0 20 * * ? *", "min": 0, "max": 0}
    assert faults(night, MORNING | {"max": 4}) == []
    assert faults(night, MORNING) == [
        "scaling.schedule.1.min: may be more than the most that is in force then (0), got 2; say max beside it"
    ]
    assert faults(MORNING, {"cron": "0 20 * * ? *", "max": 1}) == [
        "scaling.schedule.0.min: may be more than the most that is in force then (1), got 2; say max beside it",
        "scaling.schedule.1.max: may be less than the least that is in force then (2), got 1; say min beside it",
    ]


def test_two_that_come_at_one_moment_are_told_apart_from_those_that_never_do():
    in_utc = {"cron": "0 23 ? * SUN,MON *", "max": 3}  # Monday and Tuesday at 8:00 in Tokyo
    assert faults(MORNING, EVENING, in_utc) == [
        "scaling.schedule.2.cron: comes at the same time as number 1, such as 2024-01-01 23:00 UTC: which of them "
        "counts would be chance; write one that says both, or another time"
    ]
    assert faults(MORNING, EVENING, in_utc | {"timezone": "Asia/Tokyo"}) == []


def test_a_pause_in_the_catalog_is_ended_by_no_schedule():
    assert faults(MORNING, EVENING, tasks={"min": 0}, scaling={"schedule": [MORNING]}) == [
        "scaling.schedule: has no effect: tasks.min 0 without tasks.max is a pause, which a schedule does not end; "
        "say how many run by day in `tasks`, and min: 0, max: 0 here for the night"
    ]


def test_a_worker_that_scales_from_zero_may_be_scheduled_to_zero():
    scaling = {"backlog_per_task": 100, "schedule": [{"cron": "0 20 * * ? *", "min": 0}, MORNING]}
    assert faults(make=a_worker, scaling=scaling) == []


def test_a_schedule_needs_nothing_else_that_scales():
    pinned = [MORNING | {"max": 2}, EVENING | {"max": 1}]
    assert faults(tasks={"min": 1}, scaling={"schedule": pinned}) == []
    assert list(service_warnings(a_service(tasks={"min": 1}, scaling={"schedule": pinned}))) == []


def test_a_job_is_counted_by_its_run():
    assert [str(it.path) for it in service_faults(a_job(scaling={"schedule": [MORNING]}))] == ["('scaling',)"]


def warnings(**changes):
    return [str(it.message) for it in service_warnings(a_service(**changes))]


def test_a_schedule_that_nothing_takes_back_is_hardly_meant():
    assert warnings(scaling={"cpu_percent": 60, "schedule": [MORNING]}) == [
        "stays in force for ever once its time has come: nothing brings other numbers back"
    ]


def test_a_schedule_that_leaves_tasks_behind_is_hardly_meant():
    schedule = [MORNING | {"max": 2}, EVENING | {"max": 2}]
    assert warnings(tasks={"min": 1}, scaling={"schedule": schedule}) == [
        "may leave more tasks than it means: nothing moves their number between min and max"
    ]


def test_a_rollout_must_go_on_at_the_lowest_count_of_the_schedule():
    service = with_schedule(
        {"cron": "0 20 * * ? *", "min": 1, "max": 4},
        MORNING,
        tasks={"min": 2, "max": 4},
        deployment={"maximum_percent": 150},
    )
    assert [it.message for it in service_faults(service)] == [
        "makes a rollout impossible: at a count of 1 it could neither start nor stop a task"
    ]


def test_what_scales_by_day_only_needs_no_room_between_the_limits_of_the_night():
    times = [{"cron": "0 8 * * ? *", "min": 2, "max": 9}, {"cron": "0 20 * * ? *", "min": 1, "max": 1}]
    service = a_service(tasks={"min": 1}, scaling={"cpu_percent": 60, "schedule": times})
    assert service_faults(service) == []
