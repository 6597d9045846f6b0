"""The state is Pulumi's own: its form, its order, its secrets."""

import json
import os
import stat
from typing import Any

import pulumi
import pytest

from local_cloud.engine import Backend, NoSuchStack, UnreadableState, WrongPassphrase
from tests.local_cloud.engine.resources import Group, Provider, Thing, opts
from tests.local_cloud.engine.stack import StackUnderTest

STACK = "urn:pulumi:dev::trial::pulumi:pulumi:Stack::trial-dev"
PROVIDER = "urn:pulumi:dev::trial::pulumi:providers:test::main"
GROUP = "urn:pulumi:dev::trial::test:groups:Group::net"
BUCKET = "urn:pulumi:dev::trial::test:index/thing:Thing::b"


def resources(ids: dict[str, str]) -> list[dict[str, Any]]:
    """As the Pulumi CLI writes those of the program below."""
    return [
        {
            "urn": STACK,
            "custom": False,
            "type": "pulumi:pulumi:Stack",
            "outputs": {"bucket": f"//{ids['b']}"},
        },
        {
            "urn": PROVIDER,
            "custom": True,
            "id": ids["main"],
            "type": "pulumi:providers:test",
            "inputs": {
                "__internal": {},
                "region": "here",
                "nested": '{"tags": {"a": "b"}}',
                "version": "1.2.3",
            },
            "outputs": {"region": "here", "nested": '{"tags": {"a": "b"}}', "version": "1.2.3"},
            "parent": STACK,
            "propertyDependencies": {"region": [], "nested": []},
        },
        {"urn": GROUP, "custom": False, "type": "test:groups:Group", "parent": STACK},
        {
            "urn": BUCKET,
            "custom": True,
            "id": ids["b"],
            "type": "test:index/thing:Thing",
            "inputs": {"name": "b"},
            "outputs": {"name": "b", "address": f"//{ids['b']}"},
            "parent": STACK,
            "provider": f"{PROVIDER}::{ids['main']}",
            "propertyDependencies": {"name": []},
        },
        {
            "urn": "urn:pulumi:dev::trial::test:groups:Group$test:index/thing:Thing::c",
            "custom": True,
            "id": ids["c"],
            "type": "test:index/thing:Thing",
            "inputs": {"name": "c", "size": 2, "note": f"//{ids['b']}"},
            "outputs": {"name": "c", "size": 2, "note": f"//{ids['b']}", "address": f"//{ids['c']}"},
            "parent": GROUP,
            "dependencies": [BUCKET],
            "provider": f"{PROVIDER}::{ids['main']}",
            "propertyDependencies": {"name": [], "size": [], "note": [BUCKET]},
        },
    ]


def test_the_document_is_the_one_the_pulumi_cli_opens(stack: StackUnderTest) -> None:
    def program() -> None:
        provider = Provider(nested='{"tags": {"a": "b"}}')
        group = Group("net", pulumi.ResourceOptions(provider=provider))
        bucket = Thing("b", opts(provider), name="b")
        Thing("c", pulumi.ResourceOptions(parent=group, depends_on=[bucket]), name="c", size=2, note=bucket.address)
        pulumi.export("bucket", bucket.address)

    stack.up(program)
    document = stack.document()
    ids = {name: stack.resource(name)["id"] for name in ("main", "b", "c")}

    time = document["checkpoint"]["latest"]["manifest"].pop("time")
    assert time.startswith("20")
    assert document == {
        "version": 3,
        "checkpoint": {
            "stack": "organization/trial/dev",
            "latest": {
                "manifest": {"magic": "", "version": ""},
                "resources": resources(ids),
                "metadata": {},
            },
        },
    }


def test_options_are_noted_by_pulumis_names(stack: StackUnderTest) -> None:
    options = {
        "protect": True,
        "retain_on_delete": True,
        "ignore_changes": ["size"],
        "replace_on_changes": ["note"],
        "additional_secret_outputs": ["address"],
        "custom_timeouts": pulumi.CustomTimeouts(create="1h5m", delete="90s"),
    }
    stack.up(lambda: Thing("one", opts(Provider(), **options), name="one"))

    entry = stack.resource("one")

    assert {key: entry[key] for key in ("protect", "retainOnDelete", "ignoreChanges", "replaceOnChanges")} == {
        "protect": True,
        "retainOnDelete": True,
        "ignoreChanges": ["size"],
        "replaceOnChanges": ["note"],
    }
    assert entry["additionalSecretOutputs"] == ["address"]
    assert entry["customTimeouts"] == {"create": 3900, "delete": 90}
    assert "ciphertext" in entry["outputs"]["address"]


def test_a_resource_stands_after_everything_it_refers_to(stack: StackUnderTest) -> None:
    """Also when what it refers to was added to the program later."""

    def program(later: bool) -> None:
        provider = Provider()
        note = Thing("later", opts(provider)).address if later else "none"
        Thing("first", opts(provider), note=note)

    stack.up(lambda: program(False))
    stack.up(lambda: program(True))

    names = [entry["urn"].rsplit("::", 1)[1] for entry in stack.resources()]
    assert names.index("later") < names.index("first")


def secretive() -> None:
    provider = Provider()
    password = pulumi.Output.secret("hush hush")
    one = Thing("one", opts(provider), name="one", note=password, tags={"key": password, "open": "plain"})
    Thing("two", opts(provider), name="two", note=one.address)
    pulumi.export("password", password)


def test_secrets_reach_the_provider_in_clear_and_the_state_only_sealed(stack: StackUnderTest, cloud) -> None:
    result = stack.up(secretive)

    with cloud.things() as things:
        assert [thing["note"] for thing in things.values() if thing["name"] == "one"] == ["hush hush"]
    text = json.dumps(stack.document())
    assert "hush" not in text
    assert "plain" in text
    assert (result.outputs, result.secret_outputs) == ({"password": "hush hush"}, {"password"})
    assert stack.backend.outputs("dev") == {"password": "hush hush"}


def test_what_repeats_a_secret_is_sealed_as_well(stack: StackUnderTest, cloud) -> None:
    cloud.copies = {"all_tags": "tags"}

    def program() -> None:
        Thing("one", opts(Provider()), name="one", tags={"who": pulumi.Output.secret("hush hush"), "env": "dev"})

    stack.up(program)

    entry = stack.resource("one")
    assert "hush hush" not in json.dumps(entry)
    assert [entry[side]["all_tags"]["env"] for side in ("inputs", "outputs")] == ["dev", "dev"]
    assert stack.up(program).changes == 0


def test_secrets_do_not_make_a_second_run_write(stack: StackUnderTest) -> None:
    stack.up(secretive)
    before = stack.document()

    assert stack.up(secretive).changes == 0
    assert stack.document() == before


def test_another_passphrase_is_told_and_touches_nothing(stack: StackUnderTest, cloud) -> None:
    stack.up(secretive)
    stack.backend = Backend(stack.backend.directory, "trial", passphrase="guess")

    with pytest.raises(WrongPassphrase, match="does not open this stack's secrets"):
        stack.up(secretive)


def test_the_file_is_for_its_owner_only(stack: StackUnderTest) -> None:
    stack.up(lambda: Provider())

    path = stack.backend.directory / ".pulumi" / "stacks" / "trial" / "dev.json"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["dev.json"]


def test_what_another_engine_wrote_is_kept(stack: StackUnderTest) -> None:
    def program(size: int) -> None:
        Thing("one", opts(Provider()), name="one", size=size)

    stack.up(lambda: program(1))
    document = stack.document()
    for entry in document["checkpoint"]["latest"]["resources"]:
        entry["created"] = "2026-01-01T00:00:00Z"
    document["checkpoint"]["latest"]["metadata"] = {"by": "another"}
    path = stack.backend.directory / ".pulumi" / "stacks" / "trial" / "dev.json"
    path.write_text(json.dumps(document))

    stack.up(lambda: program(2))

    assert stack.resource("one")["created"] == "2026-01-01T00:00:00Z"
    assert stack.document()["checkpoint"]["latest"]["metadata"] == {"by": "another"}


@pytest.mark.parametrize("text", ["", "[]", '{"version": 3}', '{"version": 9, "checkpoint": {}}'])
def test_a_file_that_is_no_checkpoint_is_told_and_left(stack: StackUnderTest, text: str) -> None:
    path = stack.backend.directory / ".pulumi" / "stacks" / "trial" / "dev.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)

    with pytest.raises(UnreadableState, match=r"dev\.json: "):
        stack.up(lambda: Provider())
    assert path.read_text() == text


def test_the_backend_lists_and_removes_stacks(stack: StackUnderTest) -> None:
    stack.up(lambda: pulumi.export("a", 1))

    assert (stack.backend.stacks(), stack.backend.outputs("dev")) == (["dev"], {"a": 1})

    stack.backend.remove("dev")
    assert stack.backend.stacks() == []
    with pytest.raises(NoSuchStack, match="trial has no stack 'dev'"):
        stack.backend.outputs("dev")


def test_the_serial_grows_with_every_run_that_changes_something_and_is_announced_first(stack, cloud) -> None:
    announced: list[tuple[int, list[str]]] = []
    stack.backend = Backend(
        stack.backend.directory, "trial", announce=lambda serial: announced.append((serial, cloud.calls.copy()))
    )

    stack.up(lambda: Thing("one", opts(Provider()), name="one"))
    stack.up(lambda: Thing("one", opts(Provider()), name="one"))
    stack.up(lambda: None)

    assert announced == [(1, []), (2, ["create one"])]
    assert stack.backend.serial() == 2
