"""Checkpoints as the real CLI leaves them, its runs ended or not: the embedded engine goes on from any of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from local_cloud.engine import Backend
from local_cloud.engine.provider import REACHED
from tests.local_cloud.engine.fake_cloud import FakeCloud
from tests.local_cloud.engine.resources import Provider, Thing, opts
from tests.local_cloud.engine.stack import StackUnderTest

NAMES = ("a", "b", "c")
STACK = "urn:pulumi:dev::trial::pulumi:pulumi:Stack::trial-dev"
PROVIDER = "urn:pulumi:dev::trial::pulumi:providers:test::main"
TIMES = {"created": "2026-11-21T06:44:40.937118916Z", "modified": "2026-11-21T06:50:00.1Z"}


def program(name: str, size: int) -> dict[str, Any]:
    return {"name": name, "size": size, "note": f"{name} of {size}", "tags": {"of": name}}


@dataclass
class Left:
    """What the CLI left of one resource: its entry, the operation that was open, and what the cloud has."""

    entry: dict[str, Any] | None = None
    operation: dict[str, Any] | None = None
    thing: dict[str, Any] | None = None


def entry(name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "urn": f"urn:pulumi:dev::trial::test:index/thing:Thing::{name}",
        "custom": True,
        "id": f"id-{name}",
        "type": "test:index/thing:Thing",
        "inputs": inputs,
        "outputs": {**inputs, "address": f"//id-{name}"},
        "parent": STACK,
        "provider": f"{PROVIDER}::p1",
        "propertyDependencies": {key: [] for key in inputs},
        **TIMES,
        **more,
    }


def begun(kind: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {"resource": resource, "type": kind}


def never_heard_of(name: str, size: int) -> Left:
    return Left()


def done(name: str, size: int) -> Left:
    was = program(name, size)
    return Left(entry(name, was), thing=was)


def partly_made(name: str, size: int) -> Left:
    """The CLI keeps the inputs it asked for."""
    asked, has = program(name, size), {"name": name, "size": size}
    left = entry(name, asked, initErrors=["the note was refused"])
    left["outputs"] = {**has, "address": f"//id-{name}", REACHED: has}
    return Left(left, thing=has)


def creating(name: str, size: int) -> Left:
    asked = program(name, size)
    without_id = {key: value for key, value in entry(name, asked).items() if key not in ("id", "outputs")}
    return Left(operation=begun("creating", without_id))


def created(name: str, size: int) -> Left:
    return Left(operation=creating(name, size).operation, thing=program(name, size))


def updating(name: str, size: int) -> Left:
    was = program(name, size)
    return Left(entry(name, was), begun("updating", entry(name, program(name, size + 1))), was)


def updated(name: str, size: int) -> Left:
    left = updating(name, size)
    return Left(left.entry, left.operation, program(name, size + 1))


def deleting(name: str, size: int) -> Left:
    left = done(name, size)
    return Left(left.entry, begun("deleting", entry(name, program(name, size))), left.thing)


def deleted(name: str, size: int) -> Left:
    left = deleting(name, size)
    return Left(left.entry, left.operation)


def reading(name: str, size: int) -> Left:
    left = done(name, size)
    return Left(left.entry, begun("reading", entry(name, program(name, size))), left.thing)


def to_be_made_anew(name: str, size: int) -> Left:
    return Left(entry(name, program(name, size), pendingReplacement=True))


WAYS: tuple[Callable[[str, int], Left], ...] = (
    *(never_heard_of, done, partly_made, creating, created, updating, updated),
    *(deleting, deleted, reading, to_be_made_anew),
)


def write(directory: Path, lefts: list[tuple[str, Left]], cloud: FakeCloud) -> None:
    provider = {
        "urn": PROVIDER,
        "custom": True,
        "id": "p1",
        "type": "pulumi:providers:test",
        "inputs": {"__internal": {}, "region": "here", "version": "1.2.3"},
        "outputs": {"region": "here", "version": "1.2.3"},
        "parent": STACK,
        **TIMES,
    }
    root = {"urn": STACK, "custom": False, "type": "pulumi:pulumi:Stack", **TIMES}
    latest = {
        "manifest": {"time": TIMES["modified"], "magic": "3c8a", "version": "v3.260.0"},
        "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:nothing:v1:is:sealed"}},
        "resources": [root, provider, *(left.entry for _, left in lefts if left.entry)],
        "pending_operations": [left.operation for _, left in lefts if left.operation],
        "metadata": {},
    }
    path = directory / "state" / ".pulumi" / "stacks" / "trial" / "dev.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"version": 3, "checkpoint": {"stack": "organization/trial/dev", "latest": latest}}))
    with cloud.things() as things:
        things |= {f"id-{name}": left.thing for name, left in lefts if left.thing}


@settings(max_examples=60)
@given(
    ways=st.tuples(*(st.sampled_from(WAYS) for _ in NAMES)),
    before=st.integers(1, 2),
    wanted=st.integers(1, 3),
    kept=st.sets(st.sampled_from(NAMES)),
)
def test_whatever_the_cli_left_the_cloud_gets_all_that_the_program_asks_for(ways, before, wanted, kept) -> None:
    with TemporaryDirectory() as place:
        cloud = FakeCloud(Path(place) / "cloud.json")
        write(Path(place), [(name, way(name, before)) for name, way in zip(NAMES, ways, strict=True)], cloud)
        stack = StackUnderTest("dev", Backend(Path(place) / "state", "trial"), cloud)

        def wants() -> None:
            provider = Provider()
            for name in sorted(kept):
                Thing(name, opts(provider), **program(name, wanted))

        assert stack.up(wants).failures == []

        with cloud.things() as things:
            assert sorted(things.values(), key=lambda thing: thing["name"]) == [
                program(name, wanted) for name in sorted(kept)
            ]
        assert REACHED not in json.dumps(stack.document())
        assert "initErrors" not in json.dumps(stack.document())
        cloud.calls.clear()
        assert stack.up(wants).changes == 0
        assert cloud.calls == []
