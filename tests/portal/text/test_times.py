from datetime import timedelta

import pytest

from portal.text.entries import size_words
from portal.text.times import ago, ago_words, clock, duration, true_until
from service_catalog.model import Compute
from tests.portal.conftest import NOW


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3600, "1 h ago"),
        (47 * 3600, "47 h ago"),
        (172800, "2 d ago"),
    ],
)
def test_ages_are_said_in_their_largest_unit(seconds, words):
    assert f">{words}</time>" in ago(NOW - timedelta(seconds=seconds), NOW).replace("\N{NO-BREAK SPACE}", " ")


def test_age_bears_the_moment_for_machines_and_for_who_points_at_it():
    tag = ago(NOW, NOW)

    assert 'datetime="2026-11-20T05:32:08Z"' in tag
    assert f'title="{NOW.astimezone():%Y-%m-%d %H:%M:%S}' in tag


def test_moment_of_a_clock_that_is_ahead_is_now():
    assert ">0\N{NO-BREAK SPACE}s ago</time>" in ago(NOW + timedelta(seconds=5), NOW)


@pytest.mark.parametrize("seconds", [0, 1, 59, 60, 3599, 3600, 47 * 3600 + 59, 48 * 3600, 200_000])
def test_words_of_an_age_are_true_until_they_would_be_others(seconds):
    moment = NOW - timedelta(seconds=seconds)

    until = true_until(moment, NOW)

    assert until > NOW
    assert ago(moment, until - timedelta(seconds=1)) == ago(moment, NOW)
    assert ago(moment, until) != ago(moment, NOW)


def test_a_clock_names_its_zone_and_bears_the_moment_for_the_script():
    assert f"data-clock>{NOW.astimezone():%H:%M:%S %Z}</time>" in clock(NOW)


def test_nothing_is_a_dash():
    assert ago(None, NOW) == "–"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "less than a second"), (34, "34 s"), (192, "3 min 12 s"), (7500, "2 h 5 min"), (273600, "3 d 4 h")],
)
def test_durations_are_said_in_two_units(seconds, words):
    assert duration(seconds).replace("\N{NO-BREAK SPACE}", " ") == words


def test_no_line_ends_between_a_number_and_its_unit():
    assert " " not in duration(192)
    assert ">3\N{NO-BREAK SPACE}min ago<" in ago(NOW - timedelta(seconds=192), NOW)
    assert ago_words()["min"] == "%(n)s\N{NO-BREAK SPACE}min ago"
    assert size_words(Compute()) == "0.25\N{NO-BREAK SPACE}vCPU, 0.5\N{NO-BREAK SPACE}GB, x86_64"
