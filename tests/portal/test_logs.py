"""Logs: newest last, older on request, JSON as people read it, and nothing that is selected or asked for is lost."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from portal.text.log_lines import chosen, shown
from runtime.aws.logs import Line
from service_catalog import naming
from service_catalog.model import Service
from tests.portal.conftest import NOW
from tests.portal.reading import plain, text_of

LOGS = "/local/services/orders-api/logs"


def line(text):
    return shown(Line(NOW, text, "t1"))


def test_a_json_line_says_level_and_message_first_and_the_time_not_again():
    said = line('{"time": "2026-11-20T05:32:08Z", "level": "error", "msg": "no answer", "after": 3, "to": "a"}')

    assert (said.text, said.fields, said.level) == ("ERROR no answer", (("after", "3"), ("to", "a")), "error")


@pytest.mark.parametrize("text", ["plain words", '{"half": ', "[1, 2]", '{"a": NaN', "{}x"])
def test_what_is_no_json_object_stays_as_it_was_printed(text):
    assert (line(text).text, line(text).fields) == (text, ())


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("ERROR x", "error"),
        ("a warning: x", "warning"),
        ('{"severity": "WARN", "error": "none"}', "warning"),
        ("x", ""),
    ],
)
def test_a_line_is_as_bad_as_it_says(text, level):
    assert line(text).level == level


def test_lines_are_chosen_by_all_words_and_by_level():
    lines = [Line(NOW, text, "t") for text in ("ERROR no route", "WARN slow route", "fine")]

    assert [it.raw for it in chosen(lines, "ROUTE", "warning")] == ["ERROR no route", "WARN slow route"]
    assert [it.raw for it in chosen(lines, "route no", "error")] == ["ERROR no route"]


def test_the_last_lines_stand_in_their_order_with_a_way_to_older_ones(client, printing):
    page = text_of(client, LOGS)

    assert plain(page).index("line 100 ") < plain(page).index("line 299 ")
    assert "line 99 " not in plain(page)
    before = int((NOW - timedelta(seconds=199)).timestamp() * 1000)
    assert f"before={before}" in page
    assert "line 99 " in plain(text_of(client, f"{LOGS}?before={before}"))


def test_search_says_of_how_many_lines_it_speaks(client, printing):
    assert "1 line of the last 300 matches." in plain(text_of(client, f"{LOGS}?q=line+299"))


def test_a_download_has_the_lines_as_they_were_printed(client, printing):
    printing('{"level": "info", "msg": "a"}')

    answer = client.get(f"{LOGS}?download=")

    assert answer.mimetype == "text/plain"
    assert answer.get_data(as_text=True).splitlines()[-1].endswith(' {"level": "info", "msg": "a"}')
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_task_is_told_as_that(client, printing):
    answer = client.get(f"{LOGS}?task=nosuch")

    assert answer.status_code == 404
    assert "orders-api has no task nosuch, and no log of one." in plain(answer.get_data(as_text=True))


def test_a_task_that_printed_nothing_yet_is_told_as_that(client, running):
    task = running.tasks("orders-api")[0]

    assert "Nothing was printed yet." in text_of(client, f"{LOGS}?task={task}")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("before=x", "'x' is no moment of a log"),
        ("before=", "'' is no moment of a log"),
        (f"before={'9' * 30}", "999' is no moment of a log"),
        ("level=fatal", "there is no level 'fatal'"),
    ],
)
def test_a_moment_or_level_that_is_none_is_refused_in_words(client, running, asked, told):
    answer = client.get(f"{LOGS}?{asked}")

    assert answer.status_code == 422
    assert told in plain(answer.text)


def test_a_sidecar_has_lines_of_its_own(client, running, printing):
    task, *_ = running.tasks("orders-api")
    group = naming.log_group("local", "orders-api")
    running.aws.logs.prints(group, naming.log_stream(task, "agent"), ["the agent is up"])

    assert "the agent is up" not in plain(text_of(client, LOGS))
    for address in (f"{LOGS}?container=agent", f"{LOGS}?container=agent&task={task}"):
        page = plain(text_of(client, address))
        assert "the agent is up" in page
        assert "line 299" not in page


@pytest.fixture
def routed(local, orders):
    """orders-api with two routes; its task has printed a line into each of its log groups."""
    routes = [{"name": "errors", "when": {"level": "ERROR"}}, {"name": "access", "when": {"path": "."}}]
    local.provision(Service.model_validate(orders.model_dump() | {"logs": {"routes": routes}}))
    local.save("orders-api", "A=1\n")
    local.release("orders-api", "2.13.4", env=1)
    task = local.tasks("orders-api")[0]
    for minutes, route in enumerate(["errors", "access", "", "_router"]):
        local.aws.now += timedelta(minutes=minutes)
        local.prints("orders-api", task, f"line of {route or 'none'}", route=route)
    return task


def printed(client, **asked):
    page = plain(text_of(client, f"{LOGS}?{urlencode(asked)}"))
    return [it for it in ("errors", "access", "none", "_router") if f"line of {it}" in page]


def test_lines_of_all_log_groups_stand_together_each_with_its_route(client, routed):
    page = plain(text_of(client, LOGS))
    assert page.index("errors line of errors") < page.index("access line of access") < page.index("line of none")
    assert printed(client) == printed(client, task=routed) == ["errors", "access", "none"]


@pytest.mark.parametrize(("place", "lines"), [("errors", "errors"), ("_own", "none"), ("_router", "_router")])
def test_one_log_group_can_be_chosen(client, routed, place, lines):
    assert printed(client, route=place) == printed(client, route=place, task=routed) == [lines]


def test_what_can_be_chosen_is_what_there_is(client, routed):
    page = text_of(client, LOGS)
    assert re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)', page.partition('name="route"')[2])[:5] == [
        ("", "All lines"),
        ("_own", "Its own log group"),
        ("errors", "errors"),
        ("access", "access"),
        ("_router", "Log router"),
    ]


def test_lines_that_are_in_no_log_group_are_not_missing_without_a_word(client, local, orders):
    routes = [{"name": "audit", "when": {"audit": "true"}, "to": "s3"}]
    local.provision(Service.model_validate(orders.model_dump() | {"logs": {"routes": routes}}))

    assert "Not shown here: audit s3://slipway-local-logs-000000000000/orders-api/audit/" in plain(
        text_of(client, LOGS)
    )


def test_a_service_with_one_log_group_leaves_nothing_to_choose(client, printing):
    assert 'name="route"' not in text_of(client, LOGS)


def test_older_lines_and_a_search_stay_with_the_route(client, routed):
    page = text_of(client, f"{LOGS}?route=errors&q=line")
    assert re.search(r'href="[^"]*before=\d+[^"]*route=errors[^"]*" data-older', page)


def test_a_route_that_is_none_is_refused_in_words(client, routed):
    answer = client.get(f"{LOGS}?route=nosuch")
    assert answer.status_code == 422
    assert "there is no route 'nosuch'; choose one on the page of logs." in plain(answer.text)
