import pytest

from service_catalog.validation.schedules import schedule_rules
from service_catalog.yaml_text.locations import spelled
from tests.builders import a_service


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
