"""A provider served to the real CLI, driven by a client that speaks as the CLI does, through a whole life."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from local_cloud import provider_server
from local_cloud.engine.provider import UNKNOWN, PartlyMade
from local_cloud.engine.values import from_struct, to_struct
from tests.local_cloud.engine.fake_cloud import FakeCloud

TYPE = "test:index/thing:Thing"
ONE: dict[str, Any] = {"urn": f"urn:pulumi:dev::trial::{TYPE}::one", "name": "one", "type": TYPE}


@pytest.fixture
def cloud(tmp_path: Path) -> FakeCloud:
    return FakeCloud(tmp_path / "cloud.json")


@pytest.fixture
def client(cloud: FakeCloud) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    server, port = provider_server.start(cloud, package="test", version="1.2.3")
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Handshake(provider_pb2.ProviderHandshakeRequest(configure_with_urn=True))
        stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
        settings = {"region": "here", "version": "1.2.3", "__internal": {}}
        stub.Configure(provider_pb2.ConfigureRequest(args=to_struct(settings), acceptSecrets=True))
        yield stub
    server.stop(grace=None).wait()


def check(client: Any, new: dict[str, Any], old: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = client.Check(provider_pb2.CheckRequest(olds=to_struct(old or {}), news=to_struct(new), **ONE))
    assert not answer.failures
    return from_struct(answer.inputs)[0]


def create(client: Any, inputs: dict[str, Any], **more: Any) -> Any:
    return client.Create(provider_pb2.CreateRequest(properties=to_struct(inputs), **ONE, **more))


def diff(client: Any, old: dict[str, Any], new: dict[str, Any], *ignored: str) -> Any:
    request = provider_pb2.DiffRequest(
        id="id", olds=to_struct(old), old_inputs=to_struct(old), news=to_struct(new), ignoreChanges=ignored, **ONE
    )
    return client.Diff(request)


def test_the_handshake_says_what_the_engine_must_know(client) -> None:
    handshake = client.Handshake(provider_pb2.ProviderHandshakeRequest())
    configured = client.Configure(provider_pb2.ConfigureRequest(args=to_struct({})))

    assert (handshake.accept_secrets, handshake.accept_resources) == (True, False)
    assert (configured.acceptSecrets, configured.supportsPreview, configured.acceptResources) == (True, True, False)
    assert client.GetPluginInfo(empty_pb2.Empty()).version == "1.2.3"
    assert client.GetSchema(provider_pb2.GetSchemaRequest()).schema == '{"name": "test", "version": "1.2.3"}'
    assert client.Cancel(empty_pb2.Empty()) == empty_pb2.Empty()


def test_a_resource_lives_its_whole_life(client, cloud: FakeCloud) -> None:
    inputs = check(client, {"size": 1})
    assert create(client, inputs, preview=True).id == ""
    assert cloud.calls == []

    made = create(client, inputs)
    outputs = from_struct(made.properties)[0]
    assert outputs == {**inputs, "address": f"//{made.id}"}

    new = check(client, {"size": 2}, inputs)
    assert new == {**inputs, "size": 2}
    update = provider_pb2.UpdateRequest(
        id=made.id, olds=made.properties, old_inputs=to_struct(inputs), news=to_struct(new), **ONE
    )
    updated = client.Update(update)
    assert from_struct(updated.properties)[0] == {**outputs, "size": 2}

    read = client.Read(provider_pb2.ReadRequest(id=made.id, inputs=to_struct(new), **ONE))
    assert (read.id, from_struct(read.inputs)[0]) == (made.id, new)

    delete = provider_pb2.DeleteRequest(id=made.id, properties=updated.properties, old_inputs=to_struct(new), **ONE)
    client.Delete(delete)
    assert cloud.names() == []
    assert client.Read(provider_pb2.ReadRequest(id=made.id, **ONE)).id == ""


def test_an_update_preview_changes_nothing(client, cloud: FakeCloud) -> None:
    inputs = check(client, {"size": 1})
    made = create(client, inputs)

    request = provider_pb2.UpdateRequest(
        id=made.id,
        olds=made.properties,
        old_inputs=to_struct(inputs),
        news=to_struct({**inputs, "size": UNKNOWN}),
        preview=True,
        **ONE,
    )

    planned = from_struct(client.Update(request).properties)[0]
    assert (planned["size"], planned["address"]) == (UNKNOWN, f"//{made.id}")
    assert cloud.calls == [f"create {inputs['name']}"]


def test_a_difference_says_what_it_takes(client) -> None:
    kinds = provider_pb2.PropertyDiff
    update = diff(client, {"size": 1, "note": "n"}, {"size": 2, "tags": {}})
    replacement = diff(client, {"color": "red"}, {"color": "blue", "unique": True})

    assert update.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert (list(update.diffs), list(update.replaces)) == (["note", "size", "tags"], [])
    assert {name: each.kind for name, each in update.detailedDiff.items()} == {
        "size": kinds.UPDATE,
        "note": kinds.DELETE,
        "tags": kinds.ADD,
    }
    assert (list(replacement.replaces), replacement.deleteBeforeReplace) == (["color", "unique"], True)
    assert replacement.detailedDiff["color"].kind == kinds.UPDATE_REPLACE
    assert diff(client, {"size": 1}, {"size": 1}).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_difference_says_where_it_lies(client) -> None:
    kinds = provider_pb2.PropertyDiff
    answer = diff(client, {"rules": [{"to": "a", "port": 1}]}, {"rules": [{"to": "a", "port": 2}, {"to": "b"}]})
    replacement = diff(client, {"color": {"hue": 1}}, {"color": {"hue": 2}})

    assert list(answer.diffs) == ["rules"]
    assert {where: each.kind for where, each in answer.detailedDiff.items()} == {
        "rules[0].port": kinds.UPDATE,
        "rules[1]": kinds.ADD,
    }
    assert {where: each.kind for where, each in replacement.detailedDiff.items()} == {"color.hue": kinds.UPDATE_REPLACE}


def test_ignored_changes_are_no_difference_and_are_not_sent(client, cloud: FakeCloud) -> None:
    old = check(client, {"size": 1, "rules": [{"to": "a", "weight": 1}]})
    made = create(client, old)
    new = {**old, "size": 2, "rules": [{"to": "z", "weight": 1}]}

    assert diff(client, old, new, "size", "rules[*].to").changes == provider_pb2.DiffResponse.DIFF_NONE

    request = provider_pb2.UpdateRequest(
        id=made.id,
        olds=made.properties,
        old_inputs=to_struct(old),
        news=to_struct({**new, "note": "n"}),
        ignoreChanges=["size", "rules[*].to"],
        **ONE,
    )
    client.Update(request)
    assert cloud.calls[-1] == f"update {old['name']} note"


def test_what_repeats_a_secret_comes_back_as_a_secret(client, cloud: FakeCloud) -> None:
    cloud.copies = {"all_tags": "tags"}
    checked = client.Check(provider_pb2.CheckRequest(news=to_struct({"tags": {"a": "hush"}}, {("tags", "a")}), **ONE))
    made = client.Create(provider_pb2.CreateRequest(properties=checked.inputs, **ONE))
    for said in (checked.inputs, made.properties):
        assert {("tags", "a"), ("all_tags", "a")} <= from_struct(said)[1]


def test_secrets_come_back_as_secrets(client, cloud: FakeCloud) -> None:
    secret = to_struct({"note": "hush"}, {("note",)})

    checked = client.Check(provider_pb2.CheckRequest(news=secret, **ONE)).inputs
    made = client.Create(provider_pb2.CreateRequest(properties=checked, **ONE))

    assert from_struct(made.properties)[1] == {("note",)}
    with cloud.things() as things:
        assert [thing["note"] for thing in things.values()] == ["hush"]


def test_refused_inputs_are_check_failures(client) -> None:
    answer = client.Check(provider_pb2.CheckRequest(news=to_struct({"size": "huge"}), **ONE))

    assert [failure.reason for failure in answer.failures] == ["size: must be a number, got 'huge'"]


def test_a_refusal_of_the_cloud_is_the_error_the_cli_prints(client) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        create(client, {"name": "one", "broken": True})

    assert refused.value.details() == "the cloud says no"


class HalfWay(FakeCloud):
    """Makes everything but the note."""

    def create(self, type: str, inputs: Any, settings: Any) -> Any:
        reached = {key: value for key, value in inputs.items() if key != "note"}
        made = super().create(type, reached, settings)
        raise PartlyMade(made.id, reached, made.outputs, "the note was refused")


def test_what_was_partly_made_keeps_its_id_and_is_finished_by_the_next_run(tmp_path: Path) -> None:
    cloud = HalfWay(tmp_path / "cloud.json")
    inputs = {"name": "one", "note": "n"}
    server, port = provider_server.start(cloud, package="test", version="1.2.3")
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        client = provider_pb2_grpc.ResourceProviderStub(channel)
        with pytest.raises(grpc.RpcError) as refused:
            create(client, inputs)
        left = left_behind(refused.value)
        # The CLI notes the id, these outputs, the reason, and the inputs that it asked for.
        found = {"id": left.id, "olds": left.properties, "old_inputs": to_struct(inputs), "news": to_struct(inputs)}
        different = client.Diff(provider_pb2.DiffRequest(**found, **ONE))
        updated = client.Update(provider_pb2.UpdateRequest(**found, **ONE))
    server.stop(grace=None).wait()

    assert list(left.reasons) == ["the note was refused"]
    assert from_struct(left.inputs)[0] == {"name": "one"}
    assert (list(different.diffs), list(different.replaces)) == (["note"], [])
    assert cloud.calls == ["create one", "update one note"]
    assert from_struct(updated.properties)[0] == {**inputs, "address": f"//{left.id}"}


def left_behind(error: Any) -> Any:
    status = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    left = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(left)
    return left


def test_look_ups_are_answered_with_the_settings_of_the_provider(client) -> None:
    answer = client.Invoke(provider_pb2.InvokeRequest(tok="test:index/find:find", args=to_struct({"zone": 1})))
    failed = client.Invoke(provider_pb2.InvokeRequest(tok="t:i:f", args=to_struct({"missing": True})))

    assert from_struct(getattr(answer, "return"))[0] == {"region": "here", "asked": {"zone": 1}}
    assert [failure.reason for failure in failed.failures] == ["there is no such thing"]


def test_other_settings_replace_nothing(client) -> None:
    answer = client.CheckConfig(provider_pb2.CheckRequest(news=to_struct({"region": "there"})))
    assert from_struct(answer.inputs)[0] == {"region": "there"}

    changed = provider_pb2.DiffRequest(old_inputs=to_struct({"region": "here"}), news=to_struct({"region": "there"}))
    same = provider_pb2.DiffRequest(old_inputs=to_struct({"region": "here"}), news=to_struct({"region": "here"}))

    assert (list(client.DiffConfig(changed).diffs), list(client.DiffConfig(changed).replaces)) == (["region"], [])
    assert client.DiffConfig(same).changes == provider_pb2.DiffResponse.DIFF_NONE


SERVING = """
import sys, pathlib
from local_cloud import provider_server
from tests.local_cloud.engine.fake_cloud import FakeCloud
provider_server.serve(FakeCloud(pathlib.Path(sys.argv[1])), package="test", version="1.2.3")
"""


def listening_addresses(port: int) -> list[str]:
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    rows = [line.split() for table in tables for line in table.read_text().splitlines()[1:]]
    return [row[1].split(":")[0] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A"]


def test_the_process_prints_its_port_first_listens_on_loopback_only_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SERVING, str(tmp_path / "cloud.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            info = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty())
        addresses = listening_addresses(port)
        process.send_signal(signal.SIGINT)

    assert process.returncode == 0
    assert info.version == "1.2.3"
    assert addresses
    assert {address[-8:] for address in addresses} == {"0100007F"}  # 127.0.0.1, also when mapped into IPv6
