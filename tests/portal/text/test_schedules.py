from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from portal.text.language import LANGUAGES
from portal.text.schedules import moment_words, words
from service_catalog.model import Schedule


@pytest.fixture
def in_japanese():
    with Flask(__name__).app_context():
        g.language = LANGUAGES["ja"]
        yield


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 3 * * ? *", "Every day at 03:00"),
        ("0 3 ? * * *", "Every day at 03:00"),
        ("30 8,20 * * ? *", "Every day at 08:30, 20:30"),
        ("0 8 ? * MON-FRI *", "Monday to Friday at 08:00"),
        ("0 8 ? * SUN,WED *", "Every Wednesday, Sunday at 08:00"),
        ("0 0 1 * ? *", "On day 1 of each month at 00:00"),
        ("0 0 L * ? *", "On the last day of each month at 00:00"),
        ("5 * * * ? *", "Every hour, at minute 5"),
        ("0/15 * * * ? *", "Every 15 minutes"),
        ("* * * * ? *", "Every minute"),
        ("7/15 * * * ? *", "cron 7/15 * * * ? *"),
        ("0/20 8-18 * * ? *", "cron 0/20 8-18 * * ? *"),
        ("0/15 * ? * MON *", "cron 0/15 * ? * MON *"),
        ("0 3 15W * ? *", "cron 0 3 15W * ? *"),
        ("0 3 ? * 3#2 *", "cron 0 3 ? * 3#2 *"),
        ("0 3 * JAN ? *", "cron 0 3 * JAN ? *"),
        ("0 3 * * ? 2027", "cron 0 3 * * ? 2027"),
    ],
)
def test_cron_is_said_in_words_where_they_say_it_all(expression, expected):
    assert words(Schedule(cron=expression)) == expected


@pytest.mark.parametrize(
    ("rate", "expected"), [("15 minutes", "Every 15 minutes"), ("1 hour", "Every hour"), ("2 days", "Every 2 days")]
)
def test_rate_is_said_in_words(rate, expected):
    assert words(Schedule(rate=rate)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 3 * * ? *", "毎日 03:00"),
        ("0 8 ? * MON-FRI *", "月曜日から金曜日の 08:00"),
        ("0 8 ? * SUN,WED *", "毎週 水曜日、日曜日の 08:00"),
        ("0 0 1 * ? *", "毎月 1 日の 00:00"),
        ("0/15 * * * ? *", "15 分ごと"),
    ],
)
def test_schedule_is_said_in_japanese(in_japanese, expression, expected):
    assert words(Schedule(cron=expression)) == expected


def test_moment_bears_its_weekday(in_japanese):
    moment = datetime(2026, 11, 27, 3, tzinfo=ZoneInfo("Asia/Tokyo"))

    assert moment_words(moment) == "金 2026-11-27 03:00"
