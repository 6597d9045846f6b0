import pytest

from service_catalog.cron import Days, InvalidCron, parse


def days(*values: int) -> Days:
    return Days(frozenset(values))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0 3 * * ? *", {"minutes": {0}, "hours": {3}, "days_of_month": days(*range(1, 32)), "days_of_week": None}),
        ("*/15 9-17 ? * MON-FRI *", {"minutes": {0, 15, 30, 45}, "days_of_week": days(2, 3, 4, 5, 6)}),
        ("0/5 * 1,15 JAN,jul ? 2026-2030", {"months": {1, 7}, "years": {*range(2026, 2031)}}),
        ("0 10 ? * 6L *", {"days_of_week": Days(last=frozenset({6}))}),
        ("0 10 L * ? *", {"days_of_month": Days(is_last=True)}),
        ("0 10 15W * ? *", {"days_of_month": Days(near=frozenset({15}))}),
        ("0 10 ? * TUE#2 *", {"days_of_week": Days(nth=frozenset({(3, 2)}))}),
        ("0 10 ? * 3#2,5#4 2027/2", {"days_of_week": Days(nth=frozenset({(3, 2), (5, 4)}))}),
        ("  5\t*  * 1-6/2 ?   *", {"minutes": {5}, "hours": {*range(24)}, "months": {1, 3, 5}}),
        ("0 10 ? * L *", {"days_of_week": days(7)}),
    ],
)
def test_what_eventbridge_reads_is_read_as_what_it_names(text, read):
    cron = parse(text)
    assert {field: getattr(cron, field) for field in read} == read


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidCron) as error:
        parse(text)
    return [f"{it.message}" + (f"; {it.hint}" if it.hint else "") for it in error.value.problems]


SIX = "must be six fields (minutes, hours, day of month, month, day of week, year), got"
ONE = "must hold ? as day of month or as day of week, and only in one of the two"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [f"{SIX} 0"]),
        ("0 3 * * *", [f"{SIX} 5; write 0 3 * * ? *"]),
        ("0 3 * * 1-5", [f"{SIX} 5; write 0 3 ? * MON-FRI *"]),
        ("0 3 * * 0,6", [f"{SIX} 5; write 0 3 ? * SUN,SAT *"]),
        ("0 3 1 * *", [f"{SIX} 5; write 0 3 1 * ? *"]),
        ("0 3 1 * 1", [f"{SIX} 5"]),
        ("@daily", [f"{SIX} 1"]),
        ("cron(0 3 * * ? *)", ["must be the six fields alone; write 0 3 * * ? *"]),
        ("rate(5 minutes)", ["must be a cron expression; write it as `rate`"]),
        ("0 3 * * * *", [f"{ONE}; write 0 3 * * ? *"]),
        ("0 3 * * MON *", [f"{ONE}; write 0 3 ? * MON *"]),
        ("0 3 ? * ? *", [f"{ONE}; write 0 3 * * ? *"]),
        ("0 3 1 * MON *", [ONE]),
        ("60 24 * * ? *", ["the minutes must be 0 to 59, got '60'", "the hours must be 0 to 23, got '24'"]),
        ("? 3 * * ? *", ["the minutes must be 0 to 59, got '?'"]),
        ("0 3 0,32 * ? *", [f"the day of month must be 1 to 31, got '{it}'" for it in ("0", "32")]),
        ("0 3 32W * ? *", ["the day of month must be 1 to 31, got '32W'"]),
        ("0 3 ? * 0 *", ["the day of week must be 1 to 7 or SUN to SAT, got '0'"]),
        ("0 3 ? * MON#6 *", ["the day of week must be 1 to 7 or SUN to SAT, got 'MON#6'"]),
        ("0 3 ? * 1/2 *", ["the day of week must be 1 to 7 or SUN to SAT, got '1/2'"]),
        ("0 3 * JANUARY ? *", ["the month must be 1 to 12 or JAN to DEC, got 'JANUARY'"]),
        ("0 3 * * ? 1969", ["the year must be 1970 to 2199, got '1969'"]),
        ("0 17-9 * * ? *", ["the hours must be 0 to 23, got '17-9'"]),
        ("*/0 3 * * ? *", ["the minutes must be 0 to 59, got '*/0'"]),
        (", 3 * * ? *", ["the minutes must be 0 to 59, got ''", "the minutes must be 0 to 59, got ''"]),
    ],
)
def test_what_eventbridge_refuses_is_told_whole(text, told):
    assert problems(text) == told


def test_fields_are_read_as_what_they_name():
    cron = parse("0/20 9-11 ? JAN-MAR 6L,MON#1,3 2026")

    assert sorted(cron.minutes) == [0, 20, 40]
    assert sorted(cron.hours) == [9, 10, 11]
    assert sorted(cron.months) == [1, 2, 3]
    assert cron.days_of_month is None
    assert cron.days_of_week == Days(values=frozenset({3}), last=frozenset({6}), nth=frozenset({(2, 1)}))
    assert cron.years == {2026}
