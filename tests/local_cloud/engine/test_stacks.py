"""Several stacks: they read one another's exports, and runs side by side do not mix."""

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pulumi
import pytest
from pulumi._utils import lazy_import

from local_cloud.engine import collector
from tests.local_cloud.engine.resources import Group, Provider, Thing, opts
from tests.local_cloud.engine.stack import StackUnderTest


def exporting() -> None:
    pulumi.export("network", {"id": "net-1", "ports": [80, 443]})
    pulumi.export("password", pulumi.Output.secret("hush"))


def test_a_stack_reads_what_another_exports(stack: StackUnderTest) -> None:
    service = StackUnderTest("dev.orders", stack.backend, stack.cloud)

    def reading() -> None:
        dev = pulumi.StackReference("organization/trial/dev")
        thing = Thing("one", opts(Provider()), name="one", note=dev.require_output("network")["id"])
        pulumi.export("port", dev.require_output("network")["ports"][0])
        pulumi.export("note", thing.address)
        pulumi.export("password", dev.require_output("password"))

    stack.up(exporting)
    result = service.up(reading)

    assert result.ok
    assert result.outputs["port"] == 80
    assert result.secret_outputs == {"password"}
    assert service.resource("one")["inputs"]["note"] == "net-1"
    assert service.up(reading).changes == 0


MEETING = """
import itertools, threading
turn, loading = itertools.count(), threading.Event()
"""
LAZY = """
import meeting
meeting.loading.set()
threading = meeting.threading
threading.Event().wait(0.5)  # in this moment the other one touches it, if it may
Thing = "a thing"
"""
TOUCHING = """
import meeting, pulumi, sys
if next(meeting.turn) > 0:
    meeting.loading.wait(5)
pulumi.export("thing", sys.modules["lazy"].Thing)
"""


def test_stacks_side_by_side_may_be_the_first_to_touch_a_package(
    stack: StackUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules of Pulumi's packages load themselves when they are touched, and another thread sees them half loaded."""
    monkeypatch.syspath_prepend(tmp_path)
    for name, text in (("meeting", MEETING), ("lazy", LAZY), ("__main__", TOUCHING)):
        (tmp_path / f"{name}.py").write_text(text)
    lazy_import("lazy")
    stacks = [StackUnderTest(f"dev.s{number}", stack.backend, stack.cloud) for number in range(2)]

    with ThreadPoolExecutor(len(stacks)) as pool:
        results = list(pool.map(lambda it: it.up(tmp_path), stacks))

    assert [(result.failures, result.outputs) for result in results] == [([], {"thing": "a thing"})] * 2


def test_a_stack_reference_is_kept_as_the_pulumi_cli_keeps_it(stack: StackUnderTest) -> None:
    """Among them the provider of Pulumi's own that the CLI gives it."""
    service = StackUnderTest("dev.orders", stack.backend, stack.cloud)
    stack.up(lambda: pulumi.export("a", 1))
    service.up(lambda: pulumi.StackReference("organization/trial/dev"))

    provider = service.resource("default")
    assert provider == {
        "urn": "urn:pulumi:dev.orders::trial::pulumi:providers:pulumi::default",
        "custom": True,
        "id": provider["id"],
        "type": "pulumi:providers:pulumi",
    }
    assert service.resource("organization/trial/dev") == {
        "urn": "urn:pulumi:dev.orders::trial::pulumi:pulumi:StackReference::organization/trial/dev",
        "custom": True,
        "id": "organization/trial/dev",
        "type": "pulumi:pulumi:StackReference",
        "inputs": {"name": "organization/trial/dev"},
        "outputs": {"name": "organization/trial/dev", "outputs": {"a": 1}, "secretOutputNames": []},
        "parent": "urn:pulumi:dev.orders::trial::pulumi:pulumi:Stack::trial-dev.orders",
        "external": True,
        "provider": f"{provider['urn']}::{provider['id']}",
    }


def test_a_reference_to_a_stack_that_is_not_there_fails_with_a_sentence(stack: StackUnderTest) -> None:
    result = stack.up(lambda: pulumi.StackReference("organization/trial/prod"))

    assert result.failures == [
        "pulumi:pulumi:StackReference organization/trial/prod: trial has no stack 'prod'; provision it first"
    ]


def test_runs_side_by_side_do_not_mix(stack: StackUnderTest) -> None:
    stacks = [StackUnderTest(f"s{number}", stack.backend, stack.cloud) for number in range(6)]

    def program() -> None:
        provider = Provider()
        group = Group("group", pulumi.ResourceOptions(provider=provider))
        for number in range(5):
            Thing(f"{pulumi.get_stack()}-{number}", pulumi.ResourceOptions(parent=group))
        pulumi.export("who", pulumi.get_stack())
        pulumi.export("size", pulumi.Config().get("size"))

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda each: each.up(program, config={"trial:size": each.name}), stacks))

    assert [result.outputs for result in results] == [{"who": each.name, "size": each.name} for each in stacks]
    for each in stacks:
        assert {entry["urn"].split(":")[2] for entry in each.resources()} == {each.name}
        assert len(each.resources()) == 8
    assert pulumi.runtime.get_root_resource() is None
    assert pulumi.get_stack() == "stack"  # what the SDK says outside of any run


def test_the_collector_rests_until_the_last_run_ends() -> None:
    before = gc.get_threshold()

    with collector.at_rest():
        with collector.at_rest():
            pass
        assert gc.get_threshold()[0] == 200_000

    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
