from datetime import UTC, datetime

import pytest

from service_catalog.validation.schedules import ended_schedule, schedule_rules
from service_catalog.yaml_text.locations import spelled
from tests.builders import a_job, a_service


def said(**schedule: object) -> list[str]:
    found = schedule_rules(a_service(schedule=schedule))
    return [f"{spelled(fault.path)}: {fault.message}" + (f"; {fault.hint}" if fault.hint else "") for fault in found]


@pytest.mark.parametrize(
    "schedule",
    [
        {"cron": "0 3 * * ? *", "timezone": "Asia/Tokyo"},
        {"cron": "0 3 29 2 ? 2196"},
        {"cron": "0 3 * * ? *", "timezone": "UTC", "flexible_minutes": 15, "paused": True},
        *({"rate": rate} for rate in ("1 minute", "5 minutes", "1 hour", "36 hours", "1 day", "90 days")),
    ],
)
def test_what_eventbridge_takes_is_no_problem(schedule):
    assert said(**schedule) == []


@pytest.mark.parametrize(
    ("schedule", "problems"),
    [
        ({}, ["schedule: must say one of cron and rate; write { cron: '0 3 * * ? *' }"]),
        (
            {"cron": "0 3 * * ? *", "rate": "1 day"},
            ["schedule: must say one of cron and rate; write { cron: '0 3 * * ? *' }"],
        ),
        (
            {"cron": "60 3 * * ? *"},
            ["schedule.cron: the minutes must be 0 to 59, got '60'"],
        ),
        ({"cron": "0 3 29 2 ? 2027"}, ["schedule.cron: must name a day that there is, got '0 3 29 2 ? 2027'"]),
        ({"cron": "0 3 30 2 ? *"}, ["schedule.cron: must name a day that there is, got '0 3 30 2 ? *'"]),
        ({"rate": "0 hours"}, ["schedule.rate: must be at least 1, got '0 hours'"]),
        *(
            (
                {"rate": given},
                [f"schedule.rate: must be spelled as EventBridge wants it, got '{given}'; write {meant}"],
            )
            for given, meant in (("1 hours", "1 hour"), ("5 minute", "5 minutes"), ("05  days", "5 days"))
        ),
        (
            {"rate": "1 day", "timezone": "Asia/Tokyo"},
            ["schedule.timezone: means nothing beside schedule.rate; remove it"],
        ),
        *(
            (
                {"cron": "0 3 * * ? *", "timezone": given},
                [f"schedule.timezone: must be the IANA name of a time zone, got '{given}'; {hint}"],
            )
            for given, hint in (
                ("JST", "write a name like Asia/Tokyo"),
                ("Tokyo", "write Asia/Tokyo"),
                ("asia/tokyo", "write Asia/Tokyo"),
                ("America/New York", "write America/New_York"),
                ("Asia/Tokio", "did you mean 'Asia/Tokyo'?"),
                ("localtime", "write a name like Asia/Tokyo"),
                ("+09:00", "write a name like Asia/Tokyo"),
            )
        ),
    ],
)
def test_what_eventbridge_refuses_is_told(schedule, problems):
    assert said(**schedule) == problems


@pytest.mark.parametrize(
    ("cron", "is_over"),
    [
        ("0 3 * * ? 2020", True),
        ("0 3 26 11 ? 2026", True),
        ("0 13 26 11 ? 2026", True),
        ("0 23 26 11 ? 2026", False),
        ("0 3 29 2 ? 2196", False),
        ("0 3 * * ? *", False),
    ],
)
def test_a_schedule_is_over_when_none_of_its_times_is_still_to_come(cron, is_over):
    job = a_job(schedule={"cron": cron, "timezone": "Asia/Tokyo"})
    found = ended_schedule(job, datetime(2026, 11, 26, 12, tzinfo=UTC))
    told = [f"must name a time that is still to come, got '{cron}'"] if is_over else []
    assert [str(fault.message) for fault in found] == told
