"""Logs: newest last, older on request, JSON as people read it, and nothing that is selected or asked for is lost."""

import html
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from portal.text import console
from portal.text.log_lines import PATTERN_EXAMPLES, fits, shown
from runtime.aws.logs import Line
from service_catalog import naming
from service_catalog.model import Service
from tests.builders import an_environment
from tests.fake_aws.service import refused
from tests.portal.conftest import NOW
from tests.portal.reading import part, plain, text_of

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

    def chosen(words, level):
        fitting = fits(words, level)
        assert fitting is not None
        return [it.text for it in lines if fitting(it)]

    assert chosen("ROUTE", "warning") == ["ERROR no route", "WARN slow route"]
    assert chosen("route no", "error") == ["ERROR no route"]


def test_the_last_lines_stand_in_their_order_with_a_way_to_older_ones(client, printing):
    page = text_of(client, LOGS)

    assert plain(page).index("line 100 ") < plain(page).index("line 299 ")
    assert "line 99 " not in plain(page)
    before = int((NOW - timedelta(seconds=199)).timestamp() * 1000)
    assert f"before={before}" in page
    older = plain(text_of(client, f"{LOGS}?before={before}"))
    assert "line 99 " in older
    assert "line 100 " in older  # others may be of its moment, so the line at the edge stands on both pages


def test_words_are_looked_for_in_all_lines_and_it_says_how_far(client, printing):
    page = plain(text_of(client, f"{LOGS}?q=LINE+29&range=1h"))

    assert "13 lines match. Everything since " in page
    assert "line 29 " in page


def test_a_search_ends_with_the_newest_that_fit_and_leads_further_back(client, printing):
    page = text_of(client, f"{LOGS}?q=line&level=")

    assert "200 lines match." in plain(page)
    assert re.search(r'href="[^"]*before=\d+[^"]*q=line[^"]*" data-older>Look further back', page)


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

    assert "Nothing was printed since " in text_of(client, f"{LOGS}?task={task}")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("before=x", "'x' is no moment of a log"),
        ("before=", "'' is no moment of a log"),
        (f"before={'9' * 30}", "999' is no moment of a log"),
        ("before=-62135596800000", "'-62135596800000' is no moment of a log"),
        ("level=fatal", "there is no level 'fatal'"),
        ("range=year", "there is no range 'year'"),
        ("by=magic", "there is no search by 'magic'"),
    ],
)
def test_a_moment_or_level_that_is_none_is_refused_in_words(client, running, asked, told):
    answer = client.get(f"{LOGS}?{asked}")

    assert answer.status_code == 422
    assert told in plain(answer.text)


@pytest.mark.parametrize("typed", ["yesterday", "0001-01-01T00:00:00", "9999-12-31T23:59"])
@pytest.mark.parametrize("name", ["from", "until"])
def test_a_time_that_is_none_is_told_at_its_field_and_nothing_typed_is_lost(client, running, name, typed):
    asked = {"range": "span", "q": "DB_POOL", "level": "error", "zone": "Asia/Tokyo", name: typed}

    answer = client.get(LOGS, query_string=asked)

    assert answer.status_code == 422
    told = part(answer.text, rf'<p id="{name}-problem" role="alert">(.*?)</p>')
    assert plain(told) == f"'{typed}' is no time; write it as 2026-11-28T09:30."
    assert re.search(rf'name="{name}" type="text" step="1" value="{typed}" aria-invalid="true"', answer.text)
    assert 'name="q" type="search" value="DB_POOL"' in answer.text
    assert '<option value="span" selected>' in answer.text
    assert "Nothing was looked for." in plain(answer.text)


@pytest.mark.parametrize(
    "asked",
    [
        "from=1970-01-01T00:00",
        "until=1970-01-01T00:00",
        "from=9000-01-01T00:00",
        "until=9000-01-01T00:00",
        "from=9000-01-01T00:00&until=1970-01-01T00:00",
    ],
)
def test_cloudwatch_is_asked_for_no_time_that_it_cannot_have(client, running, printing, asked):
    answer = client.get(f"{LOGS}?range=span&zone=Asia/Tokyo&{asked}")

    assert answer.status_code == 200
    spans = [it for name, it in running.aws.requests if name == "logs.filter_log_events"]
    latest = (running.aws.now + timedelta(minutes=5)).timestamp() * 1000
    assert {0 <= it["startTime"] <= it["endTime"] <= latest for it in spans} <= {True}


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


# --- filter patterns, times, and who else looks ----------------------------------------


@pytest.mark.parametrize(("pattern", "found"), [("?77 ?88", 6), ('"line 29" -5', 10), ("%line 1\\d\\d$%", 100)])
def test_a_filter_pattern_is_asked_of_cloudwatch(client, running, printing, pattern, found):
    page = plain(text_of(client, f"{LOGS}?{urlencode({'q': pattern, 'by': 'pattern'})}"))
    assert f"{found} lines match." in page


def test_a_pattern_that_cloudwatch_refuses_is_told_beside_the_field_and_kept(client, printing):
    answer = client.get(f"{LOGS}?by=pattern&q=status%3A500")

    assert answer.status_code == 422
    assert "Invalid character(s) in term &#39;status:500&#39;" in answer.text
    assert 'value="status:500"' in answer.text
    assert '<option value="pattern" selected>' in answer.text


def test_every_example_of_the_help_is_a_pattern(client, running):
    for pattern in PATTERN_EXAMPLES:
        assert client.get(f"{LOGS}?{urlencode({'q': pattern, 'by': 'pattern'})}").status_code == 200


def test_a_time_is_that_of_the_readers_zone(client, printing):
    """NOW is 05:32:08 UTC, 14:32:08 in Tokyo; a line came every second up to it."""
    span = {"range": "span", "from": "2026-11-20T14:32:00", "until": "2026-11-20T14:32:03"}
    page = plain(text_of(client, f"{LOGS}?{urlencode(span | {'zone': 'Asia/Tokyo'})}"))

    assert [number for number in range(285, 300) if f"line {number} " in page] == [291, 292, 293, 294]
    assert "Follow" not in page


def test_a_line_leads_to_what_was_printed_around_it(client, printing):
    page = text_of(client, f"{LOGS}?q=line+150")
    [around] = re.findall(r'href="([?][^"]*range=span[^"]*)"', page)

    there = plain(text_of(client, LOGS + html.unescape(around)))
    assert [it for it in (80, 90, 210, 220) if f"line {it} " in there] == [90, 210]


def test_a_json_line_folds_out_into_its_members(client, printing):
    printing('{"level": "info", "msg": "a", "user": {"id": 7}}')

    page = html.unescape(text_of(client, LOGS))
    assert '"user": {\n    "id": 7\n  }' in page


def test_many_who_look_at_one_log_cost_what_one_costs(client, running, printing):
    text_of(client, LOGS)
    asked = running.aws.asked.count("logs.filter_log_events")
    for _ in range(10):
        text_of(client, LOGS)
        text_of(client, f"{LOGS}?after=0")

    assert running.aws.asked.count("logs.filter_log_events") == asked
    running.aws.passes(seconds=3)
    text_of(client, LOGS)
    text_of(client, f"{LOGS}?after=0")
    assert running.aws.asked.count("logs.filter_log_events") == asked + 1


def test_who_follows_is_given_what_came_since_and_late_lines(client, running, printing):
    text_of(client, LOGS)
    running.aws.passes(seconds=30)
    printing("fresh")
    after = int((NOW + timedelta(seconds=1)).timestamp() * 1000)

    page = text_of(client, f"{LOGS}?after={after}")

    assert "fresh" in page
    assert "line 299" in page  # within the seconds that a line may be late
    assert "line 200" not in page
    assert "<form" not in page


def test_a_search_is_followed_by_what_fits_it(client, running, printing):
    text_of(client, LOGS)
    running.aws.passes(seconds=3)
    printing("one error", "two")

    page = text_of(client, f"{LOGS}?q=ERROR&after={int(NOW.timestamp() * 1000)}")
    assert ("one error" in page, "two" in page) == (True, False)


def test_old_lines_stay_with_their_age_while_aws_is_away(client, running, printing):
    text_of(client, LOGS)
    running.aws.passes(seconds=60)
    running.aws.fates["logs"] = "lost"

    page = plain(text_of(client, LOGS))
    assert "line 299 " in page
    assert "AWS does not answer. This is the state of" in page


def test_logs_insights_is_in_aws_only(client, running):
    assert "The local cloud has none." in plain(text_of(client, LOGS))


def test_logs_insights_is_asked_for_the_same_lines():
    address = console.logs_insights_address(an_environment(), ["/slipway/dev/orders-api"], "no-route", None, None)
    assert address == (
        "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:logs-insights"
        "$3FqueryDetail$3D~(end~0~start~-3600~timeType~'RELATIVE~unit~'seconds~editorString~'fields*20*40timestamp*2c*20"
        "*40logStream*2c*20*40message*0a*7c*20filter*20*40message*20like*20*2f*28*3fi*29no*5c-route*2f*0a*7c*20sort*20"
        "*40timestamp*20desc*0a*7c*20limit*201000~source~(~'*2fslipway*2fdev*2forders-api))"
    )


def test_who_comes_when_too_many_look_is_told_so_on_the_page(client, running):
    running.aws.refusals["logs.filter_log_events"] = refused("ThrottlingException", "Rate exceeded")

    answer = client.get(f"{LOGS}?q=slow")
    assert answer.status_code == 503
    assert "AWS asked to slow down while reading logs of orders-api" in plain(answer.text)
    assert 'value="slow"' in answer.text
    assert "No line matches" not in plain(answer.text)
