"""Any ``engine.provider.Provider`` as a Pulumi provider process, for the real CLI.

    PULUMI_DEBUG_PROVIDERS=aws:PORT pulumi preview

makes the CLI attach here instead of starting its own plugin. Only messages are translated: what the embedded engine
asks of a provider and what the CLI asks are the same questions.
"""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any, TextIO

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from local_cloud.engine import paths, urns, values
from local_cloud.engine.provider import REACHED, Change, PartlyMade, Properties, Provider, ProviderError, Refused

LOOPBACK = "127.0.0.1"
_WORKERS = 32
_LARGEST_MESSAGE = 400 * 1024 * 1024

Kind = provider_pb2.PropertyDiff


def serve(provider: Provider, *, package: str, version: str, port: int = 0, out: TextIO = sys.stdout) -> None:
    """Prints the port on the first line, as Pulumi's plugins do, and serves until the process is stopped."""
    server, port = start(provider, package=package, version=version, port=port)
    over = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):  # also where a shell's `&` made us deaf to Ctrl-C
        signal.signal(each, lambda *_: over.set())
    print(port, file=out, flush=True)
    over.wait()
    server.stop(grace=None)


def start(provider: Provider, *, package: str, version: str, port: int = 0) -> tuple[grpc.Server, int]:
    """The running server and its port; port 0 takes a free one."""
    options = [("grpc.max_receive_message_length", _LARGEST_MESSAGE), ("grpc.so_reuseport", 0)]
    server = grpc.server(futures.ThreadPoolExecutor(_WORKERS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(ProviderServer(provider, package, version), server)
    port = server.add_insecure_port(f"{LOOPBACK}:{port}")
    server.start()
    return server, port


class ProviderServer(provider_pb2_grpc.ResourceProviderServicer):
    """Several provider instances of one program, each with its settings, reach this process over connections of their
    own: so settings are kept by connection."""

    def __init__(self, provider: Provider, package: str, version: str) -> None:
        self._provider = provider
        self._package = package
        self._version = version
        self._settings: dict[str, Properties] = {}

    # The handshake

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": self._package, "version": self._version}))

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    # The provider's own settings

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Other settings never replace what was made with the old ones."""
        old, new = _plain(request.old_inputs), _plain(request.news)
        return _difference(old, new, Change(frozenset(values.changed(new, old))))

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        settings = _plain(request.args)
        self._settings[context.peer()] = {
            key: value for key, value in settings.items() if key not in ("version", "__internal")
        }
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=False)

    # The life of a resource

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        new, secrets = values.from_struct(request.news)
        old = _plain(request.olds) or None
        name = request.name or urns.name_of(request.urn)
        with _telling(context):
            try:
                inputs = self._provider.check(_type(request), name, old, new, self._of(context))
            except Refused as refused:
                failures = [provider_pb2.CheckFailure(reason=problem) for problem in refused.problems]
                return provider_pb2.CheckResponse(inputs=request.news, failures=failures)
        hidden = values.with_copies(secrets, self._provider.copies)
        return provider_pb2.CheckResponse(inputs=values.to_struct(inputs, hidden))

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        old = _as_it_stands(request)
        new = paths.restored(_plain(request.news), old, request.ignoreChanges)
        with _telling(context):
            change = self._provider.diff(_type(request), request.id, old, new, self._of(context))
        return _difference(old, new, change)

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        inputs, secrets = values.from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        with _telling(context, secrets):
            made = self._provider.create(_type(request), inputs, self._of(context))
        return provider_pb2.CreateResponse(id=made.id, properties=values.to_struct(made.outputs, secrets))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """An empty id says that it is gone."""
        inputs, secrets = values.from_struct(request.inputs)
        _, output_secrets = values.from_struct(request.properties)
        with _telling(context):
            found = self._provider.read(_type(request), request.id, inputs, self._of(context))
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=found.id,
            properties=values.to_struct(found.outputs, secrets | output_secrets),
            inputs=values.to_struct(found.inputs, secrets),
        )

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        old, outputs = _as_it_stands(request), _plain(request.olds)
        outputs.pop(REACHED, None)
        asked, secrets = values.from_struct(request.news)
        new = paths.restored(asked, old, request.ignoreChanges)
        with _telling(context, secrets):
            if request.preview:
                updated = {**outputs, **{key: new[key] for key in values.changed(new, old) if key in new}}
            else:
                updated = self._provider.update(_type(request), request.id, old, outputs, new, self._of(context))
        return provider_pb2.UpdateResponse(properties=values.to_struct(updated, secrets))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        inputs, outputs = _plain(request.old_inputs), _plain(request.properties)
        with _telling(context):
            self._provider.delete(_type(request), request.id, inputs, outputs, self._of(context))
        return empty_pb2.Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        try:
            found = self._provider.invoke(request.tok, _plain(request.args), self._of(context))
        except ProviderError as error:
            return provider_pb2.InvokeResponse(failures=[provider_pb2.CheckFailure(reason=str(error))])
        return provider_pb2.InvokeResponse(**{"return": values.to_struct(found)})

    def _of(self, context: grpc.ServicerContext) -> Properties:
        return self._settings.get(context.peer(), {})


def _plain(struct: Any) -> dict[str, Any]:
    return values.from_struct(struct)[0]


def _as_it_stands(request: Any) -> dict[str, Any]:
    """The inputs that a resource has: those of the last run, unless that one did not get so far."""
    return _plain(request.olds).get(REACHED) or _plain(request.old_inputs)


def _type(request: Any) -> str:
    return str(request.type) or urns.type_of(request.urn)


def _difference(old: Properties, new: Properties, change: Change) -> provider_pb2.DiffResponse:
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if change.changed else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=sorted(change.changed),
        replaces=sorted(change.replace),
        deleteBeforeReplace=change.delete_first,
        detailedDiff={text: Kind(kind=kind, inputDiff=True) for text, kind in _details(old, new, change)},
        hasDetailedDiff=True,
    )


def _details(old: Properties, new: Properties, change: Change) -> Iterator[tuple[str, Any]]:
    """Down to the single values: the CLI matches them with paths such as ``loadBalancers[*].containerPort``."""
    for name in change.changed:
        for path in paths.differences(new, old, (name,)):
            was, is_now = paths.leads(old, path), paths.leads(new, path)
            yield paths.text(path), _kind(was, is_now, replaces=name in change.replace)


def _kind(was: bool, is_now: bool, *, replaces: bool) -> Any:
    if was and is_now:
        return Kind.UPDATE_REPLACE if replaces else Kind.UPDATE
    if was:
        return Kind.DELETE_REPLACE if replaces else Kind.DELETE
    return Kind.ADD_REPLACE if replaces else Kind.ADD


@contextmanager
def _telling(context: grpc.ServicerContext, secrets: values.Secrets = values.NO_SECRETS) -> Iterator[None]:
    """A provider's refusal, in the form the CLI prints. One that left something behind carries it in its details, so
    that the CLI keeps the id, and what is still to be done."""
    try:
        yield
    except PartlyMade as part:
        context.set_trailing_metadata((("grpc-status-details-bin", _left_behind(part, secrets)),))
        context.abort(grpc.StatusCode.UNKNOWN, part.reason)
    except ProviderError as error:
        context.abort(grpc.StatusCode.UNKNOWN, str(error))


def _left_behind(part: PartlyMade, secrets: values.Secrets) -> bytes:
    left = provider_pb2.ErrorResourceInitFailed(
        id=part.id,
        properties=values.to_struct({**part.outputs, REACHED: part.inputs}, _everywhere(secrets)),
        inputs=values.to_struct(part.inputs, secrets),
        reasons=[part.reason],
    )
    detail = any_pb2.Any()
    detail.Pack(left)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=part.reason, details=[detail])
    return bytes(status.SerializeToString())


def _everywhere(secrets: values.Secrets) -> values.Secrets:
    return secrets | {(REACHED, *path) for path in secrets}
