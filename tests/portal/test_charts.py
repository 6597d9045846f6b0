from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from portal import charts
from runtime.metrics import Measure
from tests.portal.measures import an_hour
from tests.portal.reading import plain as words
from tests.portal.reading import text_of

END = datetime(2026, 11, 20, 5, 33, tzinfo=UTC)


def hour(**measured):
    return an_hour(END, cast(dict[Measure, Any], measured))


def one(releases=(), **measured):
    [chart] = charts.of(hour(**measured), [charts.Mark(it) for it in releases]).drawn
    return chart


def heights(chart):
    """Of the points of a line, 0 at the ground and 1 at the top of the scale."""
    ys = [float(part.split(" ")[1].removesuffix("h.1")) for part in chart.line.replace("L", "M").split("M")[1:]]
    return [round((charts.HEIGHT - y) / (charts.HEIGHT - 3), 2) for y in ys]


def test_the_line_shows_each_minute_in_its_place():
    chart = one(cpu=[10, 20, 50])
    assert (chart.now, chart.highest) == ("50 %", "50 %")
    assert heights(chart) == [0.2, 0.4, 1.0]
    assert chart.line.endswith(f"L{charts.WIDTH}.0 3.0")


def test_a_missing_minute_breaks_the_line():
    assert one(cpu=[1, None, 3, 4]).line.count("M") == 2


def test_a_value_of_long_ago_is_not_called_now():
    chart = one(cpu=[40, None, None, None, None, None])
    assert (chart.now, chart.highest) == ("–", "40 %")


@pytest.mark.parametrize(("highest", "scale"), [(0.3, 0.5), (1, 1), (3.4, 5), (38, 50), (50.1, 100), (420, 500)])
def test_the_scale_ends_at_a_round_number(highest, scale):
    assert charts.scale_of(highest) == pytest.approx(scale)


def test_requests_of_the_minute_that_runs_are_not_counted_yet():
    assert [chart.now for chart in charts.of(hour(cpu=[1, 1], requests=[84, 3]), []).drawn] == ["1.0 %", "84"]


def test_minutes_without_requests_are_drawn_as_none_while_tasks_ran():
    requests = charts.of(hour(cpu=[1, 1, 1, 1], requests=[84, None, 42, 9]), []).drawn[1]
    assert heights(requests) == [0.84, 0, 0.42]


def test_errors_are_a_share_of_the_requests():
    found = charts.of(hour(cpu=[], requests=[100, 200, 0, 50], errors=[1, None, None, 50]), []).drawn
    errors = found[-1]
    assert (errors.title, errors.now, heights(errors)) == ("Answers 5xx", "100 %", [0.01, 0, 1])


def test_a_service_without_errors_shows_none_and_not_nothing():
    found = charts.of(hour(cpu=[1], requests=[100], errors=[]), []).drawn
    assert found[-1].now == "0 %"


@pytest.mark.parametrize(("seconds", "word"), [(0.0034, "3.4 ms"), (0.082, "82 ms"), (1.24, "1.2 s")])
def test_latency_has_the_unit_that_fits(seconds, word):
    assert one(latency=[seconds]).now == word


def test_releases_of_the_time_that_is_drawn_are_marked():
    chart = one(cpu=[1] * 60, releases=[END - timedelta(minutes=31), END - timedelta(hours=2)])
    assert chart.marks == [pytest.approx(charts.WIDTH * 29 / 59, abs=0.1)]
    assert one(cpu=[1], releases=[END - timedelta(seconds=1)]).marks == [charts.WIDTH]


def test_each_minute_can_be_pointed_at_and_says_its_value():
    first, second = one(cpu=[10, 20]).spots
    assert (second.when, second.value) == (END - timedelta(minutes=1), "20 %")
    assert first.x + first.width == pytest.approx(second.x, abs=0.2)


def test_the_axis_begins_and_ends_with_what_is_drawn():
    assert charts.of(hour(cpu=[1]), []).axis[::2] == [END - charts.SHORT, END]
    assert charts.of(hour(cpu=[1] * 60), []).axis[::2] == [END - timedelta(hours=1), END]


def test_what_is_measured_since_some_minutes_fills_its_chart():
    made = charts.of(hour(cpu=[1] * 15), [])
    assert made.is_short
    assert made.drawn[0].line.startswith("M0.0 ")
    assert not charts.of(hour(cpu=[1] * 16), []).is_short


def test_what_was_not_measured_is_not_drawn():
    assert charts.of(hour(cpu=[], memory=[]), []).drawn == []


def test_the_page_shows_what_was_measured_in_words_and_lines(client, running):
    running.measure("orders-api", cpu=[22], memory=[48], requests=[84, 90], errors=[], latency=[0.082])

    page = text_of(client, "/local/services/orders-api")

    assert 'aria-label="CPU: 22 % now, highest 22 %"' in page
    assert "Memory 48 % highest 48 %" in words(page)
    assert page.count('<figure class="chart">') == 5


def test_the_page_says_so_when_nothing_was_measured_yet(client, running):
    assert "Nothing was measured yet." in text_of(client, "/local/services/orders-api")


def test_a_service_that_never_ran_shows_no_charts(client, local, orders):
    local.provision(orders)
    assert "The last hour" not in text_of(client, "/local/services/orders-api")


def test_without_cloudwatch_the_rest_of_the_page_stands(client, running):
    running.aws.fates["cloudwatch"] = "lost"

    page = text_of(client, "/local/services/orders-api")

    assert "Runs now" in page
    assert "CloudWatch does not answer" in page
    assert "while reading metrics" in page


def test_a_worker_s_queue_comes_first_in_its_own_units():
    found = charts.of(hour(cpu=[1, 1], waiting=[3, 12], oldest=[0, 95], dead=[0, 2]), []).drawn
    assert [(chart.title, chart.now) for chart in found] == [
        ("Messages waiting", "12"),
        ("Oldest message", "1\N{NO-BREAK SPACE}min\N{NO-BREAK SPACE}35\N{NO-BREAK SPACE}s"),
        ("Dead letters", "2"),
        ("CPU", "1.0 %"),
    ]
