"""The button that provisions a service, and what its page tells of the run."""

import sys
from dataclasses import replace

import pytest

from portal import create_app
from tests.portal.conftest import Poster
from tests.portal.reading import plain, text_of

PAGE = "/local/services/orders-api"
WAITS_FOR_EVER = (sys.executable, "-c", "import signal; signal.pause()")


def test_second_press_leads_to_the_run_that_the_first_one_started(settings, catalog, local, connect):
    app = create_app(replace(settings, provision_command=WAITS_FOR_EVER), catalog, connect)
    press = Poster(app.test_client())
    token = press.token(PAGE)

    answers = [press.client.post(f"{PAGE}/provisioning", data={"csrf_token": token}) for _press in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, PAGE)] * 2
    app.extensions["slipway"].close()


def test_button_provisions_and_the_page_shows_the_steps(post, client):
    answer = post(f"{PAGE}/provisioning", PAGE)
    client.application.extensions["slipway"].provisioning.wait("local", "orders-api")

    assert (answer.status_code, answer.location) == (303, PAGE)
    page = plain(text_of(client, PAGE))
    assert "took less than a second" in page
    assert "made it" in page
    assert "There was nothing to do. It is as the catalog says." in page


@pytest.fixture
def failing(settings, catalog, local, connect):
    """A portal whose provisioning fails."""
    command = (sys.executable, "-c", "raise SystemExit(3)", "{service}")
    app = create_app(replace(settings, provision_command=command), catalog, connect)
    yield app.test_client()
    app.extensions["slipway"].close()


def test_a_failure_is_shown_for_some_minutes_and_then_until_the_service_runs(failing, local, orders):
    Poster(failing)(f"{PAGE}/provisioning", PAGE)
    failing.application.extensions["slipway"].provisioning.wait("local", "orders-api")
    assert "Provisioning failed" in text_of(failing, PAGE)

    local.aws.passes(minutes=6)
    assert "Provisioning failed" in text_of(failing, PAGE)

    local.provision(orders)  # by hand, beside the portal
    local.release("orders-api", "2.13.4")

    local.aws.passes(minutes=1)
    page = text_of(failing, PAGE)
    assert "Runs now" in page
    assert "Provisioning failed" not in page


def test_where_the_portal_may_not_provision_the_page_says_what_to_run(client, post, catalog):
    exists_in_dev(catalog)

    page = text_of(client, "/dev/services/orders-api")

    assert "slipway up dev orders-api pulumi up -s dev.orders-api" in plain(page)
    assert "/provisioning" not in page
    refused = client.post("/dev/services/orders-api/provisioning", data={"csrf_token": post.token(PAGE)})
    assert refused.status_code == 422


def test_where_the_portal_may_provision_is_a_setting(settings, catalog, local, connect):
    exists_in_dev(catalog)
    says_where = (sys.executable, "-c", "import sys; print(*sys.argv[1:])", "{environment}", "{service}")
    app = create_app(replace(settings, provisions=frozenset({"dev"}), provision_command=says_where), catalog, connect)
    post, held = Poster(app.test_client()), app.extensions["slipway"]

    post("/dev/services/orders-api/provisioning", "/dev/services/orders-api")
    held.provisioning.wait("dev", "orders-api")

    assert held.provisioning.run("dev", "orders-api").lines == ({"text": "dev orders-api"},)
    assert held.provisioning.run("local", "orders-api") is None
    held.close()


def test_who_provisions_stands_in_the_audit_trail(post, running):
    post(f"{PAGE}/provisioning", f"{PAGE}/settings", why="Its queue is gone")

    [act] = running.gateways.audit.newest("orders-api", 1)

    assert (act.entry.action, act.entry.who, act.entry.why) == ("provision", "Sato Yui", "Its queue is gone")


def exists_in_dev(catalog):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.write_text(path.read_text().replace("{ local: {} }", "{ local: {}, dev: {} }"))
    catalog.update_lock()
