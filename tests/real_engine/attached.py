"""A provider process, asked as the real engine asks it: `Attached` is the client side of what `pulumi` does with
PULUMI_DEBUG_PROVIDERS, and fits where the embedded engine wants a provider.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import grpc
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local_cloud.engine.provider import Change, Found, Made, Properties, ProviderError, Refused
from local_cloud.engine.values import from_struct, to_struct

VERSION = version("pulumi-aws")


class Attached:
    """One connection for each provider resource, as the engine has it."""

    copies: Mapping[str, str] = {}
    """The process marks them itself"""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connections: dict[str, tuple[grpc.Channel, provider_pb2_grpc.ResourceProviderStub]] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        for channel, _ in self._connections.values():
            channel.close()

    def configured(self, settings: Properties) -> provider_pb2_grpc.ResourceProviderStub:
        key = json.dumps(dict(settings), sort_keys=True)
        with self._lock:
            if key not in self._connections:
                self._connections[key] = self._connected({**settings, "version": VERSION})
            return self._connections[key][1]

    def _connected(self, inputs: Properties) -> tuple[grpc.Channel, provider_pb2_grpc.ResourceProviderStub]:
        # Otherwise this process would share one connection among all.
        channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options=[("grpc.use_local_subchannel_pool", 1)])
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        handshake = stub.Handshake(
            provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1", configure_with_urn=True)
        )
        assert handshake.accept_secrets
        stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
        provider: dict[str, Any] = {
            "urn": "urn:pulumi:local::slipway::pulumi:providers:aws::local",
            "type": "pulumi:providers:aws",
        }
        wanted = to_struct(inputs)
        checked = stub.CheckConfig(provider_pb2.CheckRequest(news=wanted, olds=wanted, **provider))
        assert checked.inputs == wanted
        same = stub.DiffConfig(provider_pb2.DiffRequest(olds=wanted, old_inputs=wanted, news=wanted, **provider))
        assert same.changes == provider_pb2.DiffResponse.DIFF_NONE
        variables = {f"aws:config:{name}": str(value) for name, value in inputs.items() if name != "version"}
        stub.Configure(
            provider_pb2.ConfigureRequest(
                args=wanted,
                variables=variables,
                acceptSecrets=True,
                acceptResources=True,
                sends_old_inputs=True,
                sends_old_inputs_to_delete=True,
            )
        )
        return channel, stub

    # The questions

    def check(
        self, type: str, name: str, old: Properties | None, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        request = provider_pb2.CheckRequest(olds=to_struct(old or {}), news=to_struct(new), **_of(type, name))
        answer = _asked(self.configured(settings).Check, request)
        if answer.failures:
            raise Refused([failure.reason for failure in answer.failures])
        return _plain(answer.inputs)

    def diff(self, type: str, id: str, old: Properties, new: Properties, settings: Properties) -> Change:
        request = provider_pb2.DiffRequest(
            id=id, olds=to_struct(old), old_inputs=to_struct(old), news=to_struct(new), **_of(type)
        )
        answer = _asked(self.configured(settings).Diff, request)
        assert bool(answer.diffs) == (answer.changes == provider_pb2.DiffResponse.DIFF_SOME)
        return Change(frozenset(answer.diffs), frozenset(answer.replaces), answer.deleteBeforeReplace)

    def create(self, type: str, inputs: Properties, settings: Properties) -> Made:
        request = provider_pb2.CreateRequest(properties=to_struct(inputs), **_of(type))
        made = _asked(self.configured(settings).Create, request)
        return Made(made.id, _plain(made.properties))

    def find(self, type: str, inputs: Properties, settings: Properties) -> Found | None:
        """The real engine has no such question."""
        return None

    def read(self, type: str, id: str, inputs: Properties, settings: Properties) -> Found | None:
        request = provider_pb2.ReadRequest(id=id, inputs=to_struct(inputs), properties=to_struct(inputs), **_of(type))
        found = _asked(self.configured(settings).Read, request)
        return Found(found.id, _plain(found.inputs), _plain(found.properties)) if found.id else None

    def update(
        self, type: str, id: str, old_inputs: Properties, old_outputs: Properties, new: Properties, settings: Properties
    ) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            id=id, olds=to_struct(old_outputs), old_inputs=to_struct(old_inputs), news=to_struct(new), **_of(type)
        )
        return _plain(_asked(self.configured(settings).Update, request).properties)

    def delete(self, type: str, id: str, inputs: Properties, outputs: Properties, settings: Properties) -> None:
        request = provider_pb2.DeleteRequest(
            id=id, properties=to_struct(outputs), old_inputs=to_struct(inputs), **_of(type)
        )
        _asked(self.configured(settings).Delete, request)

    def invoke(self, token: str, arguments: Properties, settings: Properties) -> dict[str, Any]:
        request = provider_pb2.InvokeRequest(tok=token, args=to_struct(arguments))
        answer = _asked(self.configured(settings).Invoke, request)
        if answer.failures:
            raise ProviderError(answer.failures[0].reason)
        return _plain(getattr(answer, "return"))


def _of(type: str, name: str = "one") -> dict[str, Any]:
    return {"urn": f"urn:pulumi:local::slipway::{type}::{name}", "type": type, "name": name}


def _plain(struct: Any) -> dict[str, Any]:
    return from_struct(struct)[0]


def _asked(question: Any, request: Any) -> Any:
    try:
        return question(request)
    except grpc.RpcError as error:
        raise ProviderError(error.details()) from error


@contextmanager
def attached(port: int) -> Iterator[Attached]:
    provider = Attached(port)
    try:
        yield provider
    finally:
        provider.close()
