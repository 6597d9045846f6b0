"""Sign-in at a real identity provider, as a browser goes through it: portal, provider, and back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.base_client import MismatchingStateError, OAuthError
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError
from oidc_provider_mock import User, run_server_in_thread

from portal.auth import Person
from portal.auth.claims import TeamsClaim
from portal.auth.oidc import failure
from portal.auth.settings import OidcClient
from portal.pages.sign_in import failed
from tests.portal.api_client import ApiClient, token
from tests.portal.reading import plain

PAGE = "/local/services"
SATO = User(sub="sato-1", claims={"name": "Sato Yui", "groups": ["team-commerce"]})
ABE = User(sub="abe-1", claims={"name": "Abe Rin", "groups": ["/platform", "/team-web"]})


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread(require_nonce=True, user_claims=[SATO, ABE]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def settings(settings, provider):
    return replace(settings, sign_in=OidcClient(provider, "slipway", "not-known-to-browsers"))


def to_provider(client, page=PAGE):
    """The address at the provider to which a page leads whoever is not signed in."""
    led = client.get(page, headers={"Sec-Fetch-Dest": "document"})
    assert (led.status_code, urlsplit(led.location).path) == (303, "/sign-in")
    return client.get(led.location).location


def consent(address, who="sato-1"):
    """Where the provider sends the browser once somebody signed in there. This provider remembers nobody, so one that
    does is told by asking it openly."""
    address = address.replace("&prompt=none", "")
    answer = requests.post(address, data={"sub": who}, allow_redirects=False, timeout=5)
    return answer.headers["Location"].removeprefix("http://localhost")


def sign_in(client, who="sato-1", page=PAGE):
    return client.get(consent(to_provider(client, page), who))


def pressed(client, address, page="/you", **fields):
    csrf = client.get(page).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(address, data={"csrf_token": csrf, **fields})


def test_a_page_leads_to_the_provider_and_back_to_itself(client, running):
    back = sign_in(client, page="/local/services/orders-api?x=1")

    assert (back.status_code, back.location) == (303, "/local/services/orders-api?x=1")
    assert "Sato Yui" in client.get(PAGE).text


def test_the_provider_is_asked_with_pkce_state_and_nonce(client):
    asked = parse_qs(urlsplit(to_provider(client)).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert {"code_challenge", "state", "nonce"} <= asked.keys()
    assert asked["redirect_uri"] == ["http://localhost/sign-in/callback"]


def test_teams_come_from_the_claim(client, app, running):
    sign_in(client, "abe-1")
    with client:
        client.get("/you")
        person = app.extensions["slipway"].who.person()

    assert (person.teams, person.is_platform) == ({"platform", "team-web"}, True)


def test_an_answer_to_another_browser_or_one_that_was_used_signs_nobody_in(app, client, running):
    answer = consent(to_provider(client))
    other = app.test_client()

    assert other.get(answer).status_code == 400
    assert client.get(answer).status_code == 303
    assert client.get(answer).status_code == 400
    assert other.get(PAGE).status_code == 303


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OAuthError("access_denied", "Not today"), "The identity provider said: Not today"),
        (MismatchingStateError(), "it belongs to another sign-in, or to one that is over. Begin anew."),
        (ExpiredTokenError("exp"), "it is of another time. The clocks of portal and provider differ by minutes"),
        (InvalidClaimError("iat"), "it is of another time."),
        (InvalidClaimError("aud"), "it is for another client, or of another provider."),
        (InvalidClaimError("nonce"), "it is not the answer to this question: nonce differs."),
        (BadSignatureError(), "it is not signed as it should be."),
    ],
    ids=lambda it: type(it).__name__ if isinstance(it, Exception) else "",
)
def test_a_failed_sign_in_says_what_the_provider_said_and_else_why_it_is_not_believed(app, error, told):
    with app.test_request_context():
        page = app.make_response(failed(failure(error))).get_data(as_text=True)

    quoted = isinstance(error, OAuthError) and not isinstance(error, MismatchingStateError)
    assert told in plain(page)
    assert ("The answer of the identity provider is not believed:" in plain(page)) == (not quoted)


def test_a_provider_that_says_nothing_of_teams_is_told_to_whoever_runs_the_portal(client, running, provider, caplog):
    told(provider, "mori-2", name="Mori Ken")

    sign_in(client, "mori-2")

    assert "says nothing of teams claim=groups scope=openid profile email" in caplog.text


def test_a_refused_sign_in_says_so_and_stands_in_the_audit_trail(client, running):
    address = to_provider(client)
    state = parse_qs(urlsplit(address).query)["state"][0]

    page = client.get(f"/sign-in/callback?error=access_denied&error_description=Not+today&state={state}")

    assert page.status_code == 400
    assert "The sign-in did not come through The identity provider said: Not today" in plain(page.text)
    [act] = running.gateways.audit.newest("_portal", 1)
    assert (act.entry.action, act.outcome.status) == ("sign-in", "refused")


def test_a_sign_in_begins_a_session_of_its_own_and_is_audited(client, running):
    client.get("/sign-in")
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    sign_in(client)

    with client.session_transaction() as after:
        assert "planted" not in after
    [act] = running.gateways.audit.newest("_portal", 1)
    assert (act.entry.action, act.entry.who, act.outcome.status) == ("sign-in", "Sato Yui", "done")
    assert act.entry.origin.model_dump(include={"through", "address"}) == {"through": "portal", "address": "127.0.0.1"}


def test_whoever_signs_in_without_being_asked_is_audited_too(client, running):
    client.get(consent(client.get("/sign-in?silent=").location))

    [act] = running.gateways.audit.newest("_portal", 5)
    assert (act.entry.action, act.entry.who) == ("sign-in", "Sato Yui")


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "/sign-out"]
)
def test_a_sign_in_leads_nowhere_but_to_pages_of_the_portal(client, running, back):
    answer = client.get(consent(client.get("/sign-in", query_string={"back": back}).location))

    assert answer.location == "/"


def test_a_session_ends_when_nobody_uses_it_and_pages_that_refresh_themselves_do_not(client, aws, running):
    sign_in(client)
    for _minute in range(25):
        aws.passes(minutes=1)
        assert client.get(PAGE, headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
    aws.passes(minutes=6)

    assert client.get(PAGE, headers={"Sec-Fetch-Dest": "empty"}).status_code == 401


def test_a_session_ends_after_twelve_hours_however_it_is_used(client, aws, running):
    sign_in(client)
    for _time in range(60):
        aws.passes(minutes=12)
        client.get("/healthz")
        last = client.get("/you", headers={"Sec-Fetch-Dest": "document"})
        if last.status_code == 303 and "silent" in last.location:
            client.get(consent(client.get(last.location).location))
    aws.passes(minutes=12)

    assert client.get("/you", headers={"Sec-Fetch-Dest": "empty"}).status_code == 401


def test_whoever_reads_on_is_asked_for_again_without_being_asked(client, app, aws, running, provider):
    sign_in(client)
    aws.passes(minutes=16)

    led = client.get(PAGE, headers={"Sec-Fetch-Dest": "document"})
    address = client.get(led.location).location

    assert parse_qs(urlsplit(address).query)["prompt"] == ["none"]
    assert client.get(consent(address)).location == PAGE
    assert client.get(PAGE, headers={"Sec-Fetch-Dest": "document"}).status_code == 200


def test_nobody_writes_on_for_hours_by_teams_of_long_ago(client, aws, running):
    sign_in(client)
    token = client.get("/tokens").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"data": {"csrf_token": token, "name": "x"}, "headers": {"Sec-Fetch-Dest": "empty"}}
    answers = []
    for _time in range(4):
        answers.append(client.post("/tokens", **sent).status_code)
        aws.passes(minutes=16)
        client.post("/you", headers={"Sec-Fetch-Dest": "document"})  # somebody uses the session

    assert answers == [422, 422, 422, 401]


def test_a_provider_that_must_ask_is_asked_openly(client, aws, running):
    sign_in(client)
    aws.passes(minutes=16)
    led = client.get(PAGE, headers={"Sec-Fetch-Dest": "document"})
    state = parse_qs(urlsplit(client.get(led.location).location).query)["state"][0]

    again = client.get(f"/sign-in/callback?error=login_required&state={state}")

    assert (again.status_code, urlsplit(again.location).path) == (303, "/sign-in")
    assert "silent" not in again.location


def test_what_was_typed_when_the_session_ended_is_on_the_page(client, aws, running):
    sign_in(client)
    page = client.get("/local/services/orders-api/env/app").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    aws.passes(minutes=31)

    answer = client.post(
        "/local/services/orders-api/env/app", data={"csrf_token": token, "text": "A=<typed>\nB=2\n", "do": "save"}
    )

    assert answer.status_code == 401
    assert "A=&lt;typed&gt;" in answer.text
    assert "Your session has ended. Nothing was changed, and nothing that you typed is lost" in plain(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"


def test_sign_out_ends_the_session_and_leads_on_to_the_provider(client, running, provider):
    sign_in(client)

    left = client.get(pressed(client, "/sign-out").location)

    assert f'href="{provider}/oauth2/end_session?client_id=slipway&amp;post_logout_redirect_uri=' in left.text
    assert client.get(PAGE, headers={"Sec-Fetch-Dest": "empty"}).status_code == 401


def test_sign_out_everywhere_ends_every_session_of_that_person_alone(app, client, aws, running):
    elsewhere, other = app.test_client(), app.test_client()
    sign_in(client)
    sign_in(elsewhere)
    sign_in(other, "abe-1")

    pressed(client, "/sign-out/everywhere")
    statuses = [it.get(PAGE, headers={"Sec-Fetch-Dest": "empty"}).status_code for it in (client, elsewhere, other)]
    aws.passes(seconds=1)
    sign_in(elsewhere)

    assert statuses == [401, 401, 200]
    assert elsewhere.get(PAGE).status_code == 200


def test_a_team_that_somebody_left_is_not_theirs_by_a_token_either(client, app, aws, running, provider):
    told(provider, "mori-1", groups=["team-commerce"])
    sign_in(client, "mori-1")
    api = ApiClient(app, token(app, Person("Mori Ken", "mori-1", frozenset({"team-commerce"}))))
    before = api.post("/orders-api/env/app", {"text": "A=1\n", "base": 1})

    aws.passes(seconds=1)
    told(provider, "mori-1", groups=["platform-users"])
    sign_in(app.test_client(), "mori-1")
    after = api.post("/orders-api/env/app", {"text": "A=2\n", "base": 2})

    assert before.status_code == 201
    assert (after.status_code, after.get_json()["code"]) == (403, "not-allowed")
    app.extensions["slipway"].people.close()
    assert [it.teams for it in running.connect().people.all().values()] == [("platform-users",)]


def told(provider, sub, **claims):
    """What the provider says of somebody from now on."""
    assert requests.put(f"{provider}/users/{sub}", json=claims, timeout=5).ok


def test_sign_out_everywhere_revokes_ones_own_tokens_unless_one_says_no(client, app, aws, running):
    sato, abe = Person("Sato Yui", "sato-1", frozenset({"team-commerce"})), Person("Abe Rin", "abe-1")
    own, of_team = ApiClient(app, token(app, sato)), ApiClient(app, token(app, sato, team="team-commerce"))
    of_another = ApiClient(app, token(app, abe))

    sign_in(client)
    assert "Revoke the tokens of the API that I made for myself" in plain(client.get("/you").text)
    pressed(client, "/sign-out/everywhere")
    kept = own.get("/orders-api").status_code
    aws.passes(seconds=1)
    sign_in(client)
    pressed(client, "/sign-out/everywhere", tokens="revoke")

    assert kept == 200
    assert [it.get("/orders-api").status_code for it in (own, of_team, of_another)] == [401, 200, 200]
    assert "This token was revoked by Sato Yui" in own.get("/orders-api").text


def test_another_portal_learns_of_a_sign_out_from_the_bucket(client, running):
    running.gateways.sign_outs.add("sato-1", running.aws.now + timedelta(seconds=1))

    sign_in(client)

    assert client.get(PAGE, headers={"Sec-Fetch-Dest": "empty"}).status_code == 401


def test_a_provider_that_is_away_ends_no_session_and_lets_nobody_in(settings, catalog, connect, aws, running):
    from portal import create_app

    with run_server_in_thread(user_claims=[SATO]) as server:
        away = OidcClient(f"http://localhost:{server.server_port}", "slipway", "s")
        app = create_app(replace(settings, sign_in=away), catalog, connect)
        client = app.test_client()
        sign_in(client)
    aws.passes(minutes=16)

    still, new = client.get(PAGE, headers={"Sec-Fetch-Dest": "document"}), app.test_client().get("/sign-in")

    app.extensions["slipway"].close()
    assert still.status_code == 200
    assert new.status_code == 503
    assert "The identity provider does not answer." in plain(new.text)


@pytest.mark.parametrize(
    ("claim", "claims", "teams"),
    [
        ("groups", {"groups": ["a", "/b"]}, {"a", "b"}),
        ("groups", {"groups": "a b"}, {"a", "b"}),
        ("realm_access.roles", {"realm_access": {"roles": ["a"]}}, {"a"}),
        ("https://slipway.example/teams", {"https://slipway.example/teams": ["a"]}, {"a"}),
        ("groups", {}, set()),
        ("groups", {"groups": {"a": 1}}, set()),
    ],
)
def test_a_claim_may_be_written_as_providers_do(claim, claims, teams):
    assert TeamsClaim(claim).person({"sub": "s", **claims}).teams == teams
