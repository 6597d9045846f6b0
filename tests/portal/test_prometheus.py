"""What Prometheus is told, and who else is not."""

import re
from dataclasses import replace

import pytest

from portal.settings import BadSettings, Settings
from tests.fake_aws.service import refused

TOKEN = "t" * 32
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def settings(settings):
    return replace(settings, metrics_token=TOKEN)


def samples(client) -> dict[str, float]:
    """By name and labels, as they stand."""
    text = client.get("/metrics").text
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in lines:
        assert re.fullmatch(r'[a-z_]+\{([a-z]+="[^"\\]*",?)+\} [0-9.]+', line), line
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_page_and_status_and_their_time_in_buckets(client, running):
    for address in ("/local/services", "/local/services", "/nowhere/at/all"):
        client.get(address)

    found = samples(client)

    assert found['slipway_http_requests_total{method="GET",endpoint="services.index",status="200"}'] == 2
    assert found['slipway_http_requests_total{method="GET",endpoint="none",status="404"}'] == 1
    assert found['slipway_http_request_seconds_count{endpoint="services.index"}'] == 2
    buckets = [value for name, value in found.items() if name.startswith("slipway_http_request_seconds_bucket")]
    assert found['slipway_http_request_seconds_bucket{endpoint="services.index",le="+Inf"}'] == 2
    assert max(buckets) == 2


def test_calls_of_aws_and_the_age_of_what_is_shown(client, running, aws):
    client.get("/local/services")
    aws.passes(seconds=90)

    found = samples(client)

    name = 'slipway_aws_calls_total{environment="local",service="ecs",operation="describe_services",outcome="ok"}'
    assert found[name] >= 1
    assert found['slipway_snapshot_age_seconds{environment="local"}'] == 90


def test_a_refused_call_is_counted_by_its_error(client, running, aws):
    aws.refusals["ecs.describe_services"] = refused("ThrottlingException", "slow down")
    client.get("/local/services")

    name = (
        'slipway_aws_calls_total{environment="local",service="ecs",operation="describe_services",outcome="Throttled"}'
    )
    assert samples(client)[name] >= 1


def test_what_the_audit_trail_could_not_take_is_counted(client, running, aws):
    aws.refusals["s3.put_object"] = refused("AccessDenied", "no")
    client.get("/local/services")
    running_trail = client.application.extensions["slipway"].gateways("local").audit
    running_trail.note("sign-in", "portal", "Sato Yui")

    assert samples(client)['slipway_audit_failures_total{environment="local",what="entry"}'] == 1


@pytest.mark.parametrize(
    ("headers", "environ", "status"),
    [
        ({}, {}, 200),
        ({}, ELSEWHERE, 401),
        ({"X-Forwarded-For": "127.0.0.1"}, {}, 401),
        ({"Authorization": "Bearer wrong"}, ELSEWHERE, 401),
        ({"Authorization": f"Bearer {TOKEN}"}, ELSEWHERE, 200),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "10.20.30.40:8080"}, ELSEWHERE, 200),
        ({"Host": "evil.example"}, {}, 400),
    ],
    ids=str,
)
def test_only_this_machine_and_whoever_has_the_token_may_look(client, headers, environ, status):
    answer = client.get("/metrics", headers=headers, environ_base=environ)

    assert answer.status_code == status
    assert ("slipway_http" in answer.text) == (status == 200)


def test_without_a_token_nobody_else_may(client, app):
    held = app.extensions["slipway"]
    held.settings = replace(held.settings, metrics_token="")

    answer = client.get("/metrics", headers={"Authorization": "Bearer "}, environ_base=ELSEWHERE)

    assert answer.status_code == 401


def test_a_token_that_can_be_guessed_is_refused(tmp_path):
    with pytest.raises(BadSettings, match="metrics_token: too short"):
        Settings(tmp_path, metrics_token="short")
