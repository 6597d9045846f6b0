"""What probes are told: up is up, and ready is what people can use."""

import shutil
from dataclasses import replace

import pytest

from portal.auth.settings import OidcClient
from tests.local_cloud.waiting import eventually


@pytest.fixture
def settings(settings):
    """Whoever is not signed in may ask all the same."""
    return replace(settings, sign_in=OidcClient("https://login.example.com", "slipway", "s"))


def told(client, address="/readyz"):
    answer = client.get(address)
    return answer.status_code, answer.text


def test_a_portal_is_ready_when_catalog_and_home_environment_were_read(client, running):
    assert told(client) == (200, "catalog: ok\nhome environment: ok\n")


def test_it_is_up_and_not_ready_while_the_home_environment_never_answered(client, running, aws):
    aws.outage = True

    assert told(client) == (503, "catalog: ok\nhome environment: not read yet\n")
    assert told(client, "/healthz") == (200, "ok\n")

    aws.outage = False
    aws.passes(seconds=1)
    assert eventually(lambda: told(client)[0] == 200)


def test_a_later_silence_takes_no_copy_out_of_service_and_costs_no_call(client, running, aws):
    told(client)
    aws.outage = True
    aws.passes(minutes=5)
    aws.asked.clear()

    assert told(client)[0] == 200
    assert aws.asked == []


def test_a_catalog_that_is_gone_is_said(client, running, catalog):
    shutil.rmtree(catalog.directory / "services")

    assert told(client)[1].startswith("catalog: not readable\n")


def test_without_sign_in_nothing_of_aws_is_needed(client, running, app, aws):
    held = app.extensions["slipway"]
    held.settings = replace(held.settings, sign_in="none")
    aws.outage = True

    assert told(client) == (200, "catalog: ok\n")
