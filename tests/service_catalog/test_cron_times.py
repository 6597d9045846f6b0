from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, just

from service_catalog import cron
from service_catalog.cron_times import last_time, next_times

AFTER = datetime(2026, 11, 20, 5, 32, 8, tzinfo=UTC)  # a Friday


def times(expression, zone="UTC", after=AFTER, count=3):
    return [f"{it:%Y-%m-%d %H:%M}" for it in next_times(cron.parse(expression), zone, after, count)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 3 * * ? *", ["2026-11-21 03:00", "2026-11-22 03:00", "2026-11-23 03:00"]),
        ("32 5 * * ? *", ["2026-11-21 05:32", "2026-11-22 05:32", "2026-11-23 05:32"]),
        ("0/15 * * * ? *", ["2026-11-20 05:45", "2026-11-20 06:00", "2026-11-20 06:15"]),
        ("0 8 ? * MON-FRI *", ["2026-11-20 08:00", "2026-11-23 08:00", "2026-11-24 08:00"]),
        ("0 0 L * ? *", ["2026-11-30 00:00", "2026-12-31 00:00", "2027-01-31 00:00"]),
        ("0 0 1W * ? *", ["2026-12-01 00:00", "2027-01-01 00:00", "2027-02-01 00:00"]),
        ("0 0 31W * ? *", ["2026-12-31 00:00", "2027-01-29 00:00", "2027-03-31 00:00"]),
        ("0 0 1W MAY ? *", ["2027-05-03 00:00", "2028-05-01 00:00", "2029-05-01 00:00"]),
        ("0 0 ? * 6L *", ["2026-11-27 00:00", "2026-12-25 00:00", "2027-01-29 00:00"]),
        ("0 0 ? * 3#2 *", ["2026-12-08 00:00", "2027-01-12 00:00", "2027-02-09 00:00"]),
        ("0 0 29 2 ? *", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("0 3 * * ? 2026", ["2026-11-21 03:00", "2026-11-22 03:00", "2026-11-23 03:00"]),
        ("0 3 * * ? 2020", []),
        ("0 3 30 2 ? *", []),
        ("0 3 29 2 ? 2027,2196", ["2196-02-29 03:00"]),
    ],
)
def test_next_times_are_what_the_expression_names(expression, expected):
    assert times(expression) == expected


def test_times_are_those_of_the_zone():
    found = next_times(cron.parse("0 3 * * ? *"), "Asia/Tokyo", AFTER, 1)

    assert found == [datetime(2026, 11, 20, 18, 0, tzinfo=UTC)]
    assert str(found[0].tzinfo) == "Asia/Tokyo"


def test_time_that_the_clocks_leave_out_is_left_out():
    before = datetime(2026, 3, 28, tzinfo=UTC)

    assert times("30 2 * * ? *", "Europe/Berlin", before) == [
        "2026-03-28 02:30",
        "2026-03-30 02:30",
        "2026-03-31 02:30",
    ]


def test_time_that_comes_twice_counts_once():
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)

    assert times("30 2 * * ? *", "Europe/Berlin", before) == [
        "2026-10-25 02:30",
        "2026-10-26 02:30",
        "2026-10-27 02:30",
    ]
    second = next_times(cron.parse("30 2 * * ? *"), "Europe/Berlin", datetime(2026, 10, 25, 0, 45, tzinfo=UTC), 1)
    assert f"{second[0]:%Y-%m-%d %H:%M}" == "2026-10-26 02:30"


@pytest.mark.parametrize(
    ("expression", "zone", "expected"),
    [
        ("0 3 * * ? *", "UTC", "2026-11-20 03:00"),
        ("32 5 * * ? *", "UTC", "2026-11-20 05:32"),
        ("33 5 * * ? *", "UTC", "2026-11-19 05:33"),
        ("0 20 ? * MON-FRI *", "UTC", "2026-11-19 20:00"),
        ("0 0 L * ? *", "UTC", "2026-10-31 00:00"),
        ("0 0 29 2 ? *", "UTC", "2024-02-29 00:00"),
        ("0 12 * * ? *", "Asia/Tokyo", "2026-11-20 12:00"),
        ("0 3 * * ? 2020", "UTC", "2020-12-31 03:00"),
        ("0 3 * * ? 2027", "UTC", None),
    ],
)
def test_last_time_is_the_one_before(expression, zone, expected):
    found = last_time(cron.parse(expression), zone, AFTER)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == expected


@given(datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=just(UTC)))
def test_nothing_lies_between_the_last_time_and_the_next(moment):
    expression = cron.parse("30 2 ? * MON-FRI *")
    last, [following] = (
        last_time(expression, "Europe/Berlin", moment),
        next_times(expression, "Europe/Berlin", moment, 1),
    )
    assert last is not None
    assert last <= moment < following
    assert next_times(expression, "Europe/Berlin", last.astimezone(UTC), 1) == [following]
