"""The whole sample catalog on the local cloud: the same program that ``pulumi up`` runs, by the embedded engine."""

from service_catalog import naming
from tests.e2e.platform import Platform


def stacks(platform: Platform) -> set[str]:
    return {naming.LOCAL, *(f"local.{name}" for name in platform.catalog.service_names(naming.LOCAL))}


def test_every_sample_is_provisioned_and_a_rerun_finds_nothing_to_do(platform: Platform) -> None:
    assert platform.engine.stacks() == stacks(platform)
    assert platform.previews() == {}

    again = platform.up()

    assert {result.status for result in again.values()} == {"unchanged"}


def test_a_changed_entry_touches_its_own_stack_alone(platform: Platform) -> None:
    platform.edit("storefront", lambda entry: entry.update(logs={"retention_days": 14}))

    done = platform.up()

    changed = {stack: dict(result.counts) for stack, result in done.items() if result.status != "unchanged"}
    # The log group, and the record of what was provisioned.
    assert changed == {"local.storefront": {"update": 2}}


def test_a_service_that_left_the_catalog_takes_only_its_own_resources_along(platform: Platform) -> None:
    before = platform.aws.call("ecs", "list_services", cluster=naming.cluster(naming.LOCAL))["serviceArns"]
    (platform.catalog.directory / "services" / "search.yaml").unlink()
    platform.catalog.update_lock()

    done = platform.up()

    gone = {stack: set(result.counts) for stack, result in done.items() if result.status != "unchanged"}
    after = platform.aws.call("ecs", "list_services", cluster=naming.cluster(naming.LOCAL))["serviceArns"]
    assert gone == {"local.search": {"delete"}}
    assert {arn.rsplit("/")[-1] for arn in set(before) - set(after)} == {"search"}
    assert platform.engine.stacks() == stacks(platform)
    assert platform.previews() == {}
