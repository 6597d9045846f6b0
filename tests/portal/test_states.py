"""The same facts give the same state, on the list and above every page of the service."""

import re
from datetime import timedelta

import pytest

from portal.text import states
from tests.fake_aws.environment import FakeEnvironment
from tests.fake_aws.service import refused
from tests.portal.conftest import NOW
from tests.portal.reading import plain as words
from tests.portal.reading import row, text_of
from tests.record_builders import a_failed_provisioning

PAGE = "/local/services/orders-api"
TABS = ("", "/releases", "/tasks")


def nothing(local, catalog):
    pass


def arrives(local, catalog):
    local.begin("orders-api", "2.14.0")


def waits_for_approval(local, catalog):
    arrives(local, catalog)
    local.wait_for_approval("orders-api")


def waits_with_a_change_of_the_service(local, catalog):
    is_replaced_by_pulumi(local, catalog)
    local.wait_for_approval("orders-api")


def is_rolled_back(local, catalog):
    local.release("orders-api", "2.14.0", ends="rolled-back")


def is_not_carried_out(local, catalog):
    local.aws.refusals["ecs.update_service"] = refused("InvalidParameterException", "no")
    local.begin("orders-api", "2.14.0")
    local.aws.refusals.clear()


def fails_in_its_first_run(local, catalog):
    rewrite(catalog, "env_files: [app]", "env_files: [app]\nbefore_release: { command: [bin/migrate] }")
    local.provision(catalog.service("orders-api", "local"))
    begun = local.begin("orders-api", "2.14.0")
    local.aws.step_functions.ends(begun.run_id, exit_code=1)


def is_replaced_by_pulumi(local, catalog):
    local.roll_again("orders-api")


def is_deleted(local, catalog):
    local.provisioner.delete_service("orders-api")


def is_stopped(local, catalog):
    local.scale("orders-api", 0)


def lacks_a_task(local, catalog):
    local.aws.ecs.service("orders-api").lose_task()


def is_made_anew(local, catalog):
    local.make_anew(catalog.service("orders-api", "local"))


def is_changed_by_hand(local, catalog):
    local.change_outside("orders-api")


def fails_to_be_provisioned(local, catalog):
    failed = a_failed_provisioning(
        when=NOW, sentence="ECS went back to what ran before", details=("task 7fa2c1d0: exit code 1",)
    )
    local.gateways.service_index.mark_failed_provisioning("orders-api", failed)


def rings(local, catalog):
    local.ring("orders-api", "cpu")


def loses_its_log_group(local, catalog):
    local.lose_log_group("orders-api")


def changes_in_the_catalog(local, catalog):
    rewrite(catalog, "path: /healthz", "path: /nope")


def leaves_the_catalog(local, catalog):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.unlink()


def is_broken_in_the_catalog(local, catalog):
    rewrite(catalog, "port: 8080", "port: eighty")


def is_torn_down(local, catalog):
    local.provisioner.tear_down("orders-api")


def rewrite(catalog, old, new):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        (nothing, "Healthy"),
        (arrives, "Rolling out"),
        (waits_for_approval, "Waits for approval"),
        (waits_with_a_change_of_the_service, "Waits for approval"),
        (is_rolled_back, "Rolled back"),
        (is_not_carried_out, "Healthy"),
        (fails_in_its_first_run, "First run failed"),
        (is_replaced_by_pulumi, "Rolling out"),
        (is_deleted, "Deleted outside"),
        (is_stopped, "Stopped"),
        (lacks_a_task, "Failing"),
        (is_made_anew, "Nothing runs"),
        (is_changed_by_hand, "Changed outside"),
        (fails_to_be_provisioned, "Provisioning failed"),
        (rings, "Alarm"),
        (loses_its_log_group, "Log group gone"),
        (changes_in_the_catalog, "Healthy"),
        (leaves_the_catalog, "Not in the catalog"),
        (is_broken_in_the_catalog, "Catalog problem"),
        (is_torn_down, "Not provisioned"),
    ],
)
def test_list_and_every_page_say_the_same_state(client, running, catalog, happens, state):
    happens(running, catalog)

    assert listed(client).startswith(state)
    assert {tab: headed(client, tab) for tab in TABS} == dict.fromkeys(TABS, state)


def test_list_says_what_the_first_run_of_which_release_ended_with(client, running, catalog):
    fails_in_its_first_run(running, catalog)

    assert listed(client) == "First run failed 2.14.0 + env v1: bin/migrate ended with exit code 1"


def test_log_group_that_is_gone_is_told_before_a_task_fails_with_the_way_out(client, running, catalog):
    loses_its_log_group(running, catalog)

    page = text_of(client, PAGE)

    assert "Its log group /slipway/local/orders-api is gone" in words(page)
    assert "new tasks cannot start. Provisioning creates it again: Provision orders-api" in words(page)
    assert "its log group was deleted outside: new tasks cannot start" in listed(client)


@pytest.mark.parametrize("tab", ["/releases/new?definition=keep", "/logs", "/logs?task=nosuch"])
def test_review_and_log_say_that_the_log_group_is_gone(client, running, catalog, tab):
    loses_its_log_group(running, catalog)

    page = words(text_of(client, f"{PAGE}{tab}"))

    assert "Its log group /slipway/local/orders-api is gone" in page
    assert "Nothing was printed" not in page


@pytest.mark.parametrize("happens", [is_rolled_back, is_stopped, lacks_a_task, is_made_anew, arrives])
def test_log_group_that_is_gone_is_told_whatever_else_is_wrong(client, running, catalog, happens):
    happens(running, catalog)
    loses_its_log_group(running, catalog)

    assert "Its log group /slipway/local/orders-api is gone" in words(text_of(client, PAGE))
    assert "its log group was deleted outside" in listed(client)


def listed(client):
    return row(text_of(client, "/local/services"), "orders-api")[1]


def headed(client, tab):
    page = text_of(client, f"{PAGE}{tab}")
    return words(page.partition("</h1>")[2].partition("</div>")[0])


@pytest.mark.parametrize("happens", [leaves_the_catalog, is_broken_in_the_catalog])
def test_page_without_a_good_entry_offers_no_deploy_and_praises_nothing(post, running, catalog, happens):
    post(f"{PAGE}/provisioning", "/local/services/new")
    post.client.application.extensions["slipway"].provisioning.wait("local", "orders-api")
    happens(running, catalog)

    page = text_of(post.client, PAGE)

    assert "As the catalog says" not in words(page)
    assert "It is as the catalog says" not in words(page)
    assert "Deploy an image" not in words(page)
    assert '<a href="http://127.0.0.1:8081/orders-api"' in page  # where it was provisioned
    assert "/orders, /orders/*, public" in words(page)


def test_a_changed_size_is_told_with_what_it_does_to_the_cost(client, running, catalog):
    rewrite(catalog, "tasks: { min: 2, max: 4 }", "tasks: { min: 4 }")

    assert "cost a month: $22–$45 → $45 What runs stays as it is" in words(text_of(client, PAGE))


def test_page_of_what_left_the_catalog_says_how_to_finish_or_bring_it_back(client, running, catalog):
    leaves_the_catalog(running, catalog)

    page = words(text_of(client, PAGE))

    assert "Finish its retirement…" in page
    assert "restore this file in the catalog: services/orders-api.yaml" in page
    assert "problem" not in page


def test_changed_entry_is_told_with_what_differs_and_the_facts_stay_what_is_provisioned(client, running, catalog):
    changes_in_the_catalog(running, catalog)

    page = text_of(client, PAGE)

    assert "The catalog has changed, and that is not provisioned yet health.path: /healthz → /nope" in words(page)
    assert "Health check /healthz" in words(page)
    assert f'action="{PAGE}/provisioning"' in page
    assert "catalog changed" in words(text_of(client, "/local/services"))


def test_changed_entry_outside_the_local_cloud_says_what_to_run(client, running, catalog):
    rewrite(catalog, "{ local: {} }", "{ local: {}, dev: {} }")
    catalog.update_lock()
    dev = FakeEnvironment(running.aws, catalog.environment("dev"))
    dev.provision(catalog.service("orders-api", "dev"))
    rewrite(catalog, "port: 8080", "port: 9090")

    page = text_of(client, "/dev/services/orders-api")

    assert "Run this where the catalog is checked out: slipway up dev orders-api" in words(page)
    assert "/provisioning" not in page


def test_failed_provisioning_is_shown_like_a_failed_release(client, running, catalog):
    fails_to_be_provisioned(running, catalog)

    page = words(text_of(client, PAGE))

    assert row(text_of(client, "/local/services"), "orders-api")[1] == (
        "Provisioning failed ECS went back to what ran before"
    )
    assert "Provisioning did not come through" in page
    assert "2.13.4 + env v1 still runs." in page
    assert "task 7fa2c1d0: exit code 1" in page


def test_service_that_was_deleted_outside_can_be_provisioned_again(client, running, catalog):
    is_deleted(running, catalog)

    page = text_of(client, PAGE)

    assert "ECS no longer has this service: somebody deleted it outside Slipway." in words(page)
    assert f'action="{PAGE}/provisioning"' in page
    assert "Deploy an image" not in words(page)


@pytest.mark.parametrize(
    ("happens", "button"),
    [(is_made_anew, "Release 2.13.4 + env v1 again…"), (is_stopped, "Start it again…")],
)
def test_service_without_tasks_offers_to_release_what_ran(client, running, catalog, happens, button):
    happens(running, catalog)

    page = text_of(client, PAGE)

    assert button in words(page)
    assert f'href="{PAGE}/releases/new?image=2.13.4&amp;env.app=1"' in page


def test_what_a_stopped_service_ran_is_not_said_to_run(client, running, catalog):
    assert "Runs now" in text_of(client, PAGE)
    is_stopped(running, catalog)
    running.aws.now += timedelta(seconds=10)

    page = text_of(client, PAGE)

    assert '<h2 id="runs">Ran last</h2>' in page
    assert "2.13.4, ran last" in words(page)
    assert "Runs now" not in page


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "Env app v2 is staged, v1 ran last"),
        ("/releases", "image 2.13.4 env v1 Ran last"),
        ("/releases/new?env.app=2", "Ran last Would run"),
        ("/releases/new?env.app=2", "as now no change"),
        ("/releases/new?env.app=2", "Removed from app.env: DB_POOL_SIZE. What ran last has it"),
        ("/env/app", "env v1 Ran last"),
        ("/env/app", "What differs from v1, which ran last"),
        ("/env/app?from=1", "No key differs from what ran last"),
        ("/env/app/versions/1", "This version ran last."),
        ("/env/app/versions/2", "What differs from v1, which ran last"),
    ],
)
def test_every_page_says_of_a_stopped_service_what_ran_last(client, running, catalog, address, told):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    is_stopped(running, catalog)

    page = words(text_of(client, PAGE + address))

    assert told in page
    assert not re.search(r"Runs now|[Ww]hat runs|which runs", page)


def test_a_stopped_service_is_not_said_to_run_again_after_a_failed_release(client, running, catalog):
    running.release("orders-api", "2.14.0", 1, ends="rolled-back")
    assert "runs again" in text_of(client, PAGE)
    is_stopped(running, catalog)
    running.aws.now += timedelta(seconds=10)

    assert not re.search(r"runs again|still runs|succeeded in", text_of(client, PAGE))


def test_stopped_service_that_left_the_catalog_is_not_said_to_run(client, running, catalog):
    is_stopped(running, catalog)
    leaves_the_catalog(running, catalog)

    page = text_of(client, PAGE)

    assert '<h2 id="runs">Ran last</h2>' in page
    assert "Runs now" not in page


def test_version_to_go_on_from_is_the_one_that_ran_last(client, running, catalog):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    running.release("orders-api", "2.13.4", 2, ends="rolled-back")
    is_stopped(running, catalog)

    page = client.get(f"{PAGE}/env/app", follow_redirects=True).text
    assert "Your edit starts from v1, which ran last." in words(page)


def test_first_release_follows_nothing_that_ran_last(client, local, orders):
    local.provision(orders)

    page = words(text_of(client, f"{PAGE}/releases/new?image=2.13.4"))

    assert "Runs now Would run" in page
    assert "Ran last" not in page


def test_older_release_that_somebody_put_back_by_hand_is_named(client, running, catalog):
    first = running.gateways.releases.get("orders-api", 1)
    running.release("orders-api", "2.14.0")
    running.release("orders-api", "2.13.3")
    running.put_back("orders-api", first.revision)

    page = words(text_of(client, PAGE))
    assert "Somebody went back to release 1 outside Slipway." in page
    assert "Release 3 succeeded" not in page


@pytest.mark.parametrize(
    ("is_stopped", "runs_in_between", "word"),
    [(False, True, "Runs now"), (True, True, "Ran last"), (False, False, "Next run takes it")],
)
def test_what_is_live_is_called_by_what_it_does(is_stopped, runs_in_between, word):
    assert states.live_state(is_stopped, runs_in_between).word == word


def test_alarms_that_ring_are_called_in_words(client, running):
    running.ring("orders-api", "dead_letters")
    running.ring("orders-api", "unhealthy_targets")

    assert "dead letters, unhealthy targets" in listed(client)
    assert "デッドレター、正常でないターゲット" in words(text_of(client, "/local/services?lang=ja"))
