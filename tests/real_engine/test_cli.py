"""The same program and the same state by both engines: where they disagree, the embedded one is wrong.

The tests stand in the order of a service's life; each goes on where the one before it ended.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.engine import Changes
from deploy.pulumi_engine import PulumiEngine
from local_cloud import engine
from local_cloud.cloud import PASSPHRASE
from local_cloud.engine import urns
from service_catalog import naming
from tests.e2e.platform import Platform
from tests.real_engine.cli import Pulumi, needs_pulumi
from tests.real_engine.integrity import complaints, records_of

SERVICES = ("orders-api", "mail", "receipts", "report", "backfill")

pytestmark = needs_pulumi

STACKS = (naming.LOCAL, *(f"{naming.LOCAL}.{service}" for service in SERVICES))
SERVICE = "local.orders-api"


def state_of(platform: Platform, stack: str) -> Path:
    return platform.cloud.state / "pulumi" / ".pulumi" / "stacks" / naming.PROJECT / f"{stack}.json"


def exports_of(platform: Platform, stack: str) -> dict[str, Any]:
    backend = engine.Backend(platform.cloud.state / "pulumi", naming.PROJECT, passphrase=PASSPHRASE)
    return backend.outputs(stack)


def test_it_lists_the_stacks_and_shows_their_exports(platform: Platform, pulumi: Pulumi) -> None:
    listed = json.loads(pulumi("stack", "ls", "--json"))
    pulumi("stack", "select", SERVICE)

    assert {stack["name"] for stack in listed} == set(STACKS)
    assert json.loads(pulumi("stack", "output", "--json", "-s", "local")) == exports_of(platform, "local")


@pytest.mark.parametrize("stack", STACKS)
def test_it_finds_nothing_to_do_in_what_the_embedded_engine_made(pulumi: Pulumi, stack: str) -> None:
    pulumi.must_find_nothing_to_do(stack)


@pytest.mark.parametrize("stack", STACKS)
def test_its_refresh_finds_everything_as_it_is(pulumi: Pulumi, stack: str) -> None:
    pulumi.apply("refresh", stack, "--expect-no-changes")
    pulumi.must_find_nothing_to_do(stack)


def test_the_embedded_engine_finds_nothing_to_do_after_a_refresh_of_the_real_one(platform: Platform) -> None:
    assert platform.previews() == {}
    assert [changes.counts for changes in platform.refresh() if changes.counts or not changes.ok] == []


def give_the_queue_a_key(entry: dict[str, Any]) -> None:
    entry["queue"] |= {"key_arn": "arn:aws:kms:ap-northeast-1:000000000000:key/1234abcd"}


def make_it_a_worker(entry: dict[str, Any]) -> None:
    entry.update(kind="worker", queue={})
    del entry["port"]


CHANGES: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "queue": ("receipts", lambda entry: entry["queue"].update(retries=7, visibility_seconds=120)),
    "key of the queue": ("receipts", give_the_queue_a_key),
    "order in the queue": ("receipts", lambda entry: entry["queue"].update(fifo=True)),
    "scaling from zero": ("receipts", lambda entry: entry.update(tasks={"min": 0, "max": 4})),
    "schedule": ("report", lambda entry: entry["environments"].update(local={"schedule": {"cron": "0 4 * * ? *"}})),
    "pause of the schedule": ("report", lambda entry: entry["schedule"].update(paused=True)),
    "run": ("backfill", lambda entry: entry.update(run={"copies": 3, "attempts": 2, "overlap": "allow"})),
    "kind": ("mail", make_it_a_worker),
    "port": ("orders-api", lambda entry: entry.update(port=8081)),
}


@pytest.mark.parametrize(("service", "change"), CHANGES.values(), ids=CHANGES)
def test_both_plan_the_same_for_a_changed_entry(platform: Platform, real: PulumiEngine, service, change) -> None:
    entry = platform.catalog.directory / "services" / f"{service}.yaml"
    before = entry.read_text()
    platform.edit(service, change)
    try:
        theirs, ours = (planned(engine.preview(f"local.{service}")) for engine in (real, platform.engine))
    finally:
        entry.write_text(before)

    assert theirs
    assert theirs.keys() == ours.keys()
    # Of what is replaced along with something else, the real one does not say what changes.
    assert {step: ours[step] for step, changed in theirs.items() if changed} == {
        step: changed for step, changed in theirs.items() if changed
    }


def planned(changes: Changes) -> dict[tuple[str, str, str], list[str]]:
    """What changes, by action, type and name."""
    assert changes.ok, changes.failures
    done = (step for step in changes.steps if step.action not in ("same", "read"))
    return {(step.action, step.type, step.name): sorted(step.changed) for step in done}


def test_a_changed_entry_is_brought_about_and_nothing_is_left_to_do_for_either(platform, pulumi) -> None:
    platform.edit("orders-api", lambda entry: entry.update(port=8081))

    pulumi.apply("up", SERVICE)

    pulumi.must_find_nothing_to_do(SERVICE)
    pulumi.apply("refresh", SERVICE, "--expect-no-changes")
    assert platform.previews() == {}
    assert list(complaints(records_of(state_of(platform, SERVICE).read_text()))) == []


def test_what_the_embedded_engine_then_changes_the_real_one_finds_done(platform: Platform, pulumi: Pulumi) -> None:
    platform.edit("orders-api", lambda entry: entry["environments"]["local"].update(logs={"retention_days": 14}))

    done = platform.engine.up(SERVICE, lambda step: None)

    assert (done.failures, bool(done.counts)) == ((), True)

    pulumi.must_find_nothing_to_do(SERVICE)


def test_slipway_provisions_by_the_real_engine_too(platform: Platform, pulumi: Pulumi, real: PulumiEngine) -> None:
    assert real.stacks() == set(STACKS)
    assert {stack: counts for stack in STACKS if (counts := real.preview(stack).counts)} == {}

    platform.edit("orders-api", lambda entry: entry["environments"]["local"].update(logs={"retention_days": 7}))
    ours = platform.engine.preview(SERVICE).counts
    assert ours
    done = real.up(SERVICE, lambda step: None)

    assert (done.failures, done.counts) == ((), ours)
    assert platform.previews() == {}
    assert json.loads(pulumi("stack", "output", "--json", "-s", "local")) == exports_of(platform, "local")


def test_it_destroys_a_service_and_leaves_the_others_alone(platform: Platform, pulumi: Pulumi) -> None:
    pulumi.apply("destroy", SERVICE)

    found = platform.aws.call(
        "ecs", "describe_services", cluster=naming.cluster(naming.LOCAL), services=["orders-api"]
    )["services"]
    assert [service for service in found if service["status"] != "INACTIVE"] == []
    assert records_of(state_of(platform, SERVICE).read_text()) == []
    assert platform.previews(["local", "local.mail"]) == {}
    pulumi("stack", "rm", SERVICE, "--yes")
    assert SERVICE not in platform.engine.stacks()


@pytest.mark.parametrize("service", ["mail", "receipts", "report", "backfill"])
def test_a_service_that_leaves_takes_along_all_that_its_state_holds(platform, real, service) -> None:
    stack = f"local.{service}"
    records = [it for it in records_of(state_of(platform, stack).read_text()) if not it.get("external")]
    held = {(record["type"], urns.name_of(record["urn"])) for record in records}

    changes = real.destroy(stack, lambda step: None)

    assert changes.ok, changes.failures
    deleted = {(step.type, step.name) for step in changes.steps if step.action == "delete"}
    assert deleted == held - {("pulumi:providers:pulumi", "default")}
    assert stack not in platform.engine.stacks()
