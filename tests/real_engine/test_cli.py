"""The same program and the same state by both engines: where they disagree, the embedded one is wrong.

The tests stand in the order of a service's life; each goes on where the one before it ended.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cli.options import REPOSITORY
from deploy.pulumi_engine import PulumiEngine
from local_cloud import engine
from local_cloud.cloud import PASSPHRASE
from local_cloud.engine import urns
from service_catalog import naming
from tests.e2e.platform import Platform
from tests.real_engine.cli import Pulumi, environment
from tests.real_engine.integrity import complaints, records_of

SERVICES = ("orders-api", "mail", "receipts", "report", "backfill")

pytestmark = [
    pytest.mark.xdist_group("real-engine-cli"),
    pytest.mark.skipif(
        shutil.which("pulumi") is None,
        reason="no `pulumi` is on the PATH; install the Pulumi CLI to hold the embedded engine against the real one",
    ),
]

STACKS = (naming.LOCAL, *(f"{naming.LOCAL}.{service}" for service in SERVICES))
SERVICE = "local.orders-api"


@pytest.fixture(scope="module")
def pulumi(platform: Platform, provider_port: int, tmp_path_factory: pytest.TempPathFactory) -> Pulumi:
    return Pulumi(environment(platform, provider_port, tmp_path_factory.mktemp("pulumi-home")))


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


ACTIONS = {"create": "create", "update": "update", "replace": "replace", "create-replacement": "replace"}


def test_both_plan_the_same_for_a_changed_entry(platform: Platform, pulumi: Pulumi) -> None:
    platform.edit("orders-api", lambda entry: entry.update(port=8081))

    planned = json.loads(pulumi("preview", "-s", SERVICE, "--json"))["steps"]
    ours = platform.engine.preview(SERVICE).steps

    theirs = {
        (ACTIONS[step["op"]], urns.type_of(step["urn"]), urns.name_of(step["urn"]))
        for step in planned
        if step["op"] in ACTIONS
    }
    assert theirs == {(step.action, step.type, step.name) for step in ours if step.action in ACTIONS}


def test_a_changed_entry_is_brought_about_and_nothing_is_left_to_do_for_either(platform, pulumi) -> None:
    pulumi.apply("up", SERVICE)

    pulumi.must_find_nothing_to_do(SERVICE)
    pulumi.apply("refresh", SERVICE, "--expect-no-changes")
    assert platform.previews() == {}
    assert list(complaints(records_of(state_of(platform, SERVICE).read_text()))) == []


def test_what_the_embedded_engine_then_changes_the_real_one_finds_done(platform: Platform, pulumi: Pulumi) -> None:
    platform.edit("orders-api", lambda entry: entry.update(logs={"retention_days": 14}))

    assert platform.engine.up(SERVICE, lambda step: None).ok

    pulumi.must_find_nothing_to_do(SERVICE)


def test_slipway_provisions_by_the_real_engine_too(
    platform: Platform, pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in pulumi.environment.items():
        monkeypatch.setenv(name, value)
    real = PulumiEngine(REPOSITORY)
    assert real.stacks() == set(STACKS)
    assert {stack: counts for stack in STACKS if (counts := real.preview(stack).counts)} == {}

    platform.edit("orders-api", lambda entry: entry.update(logs={"retention_days": 7}))
    ours = platform.engine.preview(SERVICE).counts
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
