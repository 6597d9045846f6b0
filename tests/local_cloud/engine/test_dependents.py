"""Whoever depends on what is deleted before it is replaced."""

import asyncio
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud.engine import Backend
from local_cloud.engine.provider import Properties
from tests.local_cloud.engine.fake_cloud import FakeCloud
from tests.local_cloud.engine.resources import Provider, Thing, opts
from tests.local_cloud.engine.stack import StackUnderTest


def disk_with_users(color: str, first: bool = True, **options: Any) -> None:
    provider = Provider()
    disk = Thing("disk", opts(provider, delete_before_replace=first), name="disk", color=color)
    host = Thing("host", opts(provider, **options), name="host", mounts=[disk.address])
    Thing("guest", opts(provider), name="guest", mounts=[host.address])
    Thing("reader", opts(provider), name="reader", note=disk.address)
    Thing("waiter", opts(provider, depends_on=[disk]), name="waiter")


def test_they_go_before_it_last_ones_first_and_come_back_after_it(stack: StackUnderTest, cloud: FakeCloud) -> None:
    stack.up(lambda: disk_with_users("red"))
    cloud.calls.clear()

    assert stack.up(lambda: disk_with_users("blue")).failures == []

    steps = [call for call in cloud.calls if "reader" not in call]
    assert steps == ["delete guest", "delete host", "delete disk", "create disk", "create host", "create guest"]
    assert "update reader note" in cloud.calls
    assert "waiter" not in " ".join(cloud.calls)
    assert stack.preview(lambda: disk_with_users("blue")).changes == 0


def test_a_preview_says_the_same_and_why(stack: StackUnderTest) -> None:
    def told() -> set[tuple[str, str, tuple[str, ...], str]]:
        done = [event for event in stack.events if event.state == "done" and event.type.startswith("test:index")]
        return {(event.action, event.name, event.changed, event.reason) for event in done if event.action != "same"}

    stack.up(lambda: disk_with_users("red"))
    stack.preview(lambda: disk_with_users("blue"))
    planned = told()
    stack.up(lambda: disk_with_users("blue"))

    assert planned == {
        ("replace", "disk", ("color",), "because of color"),
        ("replace", "host", ("mounts",), "because of mounts"),
        ("replace", "guest", ("mounts",), "because of mounts"),
        ("update", "reader", ("note",), ""),
    }
    assert told() == planned


def test_they_are_replaced_even_when_what_they_use_comes_out_the_same(stack: StackUnderTest, cloud: FakeCloud) -> None:
    def program(color: str) -> None:
        provider = Provider()
        disk = Thing("disk", opts(provider, delete_before_replace=True), name="disk", color=color)
        Thing("user", opts(provider), name="user", disk=disk.name)

    stack.up(lambda: program("red"))
    cloud.calls.clear()
    stack.up(lambda: program("blue"))

    assert cloud.calls == ["delete user", "delete disk", "create disk", "create user"]


def test_a_new_one_made_before_the_old_one_goes_takes_nobody_along(stack: StackUnderTest, cloud: FakeCloud) -> None:
    def program(color: str) -> None:
        provider = Provider()
        disk = Thing("disk", opts(provider, delete_before_replace=False), name=f"disk-{color}", color=color)
        Thing("user", opts(provider), name="user", disk=disk.address.apply(lambda _: "the disk"))

    stack.up(lambda: program("red"))
    cloud.calls.clear()
    stack.up(lambda: program("blue"))

    assert cloud.calls == ["create disk-blue", "delete disk-red"]


def test_a_dependent_that_left_the_program_goes_once(stack: StackUnderTest, cloud: FakeCloud) -> None:
    def program(color: str, with_user: bool) -> None:
        disk = Thing("disk", opts(Provider(), delete_before_replace=True), name="disk", color=color)
        if with_user:
            Thing("user", opts(Provider("second")), name="user", mounts=[disk.address])

    stack.up(lambda: program("red", True))
    cloud.calls.clear()
    stack.preview(lambda: program("blue", False))
    planned = stack.steps()
    assert stack.up(lambda: program("blue", False)).ok

    assert cloud.calls == ["delete user", "delete disk", "create disk"]
    assert (planned, stack.steps()) == ([("replace", "disk"), ("delete", "user")],) * 2


def test_a_protected_dependent_stops_the_replacement_before_anything_goes(stack: StackUnderTest, cloud) -> None:
    stack.up(lambda: disk_with_users("red", protect=True))
    cloud.calls.clear()

    result = stack.up(lambda: disk_with_users("blue", protect=True))

    assert result.failures[0] == (
        "test:index/thing:Thing disk: host would have to be replaced with it and is protected; take `protect` away"
    )
    assert cloud.calls == []


def test_a_resource_is_unprotected_and_replaced_in_one_go(stack: StackUnderTest, cloud: FakeCloud) -> None:
    stack.up(lambda: Thing("one", opts(Provider(), protect=True), name="v1"))

    assert stack.up(lambda: Thing("one", opts(Provider()), name="v2")).ok

    assert cloud.names() == ["v2"]


def test_a_retained_dependent_stays_in_the_cloud_beside_its_successor(stack: StackUnderTest, cloud: FakeCloud) -> None:
    def program(color: str) -> None:
        provider = Provider()
        disk = Thing("disk", opts(provider, delete_before_replace=True), name="disk", color=color)
        Thing("user", opts(provider, retain_on_delete=True), name=f"user-{color}", disk=disk.name)

    stack.up(lambda: program("red"))
    stack.up(lambda: program("blue"))

    assert cloud.names() == ["disk", "user-blue", "user-red"]


def test_a_dependent_that_cannot_go_leaves_everything_standing_and_the_next_run_goes_on(stack, cloud) -> None:
    def program(color: str, stuck: bool) -> None:
        provider = Provider()
        disk = Thing("disk", opts(provider, delete_before_replace=True), name="disk", color=color)
        host = Thing("host", opts(provider), name="host", mounts=[disk.address], stuck=stuck)
        Thing("guest", opts(provider), name="guest", mounts=[host.address])

    stack.up(lambda: program("red", True))
    result = stack.up(lambda: program("blue", True))

    assert result.failures[0] == "test:index/thing:Thing disk: it is in use"
    assert cloud.names() == ["disk", "host"]

    with cloud.things() as things:
        for thing in things.values():
            thing.pop("stuck", None)
    cloud.calls.clear()
    stack.refresh()
    assert stack.up(lambda: program("blue", False)).ok
    assert cloud.calls == ["delete host", "delete disk", "create disk", "create host", "create guest"]


@dataclass
class Watched(FakeCloud):
    """Says when ``user`` begins to be deleted, and whether somebody asks about it before it is gone."""

    leaving: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    overtaken: bool = False

    def check(self, type: str, name: str, *more: Any) -> dict[str, Any]:
        if name == "user" and self.leaving.is_set():
            self.asked.set()
        return super().check(type, name, *more)

    def delete(self, type: str, id: str, inputs: Properties, *more: Any) -> None:
        if inputs["name"] == "user":
            self.leaving.set()
            self.overtaken = self.asked.wait(timeout=0.2)
        super().delete(type, id, inputs, *more)


def test_a_dependent_no_more_is_made_anew_after_it_was_taken_away(backend: Backend, tmp_path: Path) -> None:
    cloud = Watched(tmp_path / "cloud.json")
    stack = StackUnderTest("dev", backend, cloud)

    async def without_user_of_disk() -> None:
        provider = Provider()
        Thing("disk", opts(provider, delete_before_replace=True), name="disk", color="blue")
        await asyncio.to_thread(cloud.leaving.wait, 10)
        Thing("user", opts(provider), name="user")

    def with_user_of_disk() -> None:
        provider = Provider()
        disk = Thing("disk", opts(provider, delete_before_replace=True), name="disk", color="red")
        Thing("user", opts(provider), name="user", mounts=[disk.address])

    stack.up(with_user_of_disk)
    assert stack.up(without_user_of_disk).ok

    assert not cloud.overtaken
    assert cloud.names() == ["disk", "user"]
