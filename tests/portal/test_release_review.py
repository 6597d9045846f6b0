"""The page before a release: what would change, what it takes away, and why it cannot be."""

import pytest

from service_catalog.cost.prices import prices
from service_catalog.model import Approval, Deployment, Secret, Tasks
from tests.portal.reading import plain, text_of

PAGE = "/local/services/orders-api"
RELEASES = f"{PAGE}/releases"


def test_review_shows_what_changes_and_touches_nothing(client, running):
    running.save("orders-api", "LOG_LEVEL=very-loud\nDB_POOL_SIZE=10\n", base=1)

    page = text_of(client, f"{RELEASES}/new?image=2.14.0&env.app=2")

    assert "Image 2.13.4 2.14.0 Env app v1 v2" in plain(page)
    assert "LOG_LEVEL ~ changed info very-loud" in plain(page)
    assert "2 tasks restart" in plain(page)
    assert [release.number for release in running.gateways.releases.history("orders-api").releases] == [1]


def test_review_of_what_cannot_run_says_why_in_place_of_the_button(client, running):
    page = text_of(client, f"{RELEASES}/new?image=9.9.9&env.app=1")

    assert "Deploy 9.9.9" not in plain(page)
    assert 'class="primary"' not in page
    assert "It can be released once that is corrected. Review again Not now" in plain(page)
    assert 'name="env.app" value="1"' in page


def test_review_says_which_earlier_releases_cannot_be_gone_back_to_any_more(client, running, orders):
    running.aws.client("ssm").put_parameter(Name="/orders/token", Value="x", Type="SecureString")
    running.provision(orders.model_copy(update={"secrets": {"TOKEN": Secret(ssm="/orders/token")}}))
    running.release("orders-api", "2.14.0")
    running.provision(orders)

    page, japanese = (plain(text_of(client, f"{RELEASES}/new?image=2.14.0&lang={it}")) for it in ("en", "ja"))

    assert "With what the catalog says now: no longer to be gone back to, for want of secret TOKEN: release 2" in page
    assert "いまのカタログの内容では：" in japanese
    assert "リリース 2 には戻れなくなります" in japanese


def test_review_says_what_a_release_does_to_the_cost(client, running, orders):
    larger = orders.compute.model_copy(update={"cpu": 1024, "memory_mib": 4096})
    running.provision(orders.model_copy(update={"compute": larger}))

    page = plain(text_of(client, f"{RELEASES}/new"))
    scaled = plain(text_of(client, f"{RELEASES}/new?tasks.min=1&tasks.max=1"))

    assert f"Cost a month on AWS, at list prices of {prices().as_of} $22–$45 $106–$212" in page
    assert f"of {prices().as_of} $22–$45 $53 " in scaled
    assert "Cost a month" not in plain(text_of(client, f"{RELEASES}/new?image=2.14.0&definition=keep"))


def test_review_tells_the_cost_of_more_tasks_than_an_entry_may_have(client, running):
    page = client.get("/local/services/orders-api/releases/new?tasks.min=1001")

    assert page.status_code == 200
    assert "1001" in plain(page.text)


def test_review_of_a_daemon_says_that_the_old_task_of_an_instance_stops_first(client, running, orders):
    ec2 = orders.compute.model_copy(update={"capacity": "ec2"})
    running.provision(orders.model_copy(update={"tasks": Tasks(daemon=True), "compute": ec2}))

    page = plain(text_of(client, f"{RELEASES}/new?image=2.14.0"))

    assert "2 tasks restart: on each instance the old one stops before the new one starts." in page


@pytest.mark.parametrize("asked", ["image=2.13.4", "to=1", "env.app=1"])
def test_review_of_what_runs_already_says_that_nothing_would_change(client, running, asked):
    unchanged = "Nothing would change; this only restarts the tasks."

    assert unchanged in plain(text_of(client, f"{RELEASES}/new?{asked}"))
    assert unchanged not in plain(text_of(client, f"{RELEASES}/new?image=2.14.0"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("env.app=-1", "'-1' is no version of app"),
        ("env.app=x", "'x' is no version of app"),
        ("env.app=%D9%A1", "'١' is no version of app"),
        ("env.app=1000000000", "'1000000000' is no version of app"),
        ("to=abc", "'abc' is no number of a release"),
        ("definition=old", "definition must be keep or blank, got 'old'"),
    ],
)
def test_review_of_a_number_that_is_none_is_refused_and_offers_nothing_else(client, running, asked, said):
    answer = client.get(f"{RELEASES}/new?image=2.14.0&{asked}")

    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert 'name="seen"' not in answer.text


def test_review_during_a_rollout_says_what_it_waits_for(client, running):
    running.begin("orders-api", "2.14.0")

    page = plain(text_of(client, f"{RELEASES}/new?image=2.13.3"))

    assert "It can be released once release 2 has ended. Review again" in page
    assert "Deploy 2.13.3" not in page


def test_review_shows_values_of_keys_that_change_but_no_secrets(client, running):
    text = "LOG_LEVEL=debug\nDB_POOL_SIZE=10\nAPI_TOKEN=kJ8s2Lm4Qz7Xw1Bv\n"
    running.save("orders-api", text, base=1, overridden=("API_TOKEN",))

    answer = client.get(f"{RELEASES}/new?env.app=2")
    page = plain(answer.get_data(as_text=True))

    assert "LOG_LEVEL ~ changed info debug" in page
    assert "API_TOKEN + added – ••••••" in page
    assert "kJ8s2Lm4Qz7Xw1Bv" not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_review_stresses_a_key_that_is_removed(client, running):
    running.save("orders-api", "LOG_LEVEL=info\n", base=1)

    page = plain(text_of(client, f"{RELEASES}/new?env.app=2"))

    assert "Removed from app.env: DB_POOL_SIZE. What runs now has it" in page


def test_reason_given_with_the_settings_is_carried_over_to_the_release(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1, message="Find the slow query")

    assert 'value="Find the slow query"' in text_of(client, f"{RELEASES}/new?env.app=2")
    assert 'name="why" maxlength="300" value="Mine"' in text_of(client, f"{RELEASES}/new?env.app=2&why=Mine")


def test_tag_that_is_not_there_is_told_with_those_that_are(client, running):
    page = text_of(client, f"{RELEASES}/new?image=2.14&env.app=1")

    assert "Tags that are there: 2.14.0" in plain(page)
    assert f'href="{RELEASES}/new?image=2.14.0&amp;env.app=1"' in page
    assert "restarts" not in plain(page)


def test_review_says_for_whom_the_release_will_wait(client, running, orders):
    approval = Approval(stage="after-requests", timeout_minutes=90, otherwise="continue")
    running.provision(orders.model_copy(update={"deployment": Deployment(strategy="canary", approval=approval)}))

    page = plain(text_of(client, f"{RELEASES}/new?image=2.14.0"))

    assert "It waits for approval once all requests go to the new tasks." in page
    assert "If nobody comes within 1 h 30 min, it goes on by itself." in page


def test_review_says_that_nothing_answers_while_all_tasks_are_recreated(client, running, orders):
    running.provision(orders.model_copy(update={"deployment": Deployment(strategy="recreate")}))

    page = plain(text_of(client, f"{RELEASES}/new?image=2.14.0"))

    assert "2 tasks restart: all old ones stop before new ones start, and nothing answers in between." in page


def test_tasks_that_restart_are_those_of_what_runs(client, running):
    running.begin("orders-api", "2.14.0")
    running.aws.ecs.service("orders-api").start(1)
    running.end("orders-api", "rolled-back")

    assert "2 tasks restart:" in plain(text_of(client, f"{RELEASES}/new?image=2.13.3"))
