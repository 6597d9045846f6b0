"""Pulumi owns what is provisioned, releases own what runs: neither undoes the other."""

from typing import Any

import pytest

from runtime.releases.request import ReleaseRequest
from service_catalog.records.provisioned import TaskLimits
from tests.e2e.platform import Platform
from tests.local_cloud.waiting import eventually

SERVICES = ("orders-api",)


def container(platform: Platform) -> dict[str, Any]:
    return platform.runs("orders-api")["containerDefinitions"][0]


def tag(platform: Platform) -> str:
    return container(platform)["image"].rpartition(":")[2]


def env_file(platform: Platform) -> str:
    return container(platform)["environmentFiles"][0]["value"].rpartition("/")[2]


@pytest.fixture
def released(platform: Platform) -> Platform:
    """1.0.0 + env v1 runs."""
    if not platform.gateways.releases.history("orders-api").releases:
        assert platform.first_release("orders-api").status == "succeeded"
    assert (platform.release("orders-api", to=1).status, tag(platform)) == ("succeeded", "1.0.0")
    return platform


def test_releases_and_roll_backs_leave_an_empty_preview_behind_them(released: Platform) -> None:
    released.release("orders-api", image="1.1.0")
    after_release = released.previews()
    released.release("orders-api", to=1)

    assert (after_release, released.previews()) == ({}, {})


def test_a_refresh_after_releases_changes_nothing_that_a_release_owns(released: Platform) -> None:
    released.release("orders-api", image="1.1.0")

    refreshed = released.refresh()

    assert all(changes.ok for changes in refreshed)
    assert released.previews() == {}
    assert released.up()["local.orders-api"].status == "unchanged"
    assert tag(released) == "1.1.0"


def limits(platform: Platform) -> TaskLimits | None:
    return platform.gateways.scalable_targets.limits("orders-api")


def desired(platform: Platform) -> int:
    return platform.gateways.ecs_services.service("orders-api").desired


def test_what_a_scaling_schedule_set_last_is_set_by_whatever_comes_after_it(released: Platform) -> None:
    long_ago = {"cron": "0 0 1 1 ? 2020", "min": 2}
    released.edit("orders-api", lambda entry: entry.update(scaling={"cpu_percent": 60, "schedule": [long_ago]}))
    assert released.up()["local.orders-api"].status == "done"
    assert limits(released) == TaskLimits(min=2, max=2)
    assert eventually(lambda: desired(released) == 2)

    released.release("orders-api", image="1.1.0")
    assert (limits(released), desired(released)) == (TaskLimits(min=2, max=2), 2)
    assert released.previews() == {}

    released.edit("orders-api", lambda entry: entry.update(scaling={"cpu_percent": 60}))
    assert released.up()["local.orders-api"].status == "done"
    assert limits(released) == TaskLimits(min=1, max=2)


def repository(platform: Platform) -> dict[str, Any]:
    found: dict[str, Any] = platform.aws.call("ecr", "describe_repositories", repositoryNames=["orders-api"])
    [it] = found["repositories"]
    return dict(it)


def test_a_repository_is_made_with_its_service_and_kept_with_its_images_when_it_leaves(released: Platform) -> None:
    environment = released.catalog.directory / "environments" / "local.yaml"
    as_it_was = environment.read_text()
    environment.write_text(f"{as_it_was}registry: {{ make: true }}\n")
    making = Platform.over(released.catalog, released.cloud)
    assert making.up()["local.orders-api"].status == "done"
    assert repository(making)["imageTagMutability"] == "IMMUTABLE"
    assert making.release("orders-api", image="1.1.0").status == "succeeded"
    assert making.previews() == {}

    environment.write_text(as_it_was)
    assert released.up()["local.orders-api"].status == "done"
    assert repository(released)["imageTagMutability"] == "IMMUTABLE"
    assert released.release("orders-api", image="1.0.0").status == "succeeded"


def test_a_changed_definition_is_staged_then_released_and_rolled_back_with_all_else(released: Platform) -> None:
    saved = released.save_env("orders-api", released.newest_env("orders-api") + "EXTRA=1\n")
    before = (tag(released), released.runs("orders-api")["cpu"], env_file(released))
    released.edit("orders-api", lambda entry: entry["compute"].update(cpu=512, memory_mib=1024))

    # What `pulumi up` alone does: the definition is staged, what runs stays.
    assert released.engine.up("local.orders-api", lambda step: None).ok
    assert (tag(released), released.runs("orders-api")["cpu"], env_file(released)) == before
    staged = released.gateways.releases.proposal("orders-api", ReleaseRequest())
    assert ("cpu", "256", "512") in [(change.what, change.old, change.new) for change in staged.definition_changes]

    assert released.up()["local.orders-api"].ended.endswith("is live")
    assert released.runs("orders-api")["cpu"] == "512"
    assert env_file(released) == before[2]  # what somebody saved meanwhile is staged, not swept along

    released.release("orders-api", env={"app": saved}, image="1.1.0")
    assert env_file(released) == f"v{saved:06d}.env"
    released.release("orders-api", to=1)
    assert (tag(released), released.runs("orders-api")["cpu"], env_file(released)) == before
    assert released.previews() == {}


def test_a_release_that_breaks_comes_back_with_its_env_and_leaves_an_empty_preview(released: Platform) -> None:
    lines = released.newest_env("orders-api").splitlines(keepends=True)
    saved = released.save_env("orders-api", "".join(line for line in lines if not line.startswith("PAYMENTS_URL")))
    before = (tag(released), env_file(released))

    outcome = released.release("orders-api", env={"app": saved})

    assert outcome.status == "rolled-back"
    assert "PAYMENTS_URL" in " ".join([outcome.reason, *outcome.evidence])
    assert (tag(released), env_file(released)) == before
    assert released.previews() == {}
    assert released.up()["local.orders-api"].status == "unchanged"


def test_a_load_balancer_that_comes_with_another_port_makes_a_new_service(released: Platform) -> None:
    def hide(entry: dict[str, Any]) -> None:
        hidden.update(exposure=entry.pop("exposure"), alarms=entry.pop("alarms"))

    hidden: dict[str, Any] = {}
    released.edit("orders-api", hide)
    released.catalog.update_lock()
    assert released.engine.up("local.orders-api", lambda step: None).ok

    released.edit("orders-api", lambda entry: entry.update(port=8081))
    alone = released.engine.preview("local.orders-api")
    released.edit("orders-api", lambda entry: entry.update(hidden))
    released.catalog.update_lock()
    together = released.engine.preview("local.orders-api")

    assert not alone.touched("aws:ecs/service:Service", "replace")
    assert together.touched("aws:ecs/service:Service", "replace")
