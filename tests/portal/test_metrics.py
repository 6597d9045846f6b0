"""The page of metrics: charts of the time that somebody chooses, and the alarms that watch them."""

import re
from datetime import timedelta

import pytest

from portal.data.metrics_view import WATCHED, WINDOWS
from service_catalog import naming
from service_catalog.model import Alarms, Service
from tests.portal.conftest import NOW
from tests.portal.reading import plain, row, rows, text_of
from tests.portal.test_schedules import NIGHTLY

METRICS = "/local/services/orders-api/metrics"


def alarm(measure):
    return naming.alarm("local", "orders-api", measure)


@pytest.fixture
def watched(local, orders):
    """orders-api, which asks for two alarms; CloudWatch has the one of its CPU."""
    local.aws.now = NOW - timedelta(minutes=30)
    local.provision(orders.model_copy(update={"alarms": Alarms(cpu_percent=85, memory_percent=90)}))
    local.save("orders-api", "A=1\n")
    local.release("orders-api", "2.13.4", env=1)
    local.aws.cloudwatch.watches(alarm("cpu_percent"), 85, topic="arn:aws:sns:x:1:local-alarms")
    local.aws.now = NOW
    local.measure("orders-api", cpu=[22] * 60, memory=[48] * 60, requests=[84] * 60, refused=[4] * 60)
    return local


def test_each_measure_has_a_scale_and_an_axis_of_time(client, watched):
    page = text_of(client, METRICS)

    assert page.count('<figure class="chart large">') == 5
    assert re.findall(r"<li>([\d.]+ %)</li>", page)[:3] == ["100 %", "50 %", "0 %"]  # up to where the alarm rings
    assert page.partition('class="axis"')[2].partition("</p>")[0].count("<time") == 5


def test_a_chart_says_its_alarm_to_who_does_not_see_it(client, watched):
    page = text_of(client, METRICS)

    assert 'aria-label="CPU: 22 % now, highest 22 %, alarm at 85 %"' in page
    assert page.count('class="threshold"') == 1


def test_the_period_in_which_a_release_began_says_so(client, watched):
    page = text_of(client, METRICS)

    assert len(re.findall(r'data-value="22 %, release 1"', page)) == 1
    assert "Releases in this time: 1 2.13.4" in plain(page)


@pytest.mark.parametrize("chosen", WINDOWS)
def test_every_range_is_drawn_in_as_many_values_as_one_can_point_at(client, watched, chosen):
    window = WINDOWS[chosen]
    assert 60 <= window.length / window.period <= 240
    page = text_of(client, f"{METRICS}?range={chosen}")
    assert 'aria-label="CPU: 22 % now' in page
    assert f'?range={chosen}" aria-current="true"' in page


def test_requests_are_told_by_the_minute_whatever_a_value_stands_for(client, watched):
    assert 'aria-label="Requests a minute: 84 now' in text_of(client, f"{METRICS}?range=12h")


def test_an_unknown_range_is_refused_in_words(client, watched):
    answer = client.get(f"{METRICS}?range=year")
    assert answer.status_code == 422
    assert "there is no range 'year'; choose one on the page of metrics." in plain(answer.text)


def test_alarms_are_told_with_their_states_and_what_is_missing_first(client, watched):
    told = rows(text_of(client, METRICS))

    assert [it for it in told if it in ("CPU", "memory")] == ["memory", "CPU"]
    assert told["CPU"][1:4] == ["No data", "85 % for 3 min", "27 min ago"]
    assert told["memory"][1].startswith("Missing The catalog asks for it, and CloudWatch does not have it")
    assert told["memory"][2] == "90 %"


def test_an_alarm_that_rings_says_since_when_and_why(client, watched):
    watched.aws.cloudwatch.rings(alarm("cpu_percent"), "Threshold Crossed: 91 >= 85")
    watched.aws.passes(minutes=2)

    told = row(text_of(client, METRICS), "CPU")
    assert (told[1], told[3], told[4]) == ("Alarm", "2 min ago", "Threshold Crossed: 91 >= 85")


def test_an_alarm_that_tells_nobody_is_told_as_that(client, watched):
    watched.aws.cloudwatch.watches(alarm("memory_percent"), 90)
    assert row(text_of(client, METRICS), "memory")[1] == "No data It tells nobody."


def test_alarms_of_another_service_are_none_of_its_own(client, watched):
    watched.aws.cloudwatch.watches(naming.alarm("local", "orders-api-2", "dead_letters"), 1)
    assert "dead letters" not in rows(text_of(client, METRICS))


def test_of_every_alarm_it_is_drawn_what_it_watches():
    assert set(Alarms.model_fields) == set(WATCHED)


@pytest.fixture
def nightly(local, catalog):
    """A job, whose runs of the last hour are measured."""
    (catalog.directory / "services" / "nightly.yaml").write_text(NIGHTLY)
    local.push("nightly", "1.0.0")
    local.provision(catalog.service("nightly", "local"))
    machine = local.gateways.provisioned.read("nightly").state_machine
    for metric, values in {"ExecutionsStarted": [1, None, 2], "ExecutionsFailed": [None, None, 1]}.items():
        local.aws.cloudwatch.measures("AWS/States", metric, {"StateMachineArn": machine}, values)
    local.aws.cloudwatch.watches(naming.alarm("local", "nightly", "failed_runs"), 1, topic="arn:aws:sns:x:1:t")
    return local


def test_a_job_shows_its_runs_of_a_week_and_their_alarm(client, nightly):
    page = text_of(client, "/local/services/nightly/metrics")

    assert 'aria-label="Runs started: 3 now, highest 3"' in page
    assert 'aria-label="Failed runs: 1 now, highest 1, alarm at 1"' in page
    assert 'range=7d" aria-current="true"' in page
    assert row(page, "failed runs")[1:3] == ["No data", "1 for 3 min"]
    assert ">Metrics</a>" in text_of(client, "/local/services/nightly")


def test_what_is_drawn_can_be_had_as_a_table(client, watched):
    answer = client.get(f"{METRICS}?download=")

    lines = answer.get_data(as_text=True).splitlines()
    assert answer.mimetype == "text/csv"
    assert lines[0] == "time,cpu,memory,requests,errors,refused"
    assert lines[1] == "2026-11-20T04:33:00Z,22,48,84,0,4.7619"
    assert len(lines) == 61


def test_those_who_look_at_one_page_share_one_reading(client, watched):
    text_of(client, METRICS)
    watched.aws.asked.clear()
    watched.aws.passes(seconds=30)
    text_of(client, METRICS)
    text_of(client, METRICS)

    assert watched.aws.asked.count("cloudwatch.get_metric_data") == 1
    assert watched.aws.asked.count("cloudwatch.describe_alarms") == 2  # one of them for the list of services


def test_without_cloudwatch_it_says_so_and_claims_nothing(client, watched):
    watched.aws.fates["cloudwatch"] = "lost"

    page = plain(text_of(client, METRICS))
    assert "CloudWatch does not answer" in page
    assert "Nothing was measured" not in page
    assert "No alarms" not in page


def test_what_was_read_stays_while_cloudwatch_is_away(client, watched):
    text_of(client, METRICS)
    watched.aws.passes(minutes=5)
    watched.aws.fates["cloudwatch"] = "lost"

    page = text_of(client, METRICS)
    assert "CloudWatch does not answer" in page
    assert 'aria-label="CPU: 22 % now' in page


def test_a_service_that_is_not_provisioned_has_nothing_measured(client, orders: Service):
    page = plain(text_of(client, METRICS))
    assert "Nothing was measured in this time." in page
    assert client.get(f"{METRICS}?download=").status_code == 404


def test_the_local_cloud_says_how_long_it_keeps_values(client, watched):
    words = "The local cloud keeps what it measures for an hour and a half"
    assert words in plain(text_of(client, f"{METRICS}?range=7d"))
    assert words not in plain(text_of(client, METRICS))
