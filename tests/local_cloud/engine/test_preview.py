"""A preview says what the run then does, and touches nothing."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pulumi
from hypothesis import given, settings
from hypothesis import strategies as st

from local_cloud.engine import Backend
from tests.local_cloud.engine.fake_cloud import FakeCloud
from tests.local_cloud.engine.resources import Provider, Thing, opts
from tests.local_cloud.engine.stack import StackUnderTest


@dataclass(frozen=True)
class Node:
    """One thing of a random program; it refers to things with smaller numbers."""

    number: int
    size: int
    color: str
    reads: tuple[int, ...]
    mounts: tuple[int, ...]
    delete_first: bool


def references(number: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(0, max(number - 1, 0)), max_size=2, unique=True).map(tuple)


def nodes(number: int) -> st.SearchStrategy[Node]:
    return st.builds(
        Node,
        number=st.just(number),
        size=st.integers(1, 2),
        color=st.sampled_from(["red", "blue"]),
        reads=references(number),
        mounts=references(number),
        delete_first=st.booleans(),
    )


GRAPHS = st.tuples(*(st.none() | nodes(number) for number in range(5)))


def make(graph: tuple[Node | None, ...]) -> None:
    provider = Provider()
    made: dict[int, Thing] = {}
    for node in filter(None, graph):
        inputs = {
            "size": node.size,
            "color": node.color,
            "note": [made[number].address for number in node.reads if number in made],
            "mounts": [made[number].address for number in node.mounts if number in made],
        }
        options = opts(provider, delete_before_replace=node.delete_first)
        made[node.number] = Thing(f"thing-{node.number}", options, **inputs)


def steps(stack: StackUnderTest) -> list[tuple[str, str, tuple[str, ...]]]:
    return sorted((event.action, event.urn, event.changed) for event in stack.events if event.state == "done")


@settings(max_examples=40)
@given(old=GRAPHS, new=GRAPHS)
def test_a_preview_names_exactly_the_steps_of_the_run(old, new) -> None:
    with tempfile.TemporaryDirectory() as directory:
        cloud = FakeCloud(Path(directory) / "cloud.json")
        stack = StackUnderTest("dev", Backend(Path(directory) / "state", "trial"), cloud)
        stack.up(lambda: make(old))
        calls = len(cloud.calls)

        assert stack.preview(lambda: make(new)).ok
        planned = steps(stack)
        assert len(cloud.calls) == calls

        assert stack.up(lambda: make(new)).ok
        assert steps(stack) == planned
        assert len(cloud.names()) == len([node for node in new if node])
        assert stack.preview(lambda: make(new)).changes == 0


def test_a_preview_of_a_new_stack_writes_nothing(stack: StackUnderTest) -> None:
    result = stack.preview(lambda: Thing("one", opts(Provider())))

    assert result.counts == {"create": 3}
    assert not stack.backend.directory.exists()


def test_what_is_not_known_yet_is_unknown_to_the_program(stack: StackUnderTest) -> None:
    ran: list[str] = []

    def program() -> None:
        one = Thing("one", opts(Provider()), name="one")
        one.address.apply(ran.append)
        one.name.apply(ran.append)
        Thing("two", opts(Provider("second")), note=pulumi.Output.concat("at ", one.address))

    assert stack.preview(program).ok

    assert ran == ["one"]


def test_a_preview_tells_what_changed_and_why_it_replaces(stack: StackUnderTest) -> None:
    stack.up(lambda: Thing("one", opts(Provider()), size=1, color="red"))

    stack.preview(lambda: Thing("one", opts(Provider()), size=2, color="blue"))

    [event] = [event for event in stack.events if event.action == "replace"]
    assert (event.name, event.state, event.changed, event.reason) == (
        "one",
        "done",
        ("color", "size"),
        "because of color",
    )
