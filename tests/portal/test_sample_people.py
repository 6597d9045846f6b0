"""The people of the demo: who one is is a choice in the header, and they change the local cloud alone."""

import html
from dataclasses import replace

import pytest

from portal import create_app
from portal.auth.sample_people import PEOPLE
from portal.settings import BadSettings, NotLoopback, Settings
from runtime.bucket.audit import Act
from service_catalog.records.audit import PORTAL
from tests.portal.api_client import ApiClient, token
from tests.portal.conftest import ORDERS, Poster
from tests.portal.reading import plain
from tests.portal.registration.stock import STOCK
from tests.portal.test_settings import sent

SETTINGS = "/local/services/orders-api/settings"


@pytest.fixture
def settings(settings):
    return replace(settings, sign_in="sample")


def be(client, person, back="/local/services"):
    return client.post("/sign-in/as", data={"person": person, "back": back}, headers={"Sec-Fetch-Site": "same-origin"})


def test_a_newcomer_is_of_the_platform_team_and_may_do_everything(client, running):
    page = client.get("/local/services/orders-api/env/app").text

    assert "Abe Rin Platform team: may do everything" in plain(page)
    assert "data-save disabled" not in page


def test_whoever_one_becomes_has_that_person_s_rights(client, running):
    assert (
        be(client, "ito-haruka", "/local/services/orders-api/env/app").location == "/local/services/orders-api/env/app"
    )

    page = client.get("/local/services/orders-api/env/app").text

    assert "“Save an env file” is for team-commerce and the platform team" in plain(page)
    assert "You are in team-payments, team-web." in plain(page)


def test_nobody_becomes_somebody_by_a_page_of_another_site(client, running):
    answer = client.post("/sign-in/as", data={"person": "ito-haruka"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_who_never_signed_in_signs_out_of_nothing(app, client, running):
    app.config["WTF_CSRF_ENABLED"] = False
    kept = token(app, PEOPLE[0])

    answers = client.post("/sign-out"), client.post("/sign-out/everywhere", data={"tokens": "1"})

    assert [it.status_code for it in answers] == [404, 404]
    assert ApiClient(app, kept).get("/api/v1/whoami").status_code == 200
    assert {act.entry.action for act in running.gateways.audit.newest(PORTAL, 5)} <= {"make-token"}


def test_who_is_no_sample_person_is_nobody(client):
    assert be(client, "evil").status_code == 404


def test_sample_people_change_the_local_cloud_alone(app, client, running):
    app.config["WTF_CSRF_ENABLED"] = False

    answer = client.post("/dev/services/new", data={"do": "register"})

    assert answer.status_code == 403
    assert "Sample people change the local cloud only." in plain(answer.text)


@pytest.fixture
def shared(catalog, running):
    """orders-api exists in dev too, where the tasks are others."""
    text = ORDERS.replace("{ local: {} }", "\n  local: {}\n  dev: { tasks: { min: 1, max: 2 } }")
    catalog.replace("orders-api", text, ORDERS)
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("min: 1, max: 2", "min: 1, max: 3"),
        ("port: 8080", "port: 9090"),
        ("\n  dev: { tasks: { min: 1, max: 2 } }", ""),
    ],
    ids=["its part for dev", "what dev shares", "that it is in dev"],
)
def test_no_entry_changes_what_dev_has_through_the_local_cloud(post, running, catalog, shared, before, after):
    changed = shared.replace(before, after)

    refused = post(SETTINGS, SETTINGS, **sent(changed, shared), do="save")

    assert refused.status_code == 422
    assert "This would change orders-api in dev. Sample people change the local cloud only." in plain(refused.text)
    assert html.escape(changed) in refused.text
    assert catalog.entry_text("orders-api") == shared
    [denied] = [act for act in running.gateways.audit.newest("orders-api", 1) if isinstance(act, Act)]
    assert (denied.entry.action, denied.entry.about["environments"]) == ("edit-entry", ["dev"])


def test_in_the_demos_own_catalog_a_shared_entry_is_theirs(settings, catalog, connect, shared):
    app = create_app(replace(settings, catalog_is_a_copy=True), catalog, connect)
    changed = shared.replace("port: 8080", "port: 9090")

    assert Poster(app.test_client())(SETTINGS, SETTINGS, **sent(changed, shared), do="save").status_code == 303
    assert catalog.entry_text("orders-api") == changed


def test_a_shared_entry_changes_what_the_local_cloud_has(post, catalog, shared):
    changed = shared.replace("local: {}", "local: { tasks: { min: 3 } }")

    assert post(SETTINGS, SETTINGS, **sent(changed, shared), do="save").status_code == 303
    assert catalog.entry_text("orders-api") == changed


def test_nothing_is_registered_in_or_retired_from_dev_through_the_local_cloud(post, catalog, shared):
    new, retire = "/local/services/new", f"{SETTINGS}/retire"
    stock = STOCK | {"environments": ["local", "dev"]}

    registered = post(new, new, **stock, do="register")
    retired = post(retire, retire, name="orders-api", base=shared, scope="everywhere", why="Over")

    assert (registered.status_code, retired.status_code) == (422, 403)
    assert "Sample people change the local cloud only." in plain(registered.text)
    assert 'name="why" value="Over"' in retired.text
    assert catalog.service_names("dev") == ["orders-api"]


@pytest.mark.parametrize("way", ["none", "sample"])
def test_without_a_real_sign_in_only_this_machine_is_served(tmp_path, way):
    with pytest.raises(NotLoopback, match=r"without a sign-in the portal serves this machine only, not 0\.0\.0\.0"):
        Settings(tmp_path, host="0.0.0.0", sign_in=way)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"public_url": ""}, "public_url: missing"),
        ({"public_url": "http://slipway.example.com"}, "public_url: must begin with https://"),
        ({"session_key": ""}, "session_key: missing"),
        ({"session_key": "short"}, "session_key: too short"),
    ],
    ids=str,
)
def test_a_portal_for_others_needs_https_and_a_key(tmp_path, changed, told):
    from portal.auth.settings import OidcClient

    good = {"public_url": "https://slipway.example.com", "session_key": "k" * 64}
    client = OidcClient("https://login.example.com", "slipway", "s")

    with pytest.raises(BadSettings, match=told):
        Settings(tmp_path, host="0.0.0.0", sign_in=client, **(good | changed))


def test_the_session_of_a_portal_for_others_is_a_cookie_of_its_own_host(settings, catalog, connect, running):
    from portal import create_app
    from portal.auth.settings import OidcClient

    client = OidcClient("https://login.example.com", "slipway", "s")
    app = create_app(
        replace(settings, sign_in=client, public_url="https://slipway.example.com", session_key="k" * 64),
        catalog,
        connect,
    )
    with app.test_request_context():
        from flask import session

        session["x"] = 1
        response = app.make_response("")
        app.session_interface.save_session(app, session, response)
    app.extensions["slipway"].close()

    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-slipway=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
