"""A release that begins with a run: what its review, the service's pages and the list say of it."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from service_catalog.messages import say
from service_catalog.model import Service
from tests.portal.reading import plain, row, text_of

PAGE = "/local/services/orders-api"
RELEASES = f"{PAGE}/releases"
NIGHTLY = "/local/services/nightly"


@pytest.fixture
def migrating(running, orders):
    """orders-api by now has a command that runs before each release."""
    before = {"command": ["bin/migrate", "--all"]}
    running.provision(Service(**orders.model_dump(exclude_unset=True) | {"before_release": before}))
    return running


@pytest.fixture
def job(running, catalog):
    text = "name: nightly\nowner: us\nkind: job\nimage: { repository: nightly }\nschedule: { rate: 1 day }\n"
    (catalog.directory / "services" / "nightly.yaml").write_text(f"{text}environments: {{ local: {{}} }}\n")
    running.push("nightly", "1.0.0", "1.1.0")
    running.provision(catalog.service("nightly", "local"))
    return running


def post_review(post, client, address, **fields):
    """What the form of a review sends."""
    page = text_of(client, f"{address}/new?{urlencode(fields)}")
    hidden = {name: page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("seen", "after")}
    return post(address, f"{address}/new?{urlencode(fields)}", **hidden, **fields)


def test_review_says_what_has_to_succeed_first(client, migrating):
    page, japanese = (plain(text_of(client, f"{RELEASES}/new?image=2.14.0&lang={it}")) for it in ("en", "ja"))

    assert "First bin/migrate --all has to end with exit code 0, within 10 min: otherwise nothing is replaced." in page
    assert "まず bin/migrate --all が 10 分以内に終了コード 0 で終わる必要があります。" in japanese
    assert "has to end with exit code 0" not in plain(text_of(client, f"{RELEASES}/new?to=1"))


def test_while_it_runs_the_page_says_that_nothing_is_replaced_yet(client, migrating):
    begun = migrating.begin("orders-api", "2.14.0")

    page = text_of(client, PAGE)

    assert "Release 2 waits for its first run" in plain(page)
    assert "Done Register Image and env found Now First run bin/migrate --all Next Start new tasks" in plain(page)
    assert f'href="{PAGE}/runs/{begun.run_id}"' in page
    assert "Stop this release" in plain(page)
    assert "Rolling out" not in plain(page)
    assert "First run" in " ".join(row(text_of(client, "/local/services"), "orders-api"))


def test_a_release_that_aws_shows_nothing_of_yet_is_not_told_to_roll_out(client, running):
    running.aws.fates["ecs.update_service"] = "lost"
    running.begin("orders-api", "2.14.0")
    running.aws.fates.clear()

    page = plain(text_of(client, PAGE))

    assert "Release 2 has begun; AWS shows nothing of it yet" in page
    assert "is rolling out" not in page
    assert "Next Start new tasks" in page


def test_once_it_has_succeeded_the_page_follows_the_rollout(client, migrating):
    begun = migrating.begin("orders-api", "2.14.0")
    migrating.aws.step_functions.ends(begun.run_id)

    page = plain(text_of(client, PAGE))

    assert "Release 2 is rolling out" in page
    assert "Done First run bin/migrate --all Now Start new tasks" in page


def test_a_command_that_fails_is_told_with_its_last_lines_and_what_runs(client, migrating):
    begun = migrating.begin("orders-api", "2.14.0")
    migrating.aws.step_functions.ends(begun.run_id, exit_code=1, lines=["<b>relation orders is locked</b>"])

    page = text_of(client, PAGE)

    assert "Release 2 was not carried out" in plain(page)
    assert "Nothing was replaced: 2.13.4 + env v1 runs on." in plain(page)
    assert "<code>bin/migrate --all</code> ended with exit code 1" in page
    assert "&lt;b&gt;relation orders is locked&lt;/b&gt;" in page
    assert f'<a class="button" href="{PAGE}/runs/{begun.run_id}">Open its first run</a>' in page


def test_once_its_cause_is_mended_a_release_whose_first_run_failed_is_tried_again(client, migrating, post):
    begun = migrating.begin("orders-api", "2.14.0")
    migrating.aws.step_functions.ends(begun.run_id, exit_code=1)

    page = text_of(client, PAGE)
    assert f'href="{RELEASES}/new?to=2">Try 2.14.0 + env v1 again…</a>' in page
    assert post_review(post, client, RELEASES, to="2").status_code == 303

    again = migrating.gateways.releases.history("orders-api").releases[0]
    migrating.aws.step_functions.ends(again.run_id)
    assert (again.number, again.contents) == (3, begun.contents)
    page = plain(text_of(client, PAGE))
    assert "Release 3 is rolling out" in page
    assert "Tried again." in page
    assert "Roll back." not in page


def test_settings_that_a_failed_first_run_had_are_not_said_to_be_rolled_back(client, migrating):
    migrating.save("orders-api", "LOG_LEVEL=debug\n", base=1, message="Louder")
    begun = migrating.begin("orders-api", env=2)
    migrating.aws.step_functions.ends(begun.run_id, exit_code=1)
    migrating.gateways.releases.settle("orders-api")

    page = plain(client.get(f"{PAGE}/env/app", follow_redirects=True).text)

    assert "v2 was not applied. Your edit starts from v1, which runs." in page
    assert "First run failed v2 Try v2 again…" in page
    assert "env v2 First run failed “Louder”" in page
    assert "olled back" not in page


def test_who_stops_it_leads_back_to_the_page_that_says_so(client, migrating, post):
    migrating.begin("orders-api", "2.14.0")

    assert post(f"{RELEASES}/2/stop", PAGE).status_code == 303

    page = plain(text_of(client, PAGE))
    assert "Release 2 was not carried out" in page
    assert "stopped by Sato Yui" in page


def test_runs_say_whose_first_run_one_was(client, migrating):
    migrating.begin("orders-api", "2.14.0", why="Adds currencies")

    assert "First run of release 2 · Ito Haruka: “Adds currencies”" in plain(text_of(client, f"{PAGE}/runs"))


def test_why_slipway_began_a_first_run_is_said_in_the_language_of_the_page(client, migrating):
    migrating.begin("orders-api", "2.14.0", why=say("slipway up: %(why)s", why=say("first release")))

    assert "slipway up: 最初のリリース" in plain(text_of(client, f"{PAGE}/runs?lang=ja"))


def test_a_job_may_be_tried_with_one_run_before_runs_take_it(client, job, post):
    assert post_review(post, client, f"{NIGHTLY}/releases", image="1.0.0").status_code == 303
    assert "Try it with one run first" in plain(text_of(client, f"{NIGHTLY}/releases/new?image=1.1.0"))

    assert post_review(post, client, f"{NIGHTLY}/releases", image="1.1.0", **{"try": "on"}).status_code == 303

    waits = plain(text_of(client, NIGHTLY))
    assert "Now First run One run of it Next Go live The next run takes it" in waits
    assert "Taken by runs: release 1" in waits
    assert "healthy" not in waits
    [trial] = job.gateways.runs.recent("nightly")
    job.aws.step_functions.ends(trial.id, exit_code=9)
    job.aws.now += timedelta(seconds=5)
    failed = plain(text_of(client, NIGHTLY))
    assert "Runs go on taking 1.0.0." in failed
    assert "its first run ended with exit code 9" in failed
    assert "First run failed" in " ".join(row(text_of(client, "/local/services"), "nightly"))


def test_what_never_ends_is_not_offered_a_trial(client, running):
    assert "Try it with one run first" not in text_of(client, f"{RELEASES}/new?image=2.14.0")
