"""The API: the same operations as the pages, for programs."""

import json
from dataclasses import replace

import pytest

from service_catalog.records.portal import TokenScope
from tests.fake_aws.service import refused
from tests.portal.api_client import ApiClient, token
from tests.portal.people import OTHER, PLATFORM, Chosen


def test_the_list_asks_aws_nothing_and_is_answered_with_304_until_something_changed(app, api, local):
    first = api.get("")
    held = app.extensions["slipway"]
    held.bearers.close()
    local.aws.asked.clear()
    again = api.get("", If_None_Match=first.headers["ETag"])

    [listed] = first.json["services"]
    assert (listed["name"], listed["state"]["key"], listed["image"]) == ("orders-api", "healthy", "2.13.4")
    assert first.json["next"] is None
    assert (again.status_code, local.aws.asked) == (304, [])


def test_one_service_says_what_is_live(api):
    told = api.get("/orders-api").json

    assert (told["live"]["number"], told["live"]["env"], told["env_files"]) == (1, {"app": 1}, ["app"])
    assert told["live"]["outcome"]["status"] == "succeeded"


def test_an_env_file_is_saved_on_what_was_read_and_another_save_in_between_is_told(api):
    read = api.get("/orders-api/env/app").json
    saved = api.post("/orders-api/env/app", {"text": read["text"] + "NEW=1\n", "base": read["version"]})
    late = api.post("/orders-api/env/app", {"text": "OTHER=1\n", "base": read["version"]})

    assert (saved.status_code, saved.json["version"], saved.json["author"]) == (201, 2, "Sato Yui")
    assert (late.status_code, late.json["code"], late.json["changed"]) == (409, "env-file-changed", False)
    changes = api.get("/orders-api/env/app/diff?old=1&new=2").json["changes"]
    assert changes == [{"key": "NEW", "kind": "added", "old": None, "new": "1"}]


def test_a_release_is_reviewed_started_and_followed(api, local):
    review = api.post("/orders-api/releases/review", {"image": "2.14.0"}).json
    made = api.post("/orders-api/releases", {"image": "2.14.0", "review": review["review"], "why": "faster"})

    assert (review["kind"], review["wanted"]["image"].endswith(":2.14.0")) == ("deploy", True)
    assert (made.status_code, made.json["number"], made.json["who"], made.json["outcome"]) == (201, 2, "Sato Yui", None)
    assert api.get("/orders-api/releases/2").json["state"]["key"] == "rolling-out"
    second = api.post("/orders-api/releases", {"image": "2.13.3"})
    assert (second.status_code, second.json["code"]) == (409, "release-refused")


def test_what_was_reviewed_and_is_no_longer_so_starts_nothing(api):
    refused = api.post("/orders-api/releases", {"image": "2.14.0", "review": "another"})

    assert (refused.status_code, refused.json["code"]) == (409, "review-outdated")
    assert [it["number"] for it in api.get("/orders-api/releases").json["releases"]] == [1]


def test_the_trail_says_that_it_came_by_the_api_and_by_which_token(app, api):
    api.post("/orders-api/env/app", {"text": "NEW=1\n", "base": 1})

    [act] = api.get("/orders-api/audit?limit=1").json["acts"]
    assert (act["action"], act["through"], act["token"]) == ("save-env", "api", api.text.split("_")[1])


@pytest.mark.parametrize("key", ["", "two words", "clé", "k" * 201])
def test_a_key_that_the_description_does_not_allow_is_refused(api, key):
    answer = api.post("/orders-api/env/app", {"text": "A=1\n", "base": 0}, Idempotency_Key=key)

    assert (answer.status_code, answer.json["changed"]) == (422, False)


def test_a_write_that_is_sent_again_under_its_key_is_done_once(api):
    body = {"text": "NEW=1\n", "base": 1}
    first = api.post("/orders-api/env/app", body, Idempotency_Key="deploy-7")
    again = api.post("/orders-api/env/app", body, Idempotency_Key="deploy-7")
    other = api.post("/orders-api/env/app", {**body, "base": 2}, Idempotency_Key="deploy-7")

    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json["code"]) == (422, "idempotency-key-used")


def test_nobody_is_told_to_send_again_what_may_have_been_done(api, local):
    local.aws.fates["ecs.register_task_definition"] = "lost"
    away = api.post("/orders-api/releases", {"image": "2.14.0"}, Idempotency_Key="deploy-8")
    local.aws.fates.clear()
    again = api.post("/orders-api/releases", {"image": "2.14.0"}, Idempotency_Key="deploy-8")

    assert (away.status_code, away.json["changed"]) == (503, None)
    assert (again.status_code, again.json["code"]) == (409, "idempotency-key-open")


def test_what_was_not_done_for_want_of_aws_may_be_sent_again_under_its_key(api, local):
    local.aws.refusals["ecs.register_task_definition"] = refused("ThrottlingException")
    away = api.post("/orders-api/releases", {"image": "2.14.0"}, Idempotency_Key="deploy-9")
    local.aws.refusals.clear()
    again = api.post("/orders-api/releases", {"image": "2.14.0"}, Idempotency_Key="deploy-9")

    assert (away.status_code, away.json["code"], away.json["changed"]) == (503, "throttled", False)
    assert away.headers["Retry-After"] == "60"
    assert (again.status_code, again.json["number"]) == (201, 2)


def test_every_error_is_a_problem_in_the_language_of_whoever_asks(api):
    told = api.get("/nothing-like-it", Accept_Language="ja")

    assert (told.status_code, told.mimetype) == (404, "application/problem+json")
    assert (told.json["code"], told.headers["Content-Language"]) == ("no-such-service", "ja")
    assert api.get("/api/v1/nothing").json["code"] == "not-found"
    assert api.open("DELETE", "/orders-api").json["code"] == "method-not-allowed"
    assert api.post("/orders-api/releases", {"imago": "x"}).json["problems"] == [
        {"where": "imago", "what": "there is no such member"}
    ]
    assert api.open("POST", "/orders-api/releases", data="{").json["code"] == "not-json"


def test_nobody_without_a_token_gets_in_whatever_their_cookie_says(app, running, client):
    told = client.get("/api/v1/environments")

    assert (told.status_code, told.json["code"]) == (401, "bad-token")
    assert told.headers["WWW-Authenticate"].startswith("Bearer")
    assert ApiClient(app, token(app)[:-1] + "x").get("").status_code == 401


def test_the_document_is_made_of_the_operations(client, app):
    document = json.loads(client.get("/api/v1/openapi.json").text)

    assert document["openapi"] == "3.1.0"
    addresses = {str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1/")}
    assert len(document["paths"]) == len(addresses) - 2  # the document, and the page about it
    assert client.get("/api/v1/docs").status_code == 200


def test_the_page_of_tokens_makes_one_that_is_shown_once_and_may_be_revoked(app, client, post, running):
    made = post("/tokens", "/tokens", name="CI of orders", action=["release"], days="30")
    text = made.text.partition('<p class="mono all">')[2].partition("<")[0]
    api = ApiClient(app, text)

    assert api.get("/orders-api").status_code == 200
    assert api.get("/orders-api/env/app").status_code == 403
    assert text not in client.get("/tokens").text
    post(f"/tokens/{text.split('_')[1]}/revoke", "/tokens")
    assert "This token was revoked" in api.get("/orders-api").text


def test_the_platform_team_revokes_anybodys_token_and_nobody_elses_team_does(app, post, running):
    app.extensions["slipway"].who = who = Chosen(OTHER)
    text = token(app)
    id, api = text.split("_")[1], ApiClient(app, text)

    assert post(f"/tokens/{id}/revoke", "/tokens").status_code == 404
    assert api.get("/orders-api").status_code == 200
    who.now = PLATFORM
    assert post(f"/tokens/{id}/revoke", "/tokens").status_code == 303

    assert "This token was revoked by Abe Rin" in api.get("/orders-api").text
    acts = [it.entry for it in running.gateways.audit.newest("_portal", 5)]
    assert [(it.who, it.about["of"]) for it in acts if it.action == "revoke-token"] == [("Abe Rin", "Sato Yui")]


def test_keys_of_a_sensitive_file_are_set_by_who_never_sees_its_values(app, api, running, catalog):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text() + "sensitive_env_files: [app]\n")

    saved = api.post("/orders-api/env/app/keys", {"set": {"LOG_LEVEL": "debug"}, "unset": ["DB_POOL_SIZE"]})

    assert (saved.status_code, saved.json["version"]) == (201, 2)
    assert running.gateways.env_files.read("orders-api", "app", 2).text == "LOG_LEVEL=debug\n"
    assert api.get("/orders-api/env/app").json["code"] == "invalid"
    values = {it["new"] for it in api.get("/orders-api/env/app/diff?old=1&new=2").json["changes"]}
    assert "debug" not in values


def test_no_token_is_a_way_past_the_second_person(api, catalog):
    where = catalog.directory / "environments" / "local.yaml"
    where.write_text(where.read_text() + "protection: four-eyes\n")

    refused = api.post("/orders-api/releases", {"image": "2.14.0"})

    assert (refused.status_code, refused.json["code"]) == (403, "not-allowed")
    assert "need a second person" in refused.json["detail"]


def test_a_program_that_is_denied_on_and_on_fills_no_trail(app, running):
    app.extensions["slipway"].settings = replace(app.extensions["slipway"].settings, strangers_a_minute=2)
    api = ApiClient(app, token(app, scope=TokenScope(actions=("read",))))

    codes = [api.get("/orders-api/env/app").get_json()["code"] for _ in range(3)]

    assert codes == ["not-allowed", "not-allowed", "too-often"]
    assert [it.entry.action for it in running.gateways.audit.newest("orders-api", 9)].count("read-env") == 2


def test_who_writes_too_often_is_told_when_to_come_again(app, running):
    app.extensions["slipway"].settings = replace(app.extensions["slipway"].settings, writes_a_minute=1)
    api = ApiClient(app, token(app))
    api.post("/orders-api/env/app", {"text": "A=1\n", "base": 1})
    late = api.post("/orders-api/env/app", {"text": "A=2\n", "base": 2})

    assert (late.status_code, late.get_json()["code"], late.get_json()["changed"]) == (429, "too-often", False)
    assert (late.headers["RateLimit-Remaining"], int(late.headers["Retry-After"]) > 0) == ("0", True)
    assert running.gateways.env_files.numbers("orders-api", "app") == [1, 2]


def test_a_token_that_has_expired_or_is_for_another_service_lets_nobody_in(app, running):
    expired = ApiClient(app, token(app, days=0))
    other = ApiClient(app, token(app, scope=TokenScope(services=("payments",))))

    assert expired.get("/orders-api").status_code == 401
    assert other.get("/orders-api").get_json()["code"] == "not-allowed"
    assert other.get("").get_json()["services"] == []


@pytest.mark.parametrize("name", ["since", "until", "after"])
def test_a_time_before_there_were_logs_is_refused(api, running, printing, name):
    told = api.get(f"/orders-api/logs?{name}=0001-01-01T00:00:00Z")

    assert (told.status_code, told.json["problems"][0]["where"]) == (422, name)


def test_nobody_guesses_values_of_a_sensitive_file_that_they_may_not_save(app, api, running, catalog):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text() + "sensitive_env_files: [app]\n")
    guess = {"text": "LOG_LEVEL=info\nDB_POOL_SIZE=10\n", "base": 1}

    theirs = ApiClient(app, token(app, OTHER)).post("/orders-api/env/app/check", guess)

    assert (theirs.status_code, theirs.get_json()["code"]) == (403, "not-allowed")
    assert api.post("/orders-api/env/app/check", guess).json["changes"] == []


def test_a_key_that_the_catalog_has_as_a_secret_waits_for_it_by_the_api_too(api, running, catalog):
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(f"{entry.read_text()}secrets: {{ DB_POOL_SIZE: {{ ssm: /local/orders-api/size }} }}\n")

    answer = api.post("/orders-api/env/app/keys", {"unset": ["DB_POOL_SIZE"]})

    assert answer.status_code == 201
    newest = running.connect().env_files.newest("orders-api", "app")
    assert newest.moved == ("DB_POOL_SIZE",)
