"""Four eyes by the API and by the commands: one asks, another confirms, and no token that is nobody's does either."""

import pytest

from portal.api.operations import OPERATIONS
from portal.auth import Person
from portal.token_form import ACTIONS
from service_catalog.records.portal import TokenScope
from tests.portal.api_client import ApiClient, token
from tests.portal.conftest import LOCAL
from tests.portal.people import OTHER, OWNER

COLLEAGUE = Person("Suzuki Ren", "suzuki", OWNER.teams)
RELEASES = "/orders-api/releases"
ASKED = f"{RELEASES}/asked"


@pytest.fixture
def four_eyes(catalog, running):
    path = catalog.directory / "environments" / "local.yaml"
    path.write_text(f"{LOCAL}protection: four-eyes\n")
    return running


@pytest.fixture
def colleague(app, four_eyes):
    return ApiClient(app, token(app, COLLEAGUE))


def numbers(environment):
    return [release.number for release in environment.connect().releases.history("orders-api").releases]


def test_what_one_asks_for_another_confirms_and_both_stand_in_the_record(api, colleague, four_eyes):
    alone = api.post(RELEASES, {"image": "2.14.0"})
    asked = api.post(ASKED, {"image": "2.14.0", "why": "Split shipping"})
    waiting = colleague.get(ASKED).json["waiting"]
    own = api.post(f"{ASKED}/1/confirm", {})
    confirmed = colleague.post(f"{ASKED}/1/confirm", {"why": "Looks right"})

    assert (alone.status_code, asked.status_code, own.status_code) == (403, 201, 409)
    assert (own.json["code"], own.json["changed"]) == ("too-late", False)
    assert (waiting["number"], waiting["who"], waiting["state"], waiting["kind"]) == (1, "Sato Yui", "open", "deploy")
    assert waiting["page"] == "/local/services/orders-api/releases/asked/1"
    assert (confirmed.status_code, confirmed.json["number"], confirmed.json["who"]) == (201, 2, "Sato Yui")
    release = four_eyes.connect().releases.get("orders-api", 2)
    assert release.confirmation
    assert release.confirmation.who == "Suzuki Ren"
    assert api.get(f"{ASKED}/1").json["release"] == 2
    assert api.get(ASKED).json == {"waiting": None}


def test_it_is_declined_by_another_and_withdrawn_by_whoever_asked(api, colleague, four_eyes):
    api.post(ASKED, {"image": "2.14.0"})
    withdrawn = api.post(f"{ASKED}/1/decline", {"why": "Not yet"})
    api.post(ASKED, {"image": "2.14.0"})
    declined = colleague.post(f"{ASKED}/2/decline", {})
    late = colleague.post(f"{ASKED}/2/confirm", {})

    assert (withdrawn.json["state"], withdrawn.json["answer"]["why"]) == ("withdrawn", "Not yet")
    assert (declined.json["state"], late.status_code) == ("declined", 409)
    assert "declined by Suzuki Ren" in late.json["detail"]
    assert numbers(four_eyes) == [1]


def test_a_token_that_is_nobodys_neither_asks_nor_confirms(app, api, four_eyes):
    api.post(ASKED, {"image": "2.14.0"})
    of_team = ApiClient(app, token(app, OWNER, team="team-commerce"))

    asks, confirms = of_team.post(ASKED, {"image": "2.14.0"}), of_team.post(f"{ASKED}/1/confirm", {})

    assert (asks.status_code, confirms.status_code) == (403, 403)
    assert confirms.json
    assert "this token is nobody’s" in confirms.json["detail"]
    assert numbers(four_eyes) == [1]


def test_a_review_that_is_no_longer_so_is_not_asked_for(api, four_eyes):
    refused = api.post(ASKED, {"image": "2.14.0", "review": "another"})

    assert (refused.status_code, refused.json["code"]) == (409, "review-outdated")
    assert api.get(ASKED).json == {"waiting": None}


def test_another_team_and_a_token_for_something_else_do_neither(app, four_eyes):
    narrow = token(app, COLLEAGUE, TokenScope(actions=("release", "read")))
    for text in (token(app, OTHER), narrow):
        client = ApiClient(app, text)
        assert [client.post(ASKED, {}).status_code, client.post(f"{ASKED}/1/confirm", {}).status_code] == [403, 403]


def test_where_one_releases_alone_nothing_is_asked_for(api, running):
    answer = api.post(ASKED, {"image": "2.14.0"})
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert api.get("/api/v1/environments").json["protection"] == {}


def test_a_token_can_be_made_for_everything_that_the_api_does():
    needed = {it.needs for it in OPERATIONS.values() if it.needs} - {"read"}
    assert needed - set(ACTIONS) == set(), "list it in portal/token_form.py"
