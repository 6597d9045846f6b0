from datetime import UTC, datetime

import pytest

from local_cloud.schedule_expressions import next_time


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


BEGIN, NOON = at("2026-01-01T00:30:00"), at("2026-03-01T12:00:00")


@pytest.mark.parametrize(
    ("expression", "zone", "moment"),
    [
        ("cron(0 3 * * ? *)", None, "2026-03-02T03:00:00"),
        ("cron(0 3 * * ? *)", "Asia/Tokyo", "2026-03-01T18:00:00"),
        ("cron(30 9 ? * MON-FRI *)", "Asia/Tokyo", "2026-03-02T00:30:00"),
        ("rate(1 hour)", "Asia/Tokyo", "2026-03-01T12:30:00"),
        ("at(2026-03-01T22:00:00)", "Asia/Tokyo", "2026-03-01T13:00:00"),
    ],
)
def test_the_next_time_is_by_the_clock_of_the_zone(expression, zone, moment):
    assert next_time(expression, zone, BEGIN, NOON) == at(moment)


@pytest.mark.parametrize(
    ("after", "moment"),
    [("2026-03-28T12:00:00", "2026-03-29T06:00:00"), ("2026-10-24T12:00:00", "2026-10-25T07:00:00")],
)
def test_a_clock_that_is_put_forward_or_back_is_followed(after, moment):
    assert next_time("cron(0 8 * * ? *)", "Europe/Berlin", BEGIN, at(after)) == at(moment)


def test_there_is_no_next_time_after_the_last():
    assert next_time("at(2026-03-01T12:00:00)", "UTC", BEGIN, NOON) is None
    assert next_time("cron(0 3 * * ? 2025)", "UTC", BEGIN, NOON) is None
