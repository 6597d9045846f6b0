import re
from datetime import timedelta

import pytest

from portal.text.releases import words_beside
from runtime.aws.ecs_services import Event
from runtime.aws.task_definitions import Change
from runtime.bucket.records import Contents, Diagnosis
from runtime.releases.progress import Progress
from tests.portal.reading import plain as words
from tests.portal.reading import row, text_of
from tests.portal.twins import BREAKER, NOW, a_failed_task, a_task


def test_front_door_leads_to_the_local_environment(client):
    answer = client.get("/")

    assert (answer.status_code, answer.location) == (303, "/local/services")


def test_list_asks_aws_nothing_on_the_request_itself(client, running):
    client.get("/local/services")
    running.calls, running.outage = 0, True

    page = text_of(client, "/local/services?q=orders")

    assert "orders-api" in page
    assert running.calls == 0


def test_list_says_tasks_image_env_owner_and_last_release(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)

    assert row(text_of(client, "/local/services"), "orders-api") == [
        "orders-api",
        "Healthy",
        "2 / 2",
        "2.13.4",
        "v1 v2 staged",
        "team-commerce",
        "19 h ago, Ito Haruka",
    ]


def test_service_that_waits_for_a_person_stands_in_its_group(client, running):
    assert "Steady · 1" in words(text_of(client, "/local/services"))
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    client.application.extensions["slipway"].collector.outdate("local")

    assert "Waiting for a person · 1" in words(text_of(client, "/local/services"))


def test_rolled_back_release_says_why_in_the_list(client, running):
    reason = "ECS gave up. Most likely: the program asks for A, which this release removed. Put A back, then apply"
    running.release("orders-api", "2.14.0", 1, ended="rolled-back", reason=reason)

    cells = row(text_of(client, "/local/services"), "orders-api")

    assert cells[1] == ("Rolled back 2.14.0 + env v1: Most likely: the program asks for A, which this release removed")


def test_service_of_the_catalog_alone_is_not_provisioned(client):
    assert row(text_of(client, "/local/services"), "orders-api")[1] == "Not provisioned"


def test_service_that_left_the_catalog_is_still_listed(client, running):
    running.provision("retired")

    assert row(text_of(client, "/local/services"), "retired")[1] == "Not in the catalog"


def test_broken_entry_is_a_row_that_says_what_is_wrong(client, catalog, running):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.write_text(path.read_text().replace("port: 8080", "port: eighty"))

    assert row(text_of(client, "/local/services"), "orders-api")[1] == (
        "Catalog problem services/orders-api.yaml:5: port: must be a whole number, got 'eighty'"
    )


@pytest.mark.parametrize(("asked", "is_shown"), [("q=ORDERS", True), ("q=zzz", False), ("owner=team-x", False)])
def test_filter_works_without_script(client, running, asked, is_shown):
    page = text_of(client, f"/local/services?{asked}")

    assert (row(page, "orders-api") is not None) == is_shown


def test_page_of_a_rollout_shows_steps_and_the_way_back(client, running):
    release = running.release("orders-api", "2.14.0", 1, ended=None, who="Sato Yui", why="Split shipping")
    held = running.services["orders-api"]
    held.progress = Progress("starting", 1, 2, "SCALE_UP", BREAKER)
    held.running = [*held.running, a_task("orders-api", release.revision, "91cc0712")]

    page = words(text_of(client, "/local/services/orders-api"))

    assert "Release 2 is rolling out" in page
    assert "Stop and roll back to 2.13.4 + env v1" in page
    assert "1 of 2 healthy, 1 failed" in page
    assert "If 2 more tasks fail, ECS goes back to 2.13.4 + env v1 by itself." in page
    assert "Sato Yui’s release 2 is in progress. You can deploy once it has ended." in page


def test_failing_task_is_diagnosed_while_it_rolls_out(client, running):
    running.save("orders-api", "LOG_LEVEL=info\n", base=1)
    release = running.release("orders-api", "2.13.4", 2, ended=None)
    held = running.services["orders-api"]
    held.stopped = [a_failed_task("orders-api", release.revision)]
    held.lines = {"7fa2c1d0": ["starting", "ERROR missing setting DB_POOL_SIZE"]}

    page = words(text_of(client, "/local/services/orders-api"))

    assert "Task 7fa2c1d0 stopped 34 s after its start" in page
    assert "DB_POOL_SIZE, which this release removed" in page
    assert "Put DB_POOL_SIZE back in app.env" in page
    assert "ERROR missing setting DB_POOL_SIZE" in page


def test_release_that_was_rolled_back_is_told_with_what_runs_again(client, running):
    evidence = ("task 7fa2c1d0: exit code 1", "7fa2c1d0> ERROR missing setting A")
    running.release("orders-api", "2.14.0", 1, ended="rolled-back", reason="gave up", evidence=evidence)

    page = words(text_of(client, "/local/services/orders-api"))

    assert "Release 2 failed and was rolled back" in page
    assert "2.13.4 + env v1 runs again" in page
    assert "ERROR missing setting A" in page
    assert "Try 2.14.0 + env v1 again…" in page


def test_failure_says_what_to_do_before_it_quotes_ecs(client, running):
    group = "arn:aws:elasticloadbalancing:ap-northeast-1:000000000000:targetgroup/orders/0a1"
    seen = f"task 7fa2c1d0: Task failed ELB health checks in (target-group {group})"
    guess = "Most likely: the program complains about DB_POOL_SIZE, which this release removed"
    advice, gave_up = "Put DB_POOL_SIZE back, then apply", ("deployment failed: tasks failed to start",)
    found = Diagnosis("env-removed", guess, advice, ("DB_POOL_SIZE",), said=gave_up, evidence=(seen,))
    running.save("orders-api", "LOG_LEVEL=info\n", base=1)
    running.release("orders-api", "2.13.4", 2, ended="rolled-back", evidence=(seen,), diagnosis=found)

    page = text_of(client, "/local/services/orders-api")
    failure = words(page.partition('aria-labelledby="failed"')[2].partition("</section>")[0])

    told = [
        guess,
        "What you can do Put DB_POOL_SIZE back in app.env, and save Apply what you saved",
        "Put DB_POOL_SIZE back in app.env In the words of ECS:",
        "“deployment failed: tasks failed to start”",
        "“task 7fa2c1d0: Task failed ELB health checks in (target-group orders)”",
    ]
    assert sorted(told, key=failure.index) == told
    assert failure.count("task 7fa2c1d0") == 1
    assert "arn:aws:elasticloadbalancing" not in page


def test_first_release_that_lacks_a_key_offers_to_add_it(client, aws):
    aws.provision("orders-api")
    guess, advice = "Most likely: the program needs PAYMENTS_URL, which no env file sets", "Add PAYMENTS_URL to the env"
    found = Diagnosis("env-missing", guess, advice, ("PAYMENTS_URL",))
    aws.release("orders-api", "1.0.0", 0, ended="failed", diagnosis=found)

    page = words(text_of(client, "/local/services/orders-api"))

    assert "Release 1 failed" in page
    assert "What you can do Add PAYMENTS_URL to app.env, and save Start the release again" in page


@pytest.mark.parametrize(
    ("ended", "state"), [(None, "Rolling out"), ("rolled-back", "Rolled back"), ("succeeded", "Healthy")]
)
def test_head_says_what_its_page_says_though_the_list_is_behind(client, running, ended, state):
    text_of(client, "/local/services/orders-api")
    running.release("orders-api", "2.14.0", 1, ended=ended)
    collector = client.application.extensions["slipway"].collector
    before = collector.held("local")

    for tab in ("", "/tasks", "/releases"):
        client.application.extensions["slipway"].readings.forget(("local", "orders-api"))
        assert head_of(text_of(client, f"/local/services/orders-api{tab}")) == state
    assert before.value.rows["orders-api"].state.word == "Healthy"


def test_head_of_what_was_provisioned_just_now_says_so(client, aws):
    assert head_of(text_of(client, "/local/services/orders-api")) == "Not provisioned"
    aws.provision("orders-api")
    client.application.extensions["slipway"].readings.forget(("local", "orders-api"))

    assert head_of(text_of(client, "/local/services/orders-api")) == "No release yet"


def test_first_deploy_offers_the_highest_version_and_not_latest(client, aws):
    aws.provision("orders-api")
    aws.tags = ["latest", "2.0.0-broken", "1.9.0", "1.10.0"]

    page = text_of(client, "/local/services/orders-api")

    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["1.10.0"]


def test_tags_say_how_old_they_are_and_which_is_the_newest(client, running):
    page = words(text_of(client, "/local/services/orders-api"))

    assert "2.14.0, newest, pushed 0 s ago 2.13.4, runs now, pushed 0 s ago" in page


def test_crash_that_ecs_healed_leaves_a_trace_on_the_page(client, running):
    held = running.services["orders-api"]
    held.stopped = [a_failed_task("orders-api", held.live_revision)]

    assert "Restarts 1 in the last hour" in words(text_of(client, "/local/services/orders-api"))


def test_tasks_are_restarted_with_one_button(client, running):
    page = text_of(client, "/local/services/orders-api")
    review = words(text_of(client, "/local/services/orders-api/releases/new?definition=keep"))

    assert 'href="/local/services/orders-api/releases/new?definition=keep">Restart tasks…</a>' in page
    assert "Restart the tasks Not now" in review


def test_switch_between_environments_stays_at_the_service_where_it_is_in_both(client, running, catalog):
    path = catalog.directory / "services" / "orders-api.yaml"
    assert '<a href="/dev/services">dev</a>' in text_of(client, "/local/services/orders-api")
    path.write_text(path.read_text().replace("{ local: {} }", "{ local: {}, dev: {} }"))

    assert '<a href="/dev/services/orders-api">dev</a>' in text_of(client, "/local/services/orders-api")


def test_buttons_name_only_the_env_files_that_differ(client, aws):
    contents = [Contents("r/x:1.0.0", {"app": app, "synonyms": 1}, "") for app in (1, 2)]

    assert words_beside(contents[1], contents[0]) == "1.0.0 + env app v2"
    assert words_beside(contents[0], contents[0]) == "1.0.0"
    assert words_beside(contents[0], None) == "1.0.0 + env app v1 + env synonyms v1"


def head_of(page):
    return words(page.partition("</h1>")[2].partition("</div>")[0])


def test_staged_definition_is_shown_in_words_with_a_way_to_apply_it(client, running):
    running.provision("orders-api", number=2)
    running.services["orders-api"].definition_changes = [Change("cpu", "256", "512")]

    page = words(text_of(client, "/local/services/orders-api"))

    assert "definition cpu 256 → 512" in page
    assert "Apply the definition…" in page


def test_page_shows_events_facts_and_the_address(client, running):
    running.services["orders-api"].events = [Event(NOW - timedelta(seconds=5), "has reached a steady state")]

    page = text_of(client, "/local/services/orders-api")

    assert '<a href="http://127.0.0.1:8081/orders-api" rel="noreferrer">' in page
    assert "has reached a steady state" in page
    assert "0.25 vCPU, 0.5 GB, x86_64" in page


def test_env_values_are_not_on_the_page_of_the_service(client, running):
    running.save("orders-api", "LOG_LEVEL=very-loud\n", base=1)

    assert "very-loud" not in text_of(client, "/local/services/orders-api")


def test_unknown_service_is_a_404_with_the_nearest_name(client, running):
    answer = client.get("/local/services/ordres-api")

    assert answer.status_code == 404
    assert "Did you mean orders-api ?" in words(answer.get_data(as_text=True))
