"""What pages write where the catalog is a clone: commits in people's names, told as what they are."""

from dataclasses import replace

import pytest

from portal import create_app
from service_catalog.git_catalog.commands import GitFailed
from tests.portal.conftest import ORDERS, Poster
from tests.portal.people import PLATFORM, Chosen
from tests.portal.reading import fields_of, plain, text_of
from tests.service_catalog.git_catalog.conftest import git

NEW = "/local/services/new"
SETTINGS = "/local/services/orders-api/settings"
CHANGED = {"yaml": ORDERS.replace("8080", "7070"), "base": ORDERS, "why": "It listens there"}
STOCK = ORDERS.replace("orders-api", "stock-api").replace("/orders", "/stock")


@pytest.fixture
def remote(catalog, tmp_path):
    """The catalog is a clone of it from now on."""
    remote, here = tmp_path / "remote.git", catalog.directory
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(here, "init", "--quiet", "--initial-branch=main")
    git(here, "add", "--all")
    git(here, "commit", "--quiet", "--message", "begin")
    git(here, "remote", "add", "origin", str(remote))
    git(here, "push", "--quiet", "--set-upstream", "origin", "main")
    return remote


@pytest.fixture
def posting(settings, catalog, running, remote, connect, compiled_templates):
    made = []

    def serve(way, **more):
        app = create_app(replace(settings, catalog_changes=way, **more), catalog, connect)
        app.jinja_env.bytecode_cache = compiled_templates
        app.extensions["slipway"].who = Chosen(replace(PLATFORM, id="abe@example.com"))
        made.append(app)
        return Poster(app.test_client())

    yield serve
    for app in made:
        app.extensions["slipway"].close()


def log(remote, ref="main"):
    return git(remote, "log", "--format=%an <%ae> %s", ref).splitlines()


def test_a_change_is_a_commit_with_its_reason(posting, remote, running, catalog):
    saved = posting("commit")(SETTINGS, SETTINGS, **CHANGED, do="save")

    assert saved.status_code == 303
    assert log(remote)[0] == "Abe Rin <abe@example.com> orders-api: It listens there"
    assert catalog.entry_text("orders-api") == CHANGED["yaml"]
    [act] = running.gateways.audit.newest("orders-api", 1)
    assert act.entry.about["commit"] == git(remote, "rev-parse", "main")


def test_a_registration_waits_on_its_branch_with_the_way_to_its_pull_request(posting, remote, catalog):
    post = posting("branch", pull_request_template="https://forge.example.com/{base}/{branch}")

    chosen = post(NEW, NEW, yaml=STOCK, yaml_seen="", do="from-yaml")
    answer = post(NEW, NEW, **fields_of(chosen.text) | {"why": "To count stock"}, do="register")
    page = text_of(post.client, answer.location)

    assert answer.location == "/local/catalog"
    assert "stock-api Not merged “stock-api: To count stock” Abe Rin" in plain(page)
    assert 'href="https://forge.example.com/main/slipway/stock-api-' in page
    assert 'id="proposed" class="stack" data-poll="head" data-every=' in page, "it follows what is merged"
    assert "stock-api" not in catalog.service_names("local")
    assert len(log(remote)) == 1


def test_what_is_proposed_for_a_service_stands_on_its_settings(posting):
    post = posting("branch")
    post(SETTINGS, SETTINGS, **CHANGED, do="save")

    page = plain(text_of(post.client, SETTINGS))

    assert "Proposed and not merged orders-api Not merged “orders-api: It listens there”" in page


def test_a_push_that_is_refused_keeps_what_was_typed(posting, remote, catalog):
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho main is protected >&2\nexit 1\n")
    hook.chmod(0o755)

    refused = posting("commit")(SETTINGS, SETTINGS, **CHANGED, do="save")

    assert refused.status_code == 422
    assert "Not saved: the catalog’s repository does not take it." in plain(refused.text)
    assert "main is protected" in plain(refused.text)
    assert fields_of(refused.text)["yaml"] == CHANGED["yaml"]
    assert catalog.entry_text("orders-api") == ORDERS


def test_somebody_elses_push_in_between_shows_both(posting, remote, catalog, tmp_path):
    post = posting("commit")
    git(tmp_path, "clone", "--quiet", str(remote), "theirs")
    (tmp_path / "theirs" / "services" / "orders-api.yaml").write_text(ORDERS.replace("8080", "9090"))
    git(tmp_path / "theirs", "commit", "--quiet", "--all", "--message", "theirs")
    git(tmp_path / "theirs", "push", "--quiet")

    refused = post(SETTINGS, SETTINGS, **CHANGED, do="save")

    assert refused.status_code == 409
    assert "They changed: port: 8080 → 9090" in plain(refused.text)
    assert fields_of(refused.text)["yaml"] == CHANGED["yaml"]


def test_a_retirement_is_a_proposal_too_and_destroys_nothing_yet(posting, remote, catalog):
    post = posting("branch")

    answer = post(f"{SETTINGS}/retire", f"{SETTINGS}/retire", name="orders-api", base=ORDERS)

    assert answer.location == "/local/catalog"
    assert catalog.service_names("local") == ["orders-api"]
    assert post.client.application.extensions["slipway"].provisioning.run("local", "orders-api") is None


def test_commits_without_a_repository_are_refused_at_the_start(settings, catalog, connect):
    with pytest.raises(GitFailed):
        create_app(replace(settings, catalog_changes="commit"), catalog, connect)


def test_a_value_that_becomes_a_secret_is_referred_to_by_a_commit(posting, remote, catalog):
    sent = {"text": "PARTNER_TOKEN=pt-7Hq2xW9mZr4T\n", "base": "1", "message": "", "view": "text"}
    editor = "/local/services/orders-api/env/app"

    moved = posting("commit")(f"{editor}/secrets", editor, **sent, move="PARTNER_TOKEN", do="make")

    assert moved.status_code == 303
    assert log(remote)[0] == "Abe Rin <abe@example.com> orders-api: Moved to secrets: PARTNER_TOKEN"
    assert "ssm: /local/orders-api/PARTNER_TOKEN" in git(remote, "show", "main:services/orders-api.yaml")


def test_a_reason_is_one_line_of_the_commit_whatever_is_sent(posting, remote):
    reason = "It listens\0 there\r\n\r\nSigned-off-by: Ito Haruka <ito@example.com>"

    saved = posting("commit")(SETTINGS, SETTINGS, **(CHANGED | {"why": reason}), do="save")

    said = git(remote, "log", "-1", "--format=%B", "main")
    assert saved.status_code == 303
    assert said == "orders-api: It listens  there Signed-off-by: Ito Haruka <ito@example.com>"


def test_a_branch_that_began_elsewhere_hides_no_page(posting, remote, catalog):
    here = catalog.directory
    git(here, "push", "--quiet", "origin", f"{git(here, 'commit-tree', 'HEAD^{tree}', '-m', 'x')}:refs/heads/slipway/x")
    git(here, "fetch", "--quiet", "origin")
    client = posting("branch").client

    assert (client.get("/local/catalog").status_code, client.get(SETTINGS).status_code) == (200, 200)
