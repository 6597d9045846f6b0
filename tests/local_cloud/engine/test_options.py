"""Resource options, as the program gives them and the engine honours them."""

from typing import Any

import pulumi
import pytest

from tests.local_cloud.engine.fake_cloud import FakeCloud
from tests.local_cloud.engine.resources import Group, Provider, Thing, opts
from tests.local_cloud.engine.stack import StackUnderTest


def one(**inputs: Any) -> None:
    Thing("one", opts(Provider(), **inputs.pop("options", {})), name="one", **inputs)


RULES = [{"forward": "a", "weight": 1}, {"forward": "b", "weight": 2}]


@pytest.mark.parametrize(
    ("path", "inputs"),
    [
        ("size", {"size": 2, "rules": RULES, "tags": {"k": "v"}}),
        ("rules[0].forward", {"size": 1, "rules": [{**RULES[0], "forward": "z"}, RULES[1]], "tags": {"k": "v"}}),
        ("rules[*].forward", {"size": 1, "rules": [{**r, "forward": "z"} for r in RULES], "tags": {"k": "v"}}),
        ('tags["k"]', {"size": 1, "rules": RULES, "tags": {"k": "other"}}),
        ("tags.more", {"size": 1, "rules": RULES, "tags": {"k": "v", "more": "m"}}),
        ("tags", {"size": 1, "rules": RULES}),
    ],
)
def test_a_change_at_an_ignored_path_is_no_change(stack: StackUnderTest, path: str, inputs: dict[str, Any]) -> None:
    options = {"ignore_changes": [path]}
    stack.up(lambda: one(options=options, size=1, rules=RULES, tags={"k": "v"}))

    result = stack.up(lambda: one(options=options, **inputs))

    assert result.changes == 0


def test_beside_an_ignored_path_changes_count_and_the_ignored_value_stays(stack, cloud) -> None:
    options = {"ignore_changes": ["rules[*].forward"]}
    stack.up(lambda: one(options=options, rules=RULES))

    stack.up(lambda: one(options=options, rules=[{"forward": "z", "weight": 9}, RULES[1]]))

    with cloud.things() as things:
        [thing] = things.values()
    assert thing["rules"] == [{"forward": "a", "weight": 9}, {"forward": "b", "weight": 2}]


def test_a_replacement_ignores_nothing(stack: StackUnderTest, cloud: FakeCloud) -> None:
    options = {"ignore_changes": ["size"], "delete_before_replace": True}
    stack.up(lambda: one(options=options, size=1, color="red"))

    stack.up(lambda: one(options=options, size=2, color="blue"))

    assert stack.resource("one")["inputs"]["size"] == 2


def test_replace_on_changes_replaces_instead_of_updating(stack: StackUnderTest) -> None:
    options = {"replace_on_changes": ["rules[*].forward"], "delete_before_replace": True}
    stack.up(lambda: one(options=options, rules=RULES))

    stack.up(lambda: one(options=options, rules=[{**RULES[0], "weight": 9}, RULES[1]]))
    assert stack.steps() == [("update", "one")]

    stack.up(lambda: one(options=options, rules=[{"forward": "z", "weight": 9}, RULES[1]]))
    assert stack.steps() == [("replace", "one")]


def test_a_protected_resource_is_neither_deleted_nor_replaced_nor_destroyed(stack, cloud) -> None:
    stack.up(lambda: one(options={"protect": True}, color="red"))

    assert stack.up(lambda: Provider()).failures == [
        "test:index/thing:Thing one: it is protected; take `protect` away and run once more before it may go"
    ]
    assert stack.up(lambda: one(options={"protect": True}, color="blue")).failures == [
        "test:index/thing:Thing one: it is protected and would have to be replaced; take `protect` away first"
    ]
    assert stack.destroy().failures == [
        "test:index/thing:Thing one: it is protected; take `protect` away and run once more"
    ]
    assert cloud.names() == ["one"]

    stack.up(lambda: one(color="red"))
    assert stack.destroy().ok


def test_a_retained_resource_leaves_the_state_and_stays_in_the_cloud(stack: StackUnderTest, cloud: FakeCloud) -> None:
    stack.up(lambda: one(options={"retain_on_delete": True}))

    stack.up(lambda: Provider())

    assert [entry["type"] for entry in stack.resources()] == ["pulumi:pulumi:Stack", "pulumi:providers:test"]
    assert cloud.calls == ["create one"]


def test_a_retained_resource_survives_its_replacement(stack: StackUnderTest, cloud: FakeCloud) -> None:
    stack.up(lambda: Thing("one", opts(Provider(), retain_on_delete=True), name="v1"))
    stack.up(lambda: Thing("one", opts(Provider(), retain_on_delete=True), name="v2"))

    assert cloud.names() == ["v1", "v2"]


def test_a_component_hands_down_that_it_is_retained(stack: StackUnderTest, cloud: FakeCloud) -> None:
    def program() -> None:
        group = Group("group", opts(Provider(), retain_on_delete=True))
        inner = Group("inner", pulumi.ResourceOptions(parent=group))
        Thing("one", pulumi.ResourceOptions(parent=inner), name="one")

    stack.up(program)
    assert stack.resource("one")["retainOnDelete"] is True

    assert stack.destroy().ok
    assert cloud.names() == ["one"]


def test_a_renamed_resource_is_found_by_its_alias(stack: StackUnderTest) -> None:
    def program(name: str, *aliases: pulumi.Alias) -> None:
        provider = Provider()
        first = Thing(name, opts(provider, aliases=list(aliases)), name="fixed")
        Thing("user", opts(provider), note=first.address)

    stack.up(lambda: program("old"))
    result = stack.up(lambda: program("new", pulumi.Alias(name="old")))

    assert result.changes == 0
    urn = "urn:pulumi:dev::trial::test:index/thing:Thing::new"
    assert stack.resource("new")["urn"] == urn
    assert stack.resource("user")["dependencies"] == [urn]


def test_children_follow_the_alias_of_their_parent(stack: StackUnderTest) -> None:
    def program(name: str, kind: str, *aliases: pulumi.Alias) -> None:
        provider = Provider()
        group = Group(name, pulumi.ResourceOptions(provider=provider, aliases=list(aliases)), kind)
        Thing(f"{name}-child", pulumi.ResourceOptions(parent=group), name="fixed")

    stack.up(lambda: program("old", "Old"))
    result = stack.up(lambda: program("new", "New", pulumi.Alias(name="old", type_="test:groups:Old")))

    assert result.changes == 0
    urn = "urn:pulumi:dev::trial::test:groups:New$test:index/thing:Thing::new-child"
    assert stack.resource("new-child")["urn"] == urn


def test_a_resource_moved_into_a_component_is_found_by_no_parent(stack: StackUnderTest) -> None:
    stack.up(lambda: one())

    def inside() -> None:
        group = Group("group", pulumi.ResourceOptions(provider=Provider()))
        alias = pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)
        Thing("one", pulumi.ResourceOptions(parent=group, aliases=[alias]), name="one")

    stack.up(inside)

    assert stack.steps() == []


def test_depending_on_a_component_means_everything_in_it(stack: StackUnderTest, cloud: FakeCloud) -> None:
    def program() -> None:
        provider = Provider()
        group = Group("group", pulumi.ResourceOptions(provider=provider))
        inner = Group("inner", pulumi.ResourceOptions(parent=group))
        Thing("inside", pulumi.ResourceOptions(parent=inner), name="inside")
        Thing("after", opts(provider, depends_on=[group]), name="after")

    stack.up(program)

    assert cloud.calls == ["create inside", "create after"]
    assert stack.resource("after")["dependencies"] == [
        "urn:pulumi:dev::trial::test:groups:Group$test:groups:Group$test:index/thing:Thing::inside"
    ]


def test_provider_settings_reach_the_provider_and_may_change(stack: StackUnderTest, cloud: FakeCloud) -> None:
    def program(region: str) -> None:
        found = pulumi.runtime.invoke("t:i:f", {}, pulumi.InvokeOptions(provider=Provider(region=region)))
        pulumi.export("region", found.value["region"])

    assert stack.up(lambda: program("here")).outputs == {"region": "here"}
    id = stack.resource("main")["id"]
    assert stack.up(lambda: program("there")).outputs == {"region": "there"}
    assert stack.resource("main")["id"] == id
