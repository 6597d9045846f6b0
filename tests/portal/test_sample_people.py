"""The people of the demo: who one is is a choice in the header, and they change the local cloud alone."""

from dataclasses import replace

import pytest

from portal.settings import BadSettings, NotLoopback, Settings
from tests.portal.reading import plain


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


def test_who_is_no_sample_person_is_nobody(client):
    assert be(client, "evil").status_code == 404


def test_sample_people_change_the_local_cloud_alone(app, client, running):
    app.config["WTF_CSRF_ENABLED"] = False

    answer = client.post("/dev/services/new", data={"do": "register"})

    assert answer.status_code == 403
    assert "Sample people change the local cloud only." in plain(answer.text)


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
