"""Who may do what: everyone who is signed in reads, the owner's team changes, the platform team does everything."""

import pytest

from portal.auth.rights import READS as READING
from portal.auth.rights import WHO_MAY
from portal.text.audit import ACTIONS
from runtime.bucket.audit import Act
from tests.portal import api_client
from tests.portal.people import ALONE, OTHER, OWNER, PLATFORM, Chosen
from tests.portal.reading import plain

READS = {"GET", "HEAD", "OPTIONS"}
SIGN_IN = ("begin", "complete", "choose", "leave", "leave_everywhere", "left")
OPEN = {
    *("static", "health.show", "health.ready", "prometheus.show"),
    *("api.openapi", "api.docs", "api.exchange_token", "api.exchange_login"),
    *(f"sign_in.{it}" for it in SIGN_IN),
}
ADDRESS = {
    "environment": "local",
    "service": "orders-api",
    "file": "app",
    "number": 1,
    "run": "20261120T053208Z-1f2e3d4c",
    "task": "7fa2c1d0b4e94f0c8a51d3e6f7b80912",
    "id": "1f2e3d4c5b6a",
    "code": "en",
    "part": "pending",
    "form": "csv",
    "asked": "1f2e3d4c",
    "filename": "portal.css",
    "version": "earlier",
}


@pytest.fixture
def who(app):
    app.config["WTF_CSRF_ENABLED"] = False  # what is asked here is who may, not whether the form is their own
    chosen = Chosen()
    app.extensions["slipway"].who = chosen
    return chosen


def routes(app):
    """Method, address and endpoint of each."""
    for rule in app.url_map.iter_rules():
        address = app.url_map.bind("localhost").build(rule.endpoint, {name: ADDRESS[name] for name in rule.arguments})
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, address, rule.endpoint


def statuses(app, client, wanted):
    return {
        (method, endpoint): status(app, client, method, address)
        for method, address, endpoint in routes(app)
        if wanted(method, endpoint)
    }


def status(app, client, method, address):
    """The API is asked with a token of whoever asks, and by no cookie."""
    now = app.extensions["slipway"].who.now
    bearer = f"Bearer {api_client.token(app, now)}" if now and address.startswith("/api/") else ""
    with client.open(address, method=method, headers={"Authorization": bearer} if bearer else {}) as answer:
        return answer.status_code


def test_every_write_says_what_it_needs(app):
    """Of the API, what only reads too: a token is for some of it."""
    writes = [
        endpoint
        for method, address, endpoint in routes(app)
        if (method not in READS or address.startswith("/api/")) and endpoint not in OPEN
    ]

    assert writes
    assert {endpoint: getattr(app.view_functions[endpoint], "needs", None) in WHO_MAY for endpoint in writes} == (
        dict.fromkeys(writes, True)
    )


def test_nobody_who_is_not_signed_in_gets_any_page(app, client, running, who):
    who.now = None
    found = statuses(app, client, lambda _method, endpoint: endpoint not in OPEN)

    assert {key: status for key, status in found.items() if status != 401} == {}


def test_everyone_who_is_signed_in_reads_every_page(app, client, running, who):
    who.now = ALONE
    found = statuses(app, client, lambda method, _endpoint: method in READS)

    assert {key: status for key, status in found.items() if status in (401, 403)} == {}


@pytest.mark.parametrize("person", [OTHER, ALONE], ids=["another team", "no team"])
def test_who_does_not_own_a_service_changes_nothing_of_it(app, client, running, who, person):
    who.now = person
    found = statuses(app, client, lambda method, endpoint: changes(app, method, endpoint))

    assert found
    assert {key: status for key, status in found.items() if status != 403} == {}


@pytest.mark.parametrize("person", [OWNER, PLATFORM], ids=["its team", "platform"])
def test_who_owns_a_service_and_the_platform_team_may_change_it(app, client, running, who, person):
    who.now = person
    found = statuses(app, client, lambda method, endpoint: changes(app, method, endpoint))

    assert {key: status for key, status in found.items() if status in (401, 403)} == {}


def changes(app, method, endpoint):
    """Something of a service: a review is asked for with a body, and changes nothing."""
    is_review = getattr(app.view_functions[endpoint], "needs", None) in READING
    return method not in READS and "service" in rule(app, endpoint) and not is_review


def rule(app, endpoint):
    return next(it for it in app.url_map.iter_rules() if it.endpoint == endpoint).arguments


def test_a_write_that_says_nothing_is_denied_to_everybody(app, client, who):
    app.add_url_rule("/forgotten", "forgotten", lambda: "done", methods=["POST"])
    who.now = PLATFORM

    assert client.post("/forgotten").status_code == 403


def test_a_denial_says_why_and_whom_to_ask_and_stands_in_the_audit_trail(client, running, who):
    who.now = OTHER

    page = plain(client.post("/local/services/orders-api/releases", data={"image": "2.14.0"}).text)

    assert (
        "Nothing was changed. “Release” is for team-commerce and the platform team: ask one of them. "
        "You are in team-search." in page
    )
    [denied] = [act for act in running.gateways.audit.newest("orders-api", 1) if isinstance(act, Act)]
    assert denied.outcome
    assert (denied.entry.action, denied.entry.who, denied.outcome.status) == ("release", "Ito Haruka", "denied")
    assert denied.entry.about == {"teams": ["team-search"]}


def test_a_button_that_may_not_be_pressed_is_there_and_says_why(client, running, who):
    who.now = OTHER
    page = client.get("/local/services/orders-api/env/app").text

    assert "data-save disabled>" in page
    assert "“Save an env file” is for team-commerce and the platform team: ask one of them." in plain(page)


def test_who_may_not_save_an_env_file_reads_both_views_and_sends_nothing(client, running, who):
    who.now = OTHER
    for view in ("text", "table"):
        page = client.get(f"/local/services/orders-api/env/app?view={view}").text
        assert "readonly" in page
        assert "data-typed" not in page

    assert 'href="/local/services/orders-api/env/app?view=text"' in page


def test_every_action_has_its_words():
    assert set(WHO_MAY) <= set(ACTIONS)
