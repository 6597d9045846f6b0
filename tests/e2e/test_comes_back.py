"""A service that ran runs again after the next ``slipway up``, whatever stopped the last one or was done outside."""

import pytest

from service_catalog import naming
from tests.e2e.platform import Platform
from tests.e2e.test_killed_up import Up

SERVICES = ("orders-api",)
GROUP = naming.log_group(naming.LOCAL, "orders-api")


@pytest.fixture
def live(platform: Platform) -> Platform:
    """1.0.0 runs, and an env version that is newer than what runs is there."""
    if not platform.gateways.releases.history("orders-api").releases:
        assert platform.first_release("orders-api").status == "succeeded"
        platform.save_env("orders-api", "FAIL_HEALTH=1\n")
    return platform


def what_runs(platform: Platform) -> tuple[bool, str, list[str]]:
    """Whether any task does, of which image, with which env files: scaling moves the count as it likes."""
    [container] = platform.runs("orders-api")["containerDefinitions"]
    files = [entry["value"].rpartition("/")[2] for entry in container["environmentFiles"]]
    any_task = platform.gateways.ecs_services.service("orders-api").running > 0
    return any_task, container["image"].rpartition(":")[2], files


def move(platform: Platform, port: int) -> None:
    platform.edit("orders-api", lambda entry: entry.update(port=port))


def test_an_up_that_is_killed_after_it_replaced_a_service_is_mended_by_the_next_one(live: Platform) -> None:
    before = what_runs(live)
    move(live, 9000)
    killed = Up(live)
    with killed.process:
        for event in killed.events():
            if (event.get("phase"), event.get("stack")) == ("provisioned", "local.orders-api"):
                killed.process.kill()
                break

    assert live.up()["local.orders-api"].status == "done"
    assert what_runs(live) == before
    assert live.up()["local.orders-api"].status == "unchanged"


def test_a_replacement_whose_release_would_be_refused_touches_nothing(live: Platform) -> None:
    before = what_runs(live)
    move(live, 9001)
    live.edit("orders-api", lambda entry: entry["secrets"].update(TOKEN={"ssm": "/nowhere/token"}))

    refused = live.up()["local.orders-api"]
    assert refused.status == "held-back"
    assert "secret: /nowhere/token does not exist" in refused.ended
    assert what_runs(live) == before

    live.edit("orders-api", lambda entry: entry["secrets"].pop("TOKEN"))
    assert live.up()["local.orders-api"].status == "done"
    assert what_runs(live) == before


def test_a_service_that_was_deleted_outside_is_made_again_and_runs(live: Platform) -> None:
    before = what_runs(live)
    live.aws.call("ecs", "delete_service", cluster=naming.cluster("local"), service="orders-api", force=True)

    result = live.up()["local.orders-api"]

    assert (result.status, result.why) == ("done", "ECS has no such service any more: it was deleted outside")
    assert what_runs(live) == before


def test_what_it_printed_outlives_it_and_is_taken_over_when_it_is_registered_again(live: Platform) -> None:
    printed = lines(live)
    entry = live.catalog.entry_text("orders-api")
    live.catalog.remove("orders-api", entry)
    assert live.up()["local.orders-api"].ended == "destroyed"
    assert printed <= lines(live)

    live.catalog.add("orders-api", entry)
    live.edit("orders-api", lambda it: it["environments"]["local"].update(logs={"retention_days": 14}))

    assert live.up()["local.orders-api"].status == "done"
    assert printed <= lines(live)
    [group] = live.aws.call("logs", "describe_log_groups", logGroupNamePrefix=GROUP)["logGroups"]
    assert group["retentionInDays"] == 14
    assert live.previews() == {}


def lines(platform: Platform) -> set[str]:
    found = {it["eventId"] for it in platform.aws.call("logs", "filter_log_events", logGroupName=GROUP)["events"]}
    assert found
    return found
