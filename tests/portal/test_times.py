from datetime import timedelta

import pytest

from portal.times import ago, duration
from tests.portal.twins import NOW


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
    assert f">{words}</time>" in ago(NOW - timedelta(seconds=seconds), NOW)


def test_age_bears_the_moment_for_machines_and_for_who_points_at_it():
    tag = ago(NOW, NOW)

    assert f'datetime="{NOW.astimezone().isoformat(timespec="seconds")}"' in tag
    assert f'title="{NOW.astimezone():%Y-%m-%d %H:%M:%S}' in tag


def test_moment_of_a_clock_that_is_ahead_is_now():
    assert ">0 s ago</time>" in ago(NOW + timedelta(seconds=5), NOW)


def test_nothing_is_a_dash():
    assert ago(None, NOW) == "–"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "less than a second"), (34, "34 s"), (192, "3 min 12 s"), (7500, "2 h 5 min"), (273600, "3 d 4 h")],
)
def test_durations_are_said_in_two_units(seconds, words):
    assert duration(seconds) == words
