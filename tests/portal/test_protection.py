"""Protected environments: four eyes, or the platform team alone."""

import pytest

from portal.auth import Person
from runtime.bucket.audit import Act
from runtime.second_person import Who
from service_catalog import naming
from service_catalog.model import Compute
from tests.portal.api_client import ApiClient, token
from tests.portal.conftest import LOCAL
from tests.portal.people import OTHER, OWNER, PLATFORM, Chosen
from tests.portal.reading import drawn, plain, row, text_of

PAGE = "/local/services/orders-api"
RELEASES = f"{PAGE}/releases"
REVIEW = f"{RELEASES}/new?image=2.14.0"
COLLEAGUE = Person("Suzuki Ren", "suzuki", OWNER.teams)


@pytest.fixture
def who(app):
    chosen = Chosen()
    app.extensions["slipway"].who = chosen
    return chosen


@pytest.fixture
def protect(catalog):
    def write(protection):
        path = catalog.directory / "environments" / "local.yaml"
        path.write_text(f"{LOCAL}protection: {protection}\n")

    return write


@pytest.fixture
def four_eyes(running, protect):
    protect("four-eyes")
    return running


@pytest.fixture
def ask(post, four_eyes, who):
    """Sato Yui asks for 2.14.0."""

    def ask(why="Split shipping"):
        return post(f"{RELEASES}/asked", REVIEW, image="2.14.0", why=why, **drawn(post.client, REVIEW))

    return ask


def numbers(environment):
    return [release.number for release in environment.connect().releases.history("orders-api").releases]


def test_a_release_is_asked_for_and_starts_nothing(post, four_eyes, who, ask):
    assert "Ask for this release" in plain(text_of(post.client, REVIEW))

    answer = ask()

    assert (answer.status_code, answer.location) == (303, f"{RELEASES}/asked/1")
    assert numbers(four_eyes) == [1]
    told = "Sato Yui asks for 2.14.0 + env v1. “Split shipping” Nothing was started"
    assert told in plain(text_of(post.client, PAGE))
    assert told in plain(text_of(post.client, RELEASES))
    assert "Sato Yui asks for 2.14.0 + env v1" in row(text_of(post.client, "/local/services"), "orders-api")[1]


def test_another_of_the_team_confirms_and_both_stand_in_the_record(post, four_eyes, who, ask):
    ask()
    who.now = COLLEAGUE

    answer = post(f"{RELEASES}/asked/1/confirm", f"{RELEASES}/asked/1", why="Looks right")

    assert (answer.status_code, answer.location) == (303, PAGE)
    release = four_eyes.connect().releases.get("orders-api", 2)
    assert (release.who, release.why, release.image.rpartition(":")[2]) == ("Sato Yui", "Split shipping", "2.14.0")
    assert release.confirmation
    assert (release.confirmation.who, release.confirmation.asked) == ("Suzuki Ren", 1)
    four_eyes.end("orders-api")
    assert "Confirmed by Suzuki Ren, Request 1" in plain(text_of(post.client, f"{RELEASES}/2"))
    assert "asks for" not in plain(text_of(post.client, PAGE))
    assert "Request 1 was confirmed by Suzuki Ren" in plain(text_of(post.client, f"{RELEASES}/asked/1"))
    acts = [act.entry for act in four_eyes.gateways.audit.newest("orders-api", 3) if isinstance(act, Act)]
    assert {(it.action, it.who) for it in acts} == {
        ("ask-release", "Sato Yui"),
        ("confirm-release", "Suzuki Ren"),
        ("release", "Sato Yui"),
    }


def test_whoever_asked_cannot_confirm(post, four_eyes, who, ask):
    ask()
    assert "You asked for it yourself" in plain(text_of(post.client, f"{RELEASES}/asked/1"))
    who.now = Person("Yui S.", OWNER.id, OWNER.teams)  # by another name, which may be changed

    post(f"{RELEASES}/asked/1/confirm", f"{RELEASES}/asked/1")

    assert "whoever asked for it cannot confirm it" in plain(text_of(post.client, f"{RELEASES}/asked/1"))
    assert numbers(four_eyes) == [1]


def test_the_platform_team_needs_a_second_person_too(post, four_eyes, who):
    who.now = PLATFORM

    answer = post(RELEASES, REVIEW, image="2.14.0", **drawn(post.client, REVIEW))

    assert answer.status_code == 403
    assert "Releases in local need a second person" in plain(answer.text)
    assert numbers(four_eyes) == [1]


def test_another_team_neither_asks_nor_confirms(app, post, four_eyes, who, ask):
    ask()
    app.config["WTF_CSRF_ENABLED"] = False
    who.now = OTHER

    statuses = [
        post.client.post(f"{RELEASES}/asked", data={"image": "2.14.0"}).status_code,
        post.client.post(f"{RELEASES}/asked/1/confirm").status_code,
        post.client.post(f"{RELEASES}/asked/1/decline").status_code,
    ]

    assert statuses == [403, 403, 403]
    assert numbers(four_eyes) == [1]


@pytest.mark.parametrize("change", ["another release", "another definition", "another image by the same tag"])
def test_a_request_is_good_for_the_world_that_was_reviewed_only(post, four_eyes, who, ask, orders, change):
    ask()
    if change == "another release":
        four_eyes.release("orders-api", "2.13.3")
    elif change == "another image by the same tag":
        ecr = four_eyes.aws.client("ecr")
        ecr.put_image(repositoryName="orders-api", imageManifest="another", imageTag="2.14.0")
    else:
        four_eyes.provision(orders.model_copy(update={"compute": Compute(cpu=512, memory_mib=1024)}))
    before = numbers(four_eyes)
    who.now = COLLEAGUE

    post(f"{RELEASES}/asked/1/confirm", REVIEW)

    assert numbers(four_eyes) == before
    page = text_of(post.client, f"{RELEASES}/asked/1")
    assert "Request 1 is out of date" in plain(page)
    assert "changed since; ask for it anew" in plain(page)
    assert f"{RELEASES}/new?image=2.14.0" in page


def test_what_was_declined_is_never_released(post, four_eyes, who, ask):
    ask()
    who.now = COLLEAGUE
    post(f"{RELEASES}/asked/1/decline", f"{RELEASES}/asked/1", why="Not on a Friday")

    post(f"{RELEASES}/asked/1/confirm", REVIEW)

    page = plain(text_of(post.client, f"{RELEASES}/asked/1"))
    assert "Request 1 was declined by Suzuki Ren" in page
    assert "“Not on a Friday”" in page
    assert numbers(four_eyes) == [1]
    assert "asks for" not in plain(text_of(post.client, PAGE))


def test_whoever_asked_withdraws_it(post, four_eyes, who, ask):
    ask()

    post(f"{RELEASES}/asked/1/decline", f"{RELEASES}/asked/1")

    assert "Request 1 was withdrawn by Sato Yui" in plain(text_of(post.client, f"{RELEASES}/asked/1"))


def test_a_newer_request_takes_the_place_of_an_older_one(post, four_eyes, who, ask):
    ask()
    ask("Once more")
    who.now = COLLEAGUE

    post(f"{RELEASES}/asked/1/confirm", f"{RELEASES}/asked/2")

    assert "request 1 was replaced by a newer one" in plain(text_of(post.client, f"{RELEASES}/asked/1"))
    assert numbers(four_eyes) == [1]


def test_second_press_confirms_once(post, four_eyes, who, ask):
    ask()
    who.now = COLLEAGUE
    token = post.token(f"{RELEASES}/asked/1")

    for _press in range(2):
        post.client.post(f"{RELEASES}/asked/1/confirm", data={"csrf_token": token})

    assert numbers(four_eyes) == [2, 1]


@pytest.mark.parametrize("protection", ["four-eyes", "platform"])
def test_going_back_stays_open_to_the_team(post, running, who, protect, protection):
    running.release("orders-api", "2.14.0")
    running.begin("orders-api", "2.13.3")
    protect(protection)

    stopped = post(f"{RELEASES}/3/stop", PAGE)
    running.end("orders-api", "rolled-back")
    back = post(RELEASES, f"{RELEASES}/new?to=1", to="1", **drawn(post.client, f"{RELEASES}/new?to=1"))

    assert (stopped.status_code, back.status_code) == (303, 303)
    assert numbers(running) == [4, 3, 2, 1]


def test_what_never_came_through_is_no_way_back(app, post, running, who, protect):
    running.release("orders-api", "2.14.0", ends="rolled-back")
    protect("platform")
    app.config["WTF_CSRF_ENABLED"] = False

    answer = post.client.post(RELEASES, data={"to": "2", **drawn(post.client, f"{RELEASES}/new?to=2")})

    assert answer.status_code == 403


def test_only_the_platform_team_releases_and_runs_where_that_is_said(app, post, running, who, protect):
    protect("platform")
    app.config["WTF_CSRF_ENABLED"] = False
    seen = drawn(post.client, REVIEW)

    page = text_of(post.client, REVIEW)
    answers = [
        post.client.post(RELEASES, data={"image": "2.14.0", **seen}),
        post.client.post(f"{PAGE}/runs", data={}),
    ]

    assert "Only the platform team releases in local: ask them." in plain(page)
    assert [answer.status_code for answer in answers] == [403, 403]
    assert numbers(running) == [1]
    who.now = PLATFORM
    assert post.client.post(RELEASES, data={"image": "2.14.0", **seen}).status_code == 303


def test_where_nothing_is_protected_nobody_asks(post, running, who):
    assert "Ask for this release" not in plain(text_of(post.client, REVIEW))

    answer = post(f"{RELEASES}/asked", REVIEW, image="2.14.0", **drawn(post.client, REVIEW))

    assert answer.status_code == 422
    assert "releases in local need no second person" in plain(answer.text)


def test_what_waits_is_known_once_the_index_is_lost(four_eyes, ask):
    ask()
    bucket = naming.config_bucket("local", four_eyes.environment.account_id)
    four_eyes.aws.client("s3").delete_object(Bucket=bucket, Key=naming.service_index_key("orders-api"))

    waits = four_eyes.connect().service_index.read("orders-api").waits_for_second

    assert waits
    assert (waits.number, waits.who) == (1, "Sato Yui")


RUNS = f"{PAGE}/runs"
TYPED = {"command": "bin/fill\n--all", "environment": "MODE=dry", "copies": "2", "why": "Backfill"}


def test_a_run_is_asked_for_and_another_sees_what_would_run_before_it_starts(post, four_eyes, who):
    assert "Runs in local need a second person" in plain(text_of(post.client, f"{RUNS}/new"))

    asked = post(f"{RUNS}/asked", f"{RUNS}/new", **TYPED)
    started = list(four_eyes.gateways.runs.recent("orders-api"))
    who.now = COLLEAGUE
    seen = plain(text_of(post.client, f"{RUNS}/asked/1"))
    confirmed = post(f"{RUNS}/asked/1/confirm", f"{RUNS}/asked/1", why="Fine")

    assert (asked.status_code, asked.location, started) == (303, f"{RUNS}/asked/1", [])
    assert "Sato Yui asks for a run" in seen
    assert "Copies 2 Command bin/fill --all Environment variables MODE=dry" in seen
    [run] = four_eyes.gateways.runs.recent("orders-api")
    assert (confirmed.status_code, confirmed.location) == (303, f"{RUNS}/{run.id}")
    request = run.request
    assert (request.who, request.confirmed_by, request.command, request.copies) == (
        "Sato Yui",
        "Suzuki Ren",
        ("bin/fill", "--all"),
        2,
    )
    assert "Confirmed by Suzuki Ren, Request 1" in plain(text_of(post.client, f"{RUNS}/{run.id}"))
    acts = [act.entry for act in four_eyes.gateways.audit.newest("orders-api", 3) if isinstance(act, Act)]
    assert {(it.action, it.who) for it in acts} == {
        ("ask-run", "Sato Yui"),
        ("confirm-run", "Suzuki Ren"),
        ("start-run", "Sato Yui"),
    }


def test_what_waits_stands_among_the_runs_until_it_is_answered(post, four_eyes, who):
    post(f"{RUNS}/asked", f"{RUNS}/new", **TYPED)
    waits = plain(text_of(post.client, RUNS))
    post(f"{RUNS}/asked/1/decline", f"{RUNS}/asked/1")

    assert "Sato Yui asks for a run. “Backfill” Nothing was started" in waits
    assert "asks for a run" not in plain(text_of(post.client, RUNS))
    assert "Request 1 was withdrawn by Sato Yui" in plain(text_of(post.client, f"{RUNS}/asked/1"))


def test_nobody_starts_a_run_alone_by_whatever_door(app, post, four_eyes, who):
    post(f"{RUNS}/asked", f"{RUNS}/new", **TYPED)
    app.config["WTF_CSRF_ENABLED"] = False

    post.client.post(f"{RUNS}/asked/1/confirm")
    own = plain(text_of(post.client, f"{RUNS}/asked/1"))
    alone = post.client.post(RUNS, data=TYPED)
    api = ApiClient(app, token(app)).post("/orders-api/runs", {"command": ["bin/fill"]})
    who.now = PLATFORM
    platform = post.client.post(RUNS, data=TYPED)
    who.now = OTHER
    other = post.client.post(f"{RUNS}/asked/1/confirm")

    assert "whoever asked for it cannot confirm it" in own
    assert [it.status_code for it in (alone, api, platform, other)] == [403, 403, 403, 403]
    assert "Runs in local need a second person: ask for it" in api.text
    assert four_eyes.gateways.runs.recent("orders-api") == []


def test_a_run_is_confirmed_for_the_release_that_was_live_only(post, four_eyes, who):
    post(f"{RUNS}/asked", f"{RUNS}/new", **TYPED)
    four_eyes.release("orders-api", "2.14.0")
    who.now = COLLEAGUE

    post(f"{RUNS}/asked/1/confirm", f"{RUNS}/new")

    assert "Request 1 is out of date" in plain(text_of(post.client, f"{RUNS}/asked/1"))
    assert four_eyes.gateways.runs.recent("orders-api") == []


def test_a_run_that_was_confirmed_twice_is_one(post, four_eyes, who):
    post(f"{RUNS}/asked", f"{RUNS}/new", **TYPED)
    who.now = COLLEAGUE

    ids = [four_eyes.gateways.asking_runs.confirm("orders-api", 1, who=Who("Suzuki Ren", "suzuki")) for _ in range(2)]

    assert ids == [four_eyes.gateways.runs.recent("orders-api")[0].id] * 2


@pytest.mark.parametrize("protection", ["four-eyes", "platform"])
def test_only_the_platform_team_provisions_from_a_page_where_that_is_protected(
    app, post, running, who, protect, protection
):
    protect(protection)
    app.config["WTF_CSRF_ENABLED"] = False

    answer = post.client.post(f"{PAGE}/provisioning")

    assert answer.status_code == 403
    assert "“Provision a service” is for the platform team: ask them." in plain(answer.text)


def test_what_leaves_the_catalog_of_a_protected_environment_is_not_destroyed_by_its_team(post, running, who, protect):
    protect("four-eyes")
    page = f"{PAGE}/settings/retire"
    post(
        page,
        page,
        name="orders-api",
        base=post.client.application.extensions["slipway"].catalog.entry_text("orders-api"),
    )

    assert post.client.application.extensions["slipway"].provisioning.run("local", "orders-api") is None
    assert post(page, page, name="orders-api").status_code == 403
