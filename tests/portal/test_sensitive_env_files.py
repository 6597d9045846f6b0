"""Sensitive env files: no page shows a value before somebody asks for it, and who asked stands in the audit trail."""

import re
from dataclasses import replace

import pytest

from runtime.bucket.audit import Act
from service_catalog.records.portal import TokenScope
from tests.fake_aws.environment import FakeEnvironment
from tests.portal.api_client import ApiClient, token
from tests.portal.people import OTHER, PLATFORM, Chosen
from tests.portal.reading import plain, row, text_of

SERVICE = "/local/services/orders-api"
EDITOR = f"{SERVICE}/env/app"
OLD, NEW = "old-value-4711", "new-value-0815"


@pytest.fixture
def sensitive(catalog, running):
    """Version 2 has other values than version 1, which runs."""
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text() + "sensitive_env_files: [app]\n")
    running.save("orders-api", f"# comment-4711\nGREETING={OLD}\nLOG_LEVEL=info\n", base=1)
    running.release("orders-api", env=2)
    running.save("orders-api", f"# comment-4711\nGREETING={NEW}\nLOG_LEVEL=info\n", base=2)
    return running


def newest(running):
    return running.gateways.env_files.newest("orders-api", "app")


@pytest.mark.parametrize(
    "address",
    [
        EDITOR,
        f"{EDITOR}?view=text",
        f"{EDITOR}?from=2",
        f"{EDITOR}/versions/2",
        f"{EDITOR}/versions/3",
        f"{EDITOR}/compare",
        f"{EDITOR}/environments",
        f"{EDITOR}/export",
        f"{SERVICE}/releases/new?env.app=3",
        f"{SERVICE}/releases/2",
        f"{SERVICE}/releases",
        SERVICE,
    ],
)
def test_no_page_shows_a_value(client, sensitive, address):
    page = client.get(address, follow_redirects=True).text

    assert (OLD in page, NEW in page, "comment-4711" in page) == (False, False, False)


def test_keys_that_differ_are_told_without_their_values(client, sensitive):
    assert row(text_of(client, f"{SERVICE}/releases/new?env.app=3"), "GREETING ~ changed")[1:] == ["••••••", "••••••"]


def test_one_value_is_revealed_and_who_looked_is_written_down(post, sensitive):
    page = post(f"{EDITOR}/reveal", EDITOR, base="3", reveal="2").text

    assert re.findall(r'<code class="revealed" data-hides>(.*?)</code>', page) == [NEW]
    acts = [it for it in sensitive.gateways.audit.newest("orders-api", 20) if isinstance(it, Act)]
    [seen] = [it for it in acts if it.entry.action == "reveal-value"]
    assert seen.entry.who == "Sato Yui"
    assert seen.entry.about == {"file": "app", "version": 3, "key": "GREETING"}
    assert seen.outcome
    assert seen.outcome.status == "done"
    assert NEW not in seen.entry.model_dump_json()


def test_a_value_of_an_old_version_is_revealed_likewise(post, sensitive):
    page = post(f"{EDITOR}/versions/2/reveal", f"{EDITOR}/versions/2", reveal="2").text

    assert (OLD in page, NEW in page) == (True, False)


def test_nothing_is_revealed_that_the_audit_trail_cannot_hold(post, sensitive, aws):
    token = post.token(EDITOR)
    aws.fates["s3.put_object"] = "lost"

    answer = post.client.post(f"{EDITOR}/reveal", data={"csrf_token": token, "base": "3", "reveal": "2"})

    assert answer.status_code == 503
    assert NEW not in answer.text


def test_who_does_not_own_it_reveals_nothing(app, client, sensitive):
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["slipway"].who = Chosen(OTHER)

    assert client.post(f"{EDITOR}/reveal", data={"base": "3", "reveal": "2"}).status_code == 403
    assert "“Reveal a value of a sensitive env file” is for team-commerce" in plain(text_of(client, EDITOR))


def test_new_values_are_saved_over_what_nobody_saw(post, sensitive):
    sent = {"base": "3", "value.2": "Hello", "value.3": "", "new-key": ["ADDED", ""], "new-value": ["1", ""]}

    answer = post(EDITOR, EDITOR, **sent, do="save")

    assert answer.status_code == 303
    assert newest(sensitive).text == "# comment-4711\nGREETING=Hello\nLOG_LEVEL=info\nADDED=1\n"


def test_a_key_that_is_ticked_is_removed_with_its_line(post, sensitive):
    post(EDITOR, EDITOR, base="3", remove="2", do="save")

    assert newest(sensitive).text == "# comment-4711\nLOG_LEVEL=info\n"


def test_a_refused_save_loses_nothing_that_was_typed_and_shows_nothing_else(post, sensitive):
    sent = {"base": "3", "value.3": "warn", "remove": "2", "new-key": "export X", "new-value": "1"}

    answer = post(EDITOR, EDITOR, **sent, do="save")

    page = answer.text
    assert answer.status_code == 422
    assert NEW not in page
    assert 'name="value.3" value="warn"' in page
    assert re.search(r'name="remove" value="2" checked', page)
    assert 'name="new-key" value="export X"' in page


def test_problems_of_values_are_told_without_quoting_them(post, sensitive):
    page = post(EDITOR, EDITOR, base="3", **{"value.2": "x # hush-hush", "value.3": "info"}, do="check").text
    shown = plain(page.replace('value="x # hush-hush"', ""))

    assert "A comment behind it becomes part of the value" in shown
    assert "hush-hush" not in shown


def test_pasted_settings_are_part_of_the_edit(post, sensitive):
    post(EDITOR, EDITOR, base="3", pasted='export GREETING="Hello"\nMORE=2\n', do="save")

    assert newest(sensitive).text == "# comment-4711\nGREETING=Hello\nLOG_LEVEL=info\nMORE=2\n"


def test_an_old_version_is_restored_unseen(post, sensitive):
    restoring = f"{EDITOR}?from=2"

    assert 'formaction="/local/services/orders-api/env/app/reveal?from=2' in text_of(post.client, restoring)
    post(restoring, restoring, base="3", **{"value.3": "warn"}, do="save")

    assert newest(sensitive).text == f"# comment-4711\nGREETING={OLD}\nLOG_LEVEL=warn\n"


def test_a_key_is_put_back_unseen_as_it_runs_when_the_form_was_drawn(post, sensitive):
    opened = post.client.get(f"{EDITOR}?put=GREETING").location
    post(opened, opened, base="3", do="save")

    assert opened == f"{EDITOR}?put=GREETING&put_version=2"
    assert newest(sensitive).text == f"# comment-4711\nGREETING={OLD}\nLOG_LEVEL=info\n"


def test_who_saves_second_merges_unseen(post, sensitive):
    sensitive.save("orders-api", f"# comment-4711\nGREETING={OLD}\nLOG_LEVEL=trace\n", base=3, author="Suzuki Ren")
    mine = {"base": "3", "value.2": "mine-here", "value.3": ""}

    answer = post(EDITOR, EDITOR, **mine, do="save")
    saved = post(f"{EDITOR}/merge", EDITOR, **mine, theirs="4", do="save", **{"choice.GREETING": "mine"})

    assert answer.status_code == 409
    assert (OLD in answer.text, NEW in answer.text, "trace" in answer.text) == (False, False, False)
    assert saved.status_code == 303
    assert newest(sensitive).text == "# comment-4711\nGREETING=mine-here\nLOG_LEVEL=trace\n"


def test_masked_values_are_not_taken_over_to_where_they_would_be_shown(client, catalog, sensitive):
    entry = catalog.directory / "services" / "orders-api.yaml"
    more = "env_files: [app, other]\n"
    entry.write_text(entry.read_text().replace("env_files: [app]\n", more, 1))
    sensitive.save("orders-api", "GREETING=plain\n", file="other")
    other = f"{SERVICE}/env/other"

    page = text_of(client, f"{other}?put=GREETING&put_file=app&put_version=3")
    compared = plain(text_of(client, f"{other}/compare?file=app"))

    assert NEW not in page
    assert "app.env v3 is masked" in page
    assert "app.env v3 is sensitive and this file is not: nothing is taken over" in compared


def test_nobody_takes_over_masked_values_that_they_may_not_reveal(app, client, catalog, sensitive):
    entry = catalog.directory / "services" / "orders-api.yaml"
    theirs = entry.read_text().replace("orders-api", "search-api").replace("team-commerce", "team-search")
    entry.with_name("search-api.yaml").write_text(theirs.replace("/orders", "/search"))
    catalog.update_lock()
    sensitive.provision(catalog.service("search-api", "local"))
    app.config["WTF_CSRF_ENABLED"] = False
    app.extensions["slipway"].who = Chosen(OTHER)  # of team-search
    editor = "/local/services/search-api/env/app"
    taken = "put=GREETING&put_environment=local&put_service=orders-api&put_file=app&put_version=3"

    revealed = client.post(f"{editor}/reveal?{taken}", data={"base": "0", "reveal": "1"})
    client.post(f"{editor}?{taken}", data={"base": "0", "new-key": "A", "new-value": "1", "do": "save"})

    assert NEW not in revealed.text
    assert "“Reveal a value of a sensitive env file” is for team-commerce" in plain(
        text_of(client, f"{editor}?{taken}")
    )
    assert sensitive.gateways.env_files.newest("search-api", "app").text == "A=1\n"


@pytest.fixture
def searching(catalog, running):
    """Another team's service, whose env file is not sensitive and holds a guess."""
    entry = catalog.entry_text("orders-api").replace("orders-api", "search").replace("team-commerce", "team-search")
    catalog.add("search", entry.replace("sensitive_env_files: [app]\n", "").replace("/orders", "/search"))
    running.gateways.env_files.save("search", "app", f"GREETING={NEW}\n", base=0, author="Ito", message="")
    return running


def test_nobody_learns_by_guesses_in_a_file_of_theirs(app, client, sensitive, searching):
    app.extensions["slipway"].who = who = Chosen(OTHER)

    ours = plain(client.get("/local/services/search/env/app/compare?service=orders-api").text)
    theirs = plain(client.get(f"{EDITOR}/compare?service=search").text)
    who.now = PLATFORM
    platform = plain(client.get(f"{EDITOR}/compare?service=search").text)

    for page in (ours, theirs):
        assert "It is sensitive, and would tell what it says by what differs." in page
        assert "“Reveal a value of a sensitive env file” is for team-commerce" in page
        assert "keys differ" not in page
        assert "key is the same" not in page
    assert "1 key is the same." in platform


def test_nobody_learns_by_putting_a_guess_into_the_editor(app, client, sensitive, searching):
    app.extensions["slipway"].who = who = Chosen(OTHER)
    guess = "put=GREETING&put_environment=local&put_service=search&put_file=app&put_version=1"

    told = plain(client.get(f"{EDITOR}?{guess}").text)
    who.now = PLATFORM
    platform = plain(client.get(f"{EDITOR}?{guess}").text)

    assert "“Reveal a value of a sensitive env file” is for team-commerce" in told
    assert "GREETING is as in" not in told
    assert "GREETING is as in" in platform


def test_versions_of_one_file_are_compared_by_everybody(app, client, sensitive):
    app.extensions["slipway"].who = Chosen(OTHER)

    assert "1 key differs" in plain(client.get(f"{EDITOR}/compare").text)


def test_the_matrix_tells_nobody_else_whether_two_environments_say_the_same(app, client, sensitive, aws, catalog):
    entry = catalog.directory / "services" / "orders-api.yaml"
    both = "environments: { local: {}, dev: { sensitive_env_files: [] } }"
    entry.write_text(entry.read_text().replace("environments: { local: {} }", both))
    catalog.update_lock()
    FakeEnvironment(aws, catalog.environment("dev")).save("orders-api", "GREETING=guess\n")
    app.extensions["slipway"].who = who = Chosen()

    told = text_of(client, f"{EDITOR}/environments")
    who.now = OTHER
    untold = text_of(client, f"{EDITOR}/environments")

    assert row(told, "GREETING")[1:] == ["set ••••••", "differs guess"]
    assert row(untold, "GREETING")[1:] == ["set ••••••", "set guess"]


def test_values_are_revealed_so_often_a_minute_and_the_first_beyond_is_written_down(app, post, sensitive):
    app.extensions["slipway"].settings = replace(app.extensions["slipway"].settings, reveals_a_minute=2)

    answers = [post(f"{EDITOR}/reveal", EDITOR, **{"base": "3", "value.3": "warn", "reveal": "2"}) for _ in range(4)]
    of_version = post(f"{EDITOR}/versions/2/reveal", f"{EDITOR}/versions/2", reveal="2")

    assert [it.status_code for it in [*answers, of_version]] == [200, 200, 429, 429, 429]
    assert "That was too often. Try again in" in plain(answers[2].text)
    assert 'name="value.3" value="warn"' in answers[2].text
    assert (NEW in answers[2].text, OLD in of_version.text) == (False, False)
    acts = [it for it in sensitive.gateways.audit.newest("orders-api", 20) if isinstance(it, Act) and it.outcome]
    seen = [it.outcome.status for it in acts if it.entry.action == "reveal-value" and it.outcome]
    assert sorted(seen) == ["denied", "done", "done"]


def test_a_guess_by_the_api_is_a_version_whether_it_is_right_or_not(app, sensitive):
    narrow = ApiClient(app, token(app, scope=TokenScope(actions=("read", "save-env"))))

    right = narrow.post("/orders-api/env/app/keys", {"set": {"GREETING": NEW}}).get_json()
    wrong = narrow.post("/orders-api/env/app/keys", {"set": {"GREETING": "guess"}}).get_json()

    assert (right["version"], wrong["version"]) == (4, 5)
