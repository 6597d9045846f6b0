"""A run may die at any moment: the next one comes to the same end, without duplicates and without leftovers."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from local_cloud.engine import Backend, StackLocked
from local_cloud.engine.checkpoint_file import CheckpointFile
from local_cloud.engine.provider import Made, PartlyMade, Properties, ProviderError
from local_cloud.engine.state import Checkpoint
from tests.local_cloud.engine.fake_cloud import FakeCloud
from tests.local_cloud.engine.resources import Group, Provider, Thing, opts
from tests.local_cloud.engine.stack import StackUnderTest


def before() -> None:
    """Written so that ``after`` creates, updates, replaces both ways, one with a dependent, and deletes."""
    provider = Provider()
    kept = Thing("kept", opts(provider), name="kept", size=1)
    replaced = Thing("replaced", opts(provider), name="red", note=kept.address)
    in_place = Thing("in-place", opts(provider, delete_before_replace=True), name="fixed", color="red")
    Thing("user", opts(provider), name="user", mounts=[in_place.address])
    Thing("gone", opts(provider), name="gone", note=replaced.address)


def after() -> None:
    provider = Provider()
    kept = Thing("kept", opts(provider), name="kept", size=2)
    replaced = Thing("replaced", opts(provider), name="blue", note=kept.address)
    in_place = Thing("in-place", opts(provider, delete_before_replace=True), name="fixed", color="blue")
    Thing("user", opts(provider), name="user", mounts=[in_place.address])
    Thing("new", opts(provider), name="new", note=replaced.address)


def ended_well(stack: StackUnderTest, program: Callable[[], None], names: list[str]) -> None:
    result = stack.up(program)
    assert result.failures == []
    assert stack.cloud.names() == names
    assert stack.up(program).changes == 0
    assert "pending_operations" not in stack.document()["checkpoint"]["latest"]
    assert not [entry for entry in stack.resources() if entry.get("delete") or entry.get("pendingReplacement")]


def thing(cloud: FakeCloud, name: str) -> dict[str, Any]:
    with cloud.things() as things:
        return next(dict(each) for each in things.values() if each["name"] == name)


class FullDisk(Backend):
    """Cannot write any more after so many times."""

    def __init__(self, backend: Backend, writes: int) -> None:
        super().__init__(backend.directory, backend.project)
        self.left = writes

    def write(self, file: CheckpointFile, checkpoint: Checkpoint) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError("no space left on device")
        super().write(file, checkpoint)


@pytest.mark.parametrize("writes", range(30))
def test_a_state_that_cannot_be_written_ends_the_run_and_the_next_one_converges(stack, writes: int) -> None:
    stack.up(before)
    sound = stack.backend
    stack.backend = FullDisk(sound, writes)

    result = stack.up(after)

    assert result.ok == (stack.backend.left >= 0)
    stack.backend = sound
    ended_well(stack, after, ["blue", "fixed", "kept", "new", "user"])


@dataclass
class Deadly(FakeCloud):
    """Kills its process at a call, before or after doing it."""

    at: int = 0
    done: bool = False
    turns: Iterator[int] = field(default_factory=lambda: count(1))

    def create(self, *arguments: Any) -> Made:
        return self._around(super().create, arguments)

    def update(self, *arguments: Any) -> dict[str, Any]:
        return self._around(super().update, arguments)

    def delete(self, *arguments: Any) -> None:
        return self._around(super().delete, arguments)

    def _around(self, call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        is_last = next(self.turns) == self.at
        answer = None if is_last and not self.done else call(*arguments)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def die(stack: StackUnderTest, program: Callable[[], None], at: int, *, done: bool) -> None:
    """The run in a child process that is killed; returns when it is dead."""
    child = os.fork()
    if child == 0:
        stack.cloud = Deadly(stack.cloud.path, at=at, done=done)
        try:
            stack.up(program)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("at", range(1, 10))
def test_after_kill_9_the_next_run_converges(stack: StackUnderTest, at: int, done: bool) -> None:
    stack.up(before)

    die(stack, after, at, done=done)

    ended_well(stack, after, ["blue", "fixed", "kept", "new", "user"])
    assert thing(stack.cloud, "kept")["size"] == 2
    assert thing(stack.cloud, "fixed")["color"] == "blue"


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("at", range(1, 10))
def test_after_kill_9_going_back_leaves_nothing_of_the_attempt(stack: StackUnderTest, at: int, done: bool) -> None:
    stack.up(before)

    die(stack, after, at, done=done)

    ended_well(stack, before, ["fixed", "gone", "kept", "red", "user"])
    assert thing(stack.cloud, "kept")["size"] == 1
    assert thing(stack.cloud, "fixed")["color"] == "red"


@pytest.mark.parametrize("at", range(1, 4))
def test_a_first_run_that_was_killed_can_be_destroyed_whole(stack: StackUnderTest, at: int) -> None:
    die(stack, before, at, done=True)

    assert stack.destroy().ok
    assert stack.cloud.names() == []


class Silent(ProviderError):
    in_doubt = True


class Doubtful(Deadly):
    """Loses the answer to a call, done or not."""

    def _around(self, call: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        is_lost = next(self.turns) == self.at
        if not is_lost or self.done:
            answer = call(*arguments)
        if is_lost:
            raise Silent("no answer")
        return answer


@pytest.mark.parametrize("then", [before, after])
@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("at", range(1, 10))
def test_after_an_answer_was_lost_the_next_run_converges(
    stack: StackUnderTest, at: int, done: bool, then: Callable[[], None]
) -> None:
    stack.up(before)
    sound = stack.cloud
    stack.cloud = Doubtful(sound.path, at=at, done=done)

    assert not stack.up(after).ok

    stack.cloud = sound
    names = ["blue", "fixed", "kept", "new", "user"] if then is after else ["fixed", "gone", "kept", "red", "user"]
    ended_well(stack, then, names)
    assert thing(stack.cloud, "kept")["size"] == (2 if then is after else 1)


def test_a_nameless_leftover_is_said(stack: StackUnderTest) -> None:
    die(stack, before, 1, done=False)

    [warning] = stack.up(before).warnings

    assert warning.startswith("test:index/thing:Thing")
    assert "one may be left over in the cloud" in warning


@dataclass
class HalfWay(FakeCloud):
    """Makes and changes things without their note."""

    def create(self, type: str, inputs: Properties, settings: Properties) -> Made:
        reached = {key: value for key, value in inputs.items() if key != "note"}
        made = super().create(type, reached, settings)
        raise PartlyMade(made.id, reached, made.outputs, "the note was refused")

    def update(self, type: str, id: str, old_inputs: Any, old_outputs: Any, new: Any, settings: Any) -> dict[str, Any]:
        reached = {key: value for key, value in new.items() if key != "note"}
        outputs = super().update(type, id, old_inputs, old_outputs, reached, settings)
        raise PartlyMade(id, reached, outputs, "the note was refused")


def test_a_partly_made_resource_keeps_its_id_and_is_finished_by_the_next_run(stack, cloud) -> None:
    def program() -> None:
        Thing("one", opts(Provider()), name="one", note="n")

    stack.cloud = HalfWay(cloud.path)
    result = stack.up(program)

    assert result.failures == ["test:index/thing:Thing one: the note was refused"]
    assert stack.resource("one")["initErrors"] == ["the note was refused"]
    assert stack.resource("one")["inputs"] == {"name": "one"}

    stack.cloud = cloud
    ended_well(stack, program, ["one"])
    assert cloud.calls == ["update one note"]


def test_a_partly_made_update_is_finished_by_the_next_run(stack: StackUnderTest, cloud: FakeCloud) -> None:
    def program(size: int) -> None:
        Thing("one", opts(Provider()), name="one", size=size, note=str(size))

    stack.up(lambda: program(1))
    stack.cloud = HalfWay(cloud.path)
    stack.up(lambda: program(2))
    assert stack.resource("one")["inputs"] == {"name": "one", "size": 2}

    stack.cloud = cloud
    cloud.calls.clear()
    ended_well(stack, lambda: program(2), ["one"])
    assert cloud.calls == ["update one note"]


def test_two_runs_of_one_stack_cannot_meet_and_the_second_is_told_who_runs_it(stack: StackUnderTest) -> None:
    told: list[str] = []

    def program() -> None:
        with pytest.raises(StackLocked) as refused:
            StackUnderTest("dev", stack.backend, stack.cloud).up(lambda: None)
        told.append(str(refused.value))

    stack.up(program)

    [sentence] = told
    assert sentence.startswith(f"dev is being run by process {os.getpid()} of ")
    assert stack.up(lambda: None).ok


def test_the_lock_of_a_killed_run_is_taken_over(stack: StackUnderTest) -> None:
    die(stack, before, 1, done=True)

    assert stack.up(before).ok


def cli_lock(backend: Backend, pid: int) -> Path:
    """As the pulumi CLI leaves one."""
    directory = backend.directory / ".pulumi" / "locks" / "organization" / "trial" / "dev"
    directory.mkdir(parents=True)
    lock = directory / "8e1f.json"
    lock.write_text(f'{{"pid": {pid}, "username": "ops", "hostname": "{os.uname().nodename}"}}')
    return lock


def test_a_pulumi_cli_that_runs_the_stack_is_respected(stack: StackUnderTest) -> None:
    cli_lock(stack.backend, os.getpid())

    with pytest.raises(StackLocked, match=f"dev is being run by process {os.getpid()} of ops on"):
        stack.up(lambda: None)


def test_the_lock_of_a_pulumi_cli_that_died_is_removed(stack: StackUnderTest) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    lock = cli_lock(stack.backend, child)
    lock.with_name(f"{lock.name}.attrs").write_text("{}")

    assert stack.up(lambda: None).ok
    assert list(lock.parent.iterdir()) == []


def test_refresh_takes_changes_from_the_cloud_and_forgets_what_is_gone(stack: StackUnderTest, cloud) -> None:
    def program() -> None:
        provider = Provider()
        group = Group("group", opts(provider))
        kept = Thing("kept", opts(provider), name="kept", size=1)
        gone = Thing("gone", opts(provider), name="gone", note=kept.address)
        Thing("user", opts(provider, parent=group), name="user", note=gone.address)

    stack.up(program)
    with cloud.things() as things:
        for id, each in list(things.items()):
            if each["name"] == "gone":
                del things[id]
            if each["name"] == "kept":
                each["size"] = 5

    result = stack.refresh()

    assert result.counts == {"same": 1, "update": 1, "delete": 1}
    assert stack.resource("kept")["inputs"]["size"] == 5
    assert "dependencies" not in stack.resource("user")

    stack.up(program)
    assert sorted(stack.steps()) == [("create", "gone"), ("update", "kept"), ("update", "user")]


def test_refresh_takes_what_the_program_ignores_without_a_word(stack: StackUnderTest, cloud) -> None:
    def program() -> None:
        Thing("one", opts(Provider(), ignore_changes=["size"]), name="one", size=1)

    stack.up(program)
    with cloud.things() as things:
        [thing] = things.values()
        thing["size"] = 5

    assert stack.refresh().counts == {"same": 1}

    assert stack.resource("one")["inputs"]["size"] == 5
    assert stack.up(program).changes == 0
