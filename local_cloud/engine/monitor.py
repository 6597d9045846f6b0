"""What the Pulumi SDK calls instead of the CLI: the resource monitor and the engine's log, as plain objects.

The SDK calls from the threads of its loop's executor, many at a time. Messages are read and answered here; what they
mean is decided in ``deployment``.
"""

import logging
import uuid
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, provider_pb2, resource_pb2
from pulumi.runtime.rpc import UNKNOWN

from local_cloud.engine import goal, notes, stack_references, urns, values
from local_cloud.engine.aliases import Aliases
from local_cloud.engine.backend import Backend
from local_cloud.engine.deployment import Answer, Deployment, StepFailed
from local_cloud.engine.events import Reporter
from local_cloud.engine.look_ups import LookUps
from local_cloud.engine.program import World
from local_cloud.engine.provider import ProviderError
from local_cloud.engine.state import Resource

log = logging.getLogger(__name__)

# Resource references are left out: with them, the SDK would send more than the id of a resource used as input.
FEATURES = [resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS, resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS]


class Monitor:
    def __init__(self, deployment: Deployment, backend: Backend, stack: str) -> None:
        self._deployment = deployment
        self._backend = backend
        self._stack = stack
        self._aliases = Aliases(stack, backend.project)
        self._look_ups = LookUps(deployment.provider)
        self.exports: dict[str, Any] = {}
        self.secret_exports = values.NO_SECRETS

    @property
    def world(self) -> World:
        return World(self._backend.organization, self._backend.project, self._stack)

    @property
    def stack_urn(self) -> str:
        project = self._backend.project
        return urns.make(self._stack, project, "", urns.STACK_TYPE, f"{project}-{self._stack}")

    def GetDeploymentInfo(self, request: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:
        return resource_pb2.DeploymentInfo(supportedFeatures=FEATURES)

    def SignalAndWaitForShutdown(self, request: empty_pb2.Empty) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        urn = self._urn(request.parent, request.type, request.name)
        wanted = goal.read(request, urn, self._aliases.of(request, urn))
        answer = self._deployment.register(wanted)
        if answer is None:
            return resource_pb2.RegisterResourceResponse(urn=urn, result=resource_pb2.FAIL)
        object = values.to_struct(answer.outputs, answer.secrets)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=answer.id, object=object)

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:
        outputs, secrets = values.from_struct(request.outputs)
        if request.urn == self.stack_urn:
            self.exports, self.secret_exports = outputs, secrets
        else:
            notes.outputs(self._deployment, request.urn, outputs, secrets)
        return empty_pb2.Empty()

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        urn = self._urn(request.parent, request.type, request.name)
        with self._deployment.carrying(urn, "read"):
            answer = self._read(request, urn)
            properties = values.to_struct(answer.outputs, answer.secrets)
            return resource_pb2.ReadResourceResponse(urn=urn, id=answer.id, properties=properties)
        return resource_pb2.ReadResourceResponse(urn=urn, result=resource_pb2.FAIL)

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        arguments, _ = values.from_struct(request.args)
        try:
            if not request.provider:
                raise StepFailed("it names no provider; pass one with InvokeOptions(provider=…)")
            settings = self._deployment.settings(request.provider)
            found = self._look_ups.invoke(request.tok, arguments, settings)
        except (ProviderError, StepFailed) as error:
            failure = provider_pb2.CheckFailure(property="", reason=str(error))
            return resource_pb2.ResourceInvokeResponse(failures=[failure])
        return resource_pb2.ResourceInvokeResponse(**{"return": values.to_struct(found)})

    def _urn(self, parent: str, type: str, name: str) -> str:
        return urns.make(self._stack, self._backend.project, parent, type, name)

    def _read(self, request: resource_pb2.ReadResourceRequest, urn: str) -> Answer:
        if request.type == urns.STACK_REFERENCE_TYPE:
            answer = stack_references.look_up(request, self._backend)
            wanted = _read_resource(request, urn, self._provider_of_references(), {"name": request.id})
            return notes.looked_up(self._deployment, wanted, answer)
        if request.id == UNKNOWN:
            return Answer("", {}, values.NO_SECRETS)
        inputs, _ = values.from_struct(request.properties)
        return notes.read(self._deployment, _read_resource(request, urn, request.provider, inputs))

    def _provider_of_references(self) -> str:
        urn = self._urn("", "pulumi:providers:pulumi", "default")
        wanted = Resource(urn, "pulumi:providers:pulumi", True, str(uuid.uuid4()))
        return notes.provider_of_references(self._deployment, wanted)


def _read_resource(
    request: resource_pb2.ReadResourceRequest, urn: str, provider: str, inputs: dict[str, Any]
) -> Resource:
    return Resource(
        urn=urn,
        type=request.type,
        custom=True,
        id=request.id,
        inputs=inputs,
        parent=request.parent,
        provider=provider,
        dependencies=tuple(sorted(request.dependencies)),
        external=True,
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
    )


class EngineLog:
    """``pulumi.info`` and its kin. An error said there fails the run, as it does under the CLI."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:
        if request.severity == engine_pb2.ERROR:
            self._reporter.fail(request.message)
        elif request.severity == engine_pb2.WARNING:
            self._reporter.warn(request.message)
        else:
            log.debug("program says message=%s", request.message)
        return empty_pb2.Empty()
