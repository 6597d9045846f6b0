"""An engine that creates everything it is asked for and writes down what that was.

It proves what the program asks, not that AWS accepts it. It stands where Pulumi's resource monitor stands, since
Pulumi's own mocks show neither options (what waits for what, what is ignored) nor exports.
"""

import asyncio
import contextvars
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.mocks import MockEngine
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import reset_options
from pulumi.runtime.stack import run_in_stack

ZONES = ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]
PLACE = "ap-northeast-1:123456789012"


@dataclass(frozen=True)
class Made:
    """One registered resource with the options that came with it."""

    type: str
    name: str
    inputs: dict[str, Any]
    depends_on: tuple[str, ...]
    """``type::name`` of custom resources"""
    ignore_changes: tuple[str, ...]
    replace_on_changes: tuple[str, ...]
    protect: bool
    provider: str
    retain_on_delete: bool = False
    import_id: str = ""

    def document(self, member: str) -> Any:
        """An input that holds JSON."""
        return json.loads(self.inputs[member])


@dataclass
class Recorder:
    """Run a program with ``run``, then look at ``made`` and ``outputs``."""

    stack_outputs: Mapping[str, Any] = field(default_factory=dict)
    """What a StackReference finds"""
    made: list[Made] = field(default_factory=list)
    referenced: list[str] = field(default_factory=list)
    """Names of the stacks that were referred to"""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Look-ups, each with its provider"""
    questions: dict[str, Any] = field(default_factory=dict)
    """What each look-up was asked"""
    answers: dict[str, Any] = field(default_factory=dict)
    """To look-ups, where a test wants others than none and the zones"""
    outputs: dict[str, Any] = field(default_factory=dict)

    def run(self, program: Callable[[], Any], stack: str = "dev") -> None:
        contextvars.copy_context().run(self._run, program, stack)

    def _run(self, program: Callable[[], Any], stack: str) -> None:
        # An address may be any object with the methods of the service.
        monitor: Any = self
        engine: Any = MockEngine(None)
        reset_options(
            project="slipway",
            stack=stack,
            organization="organization",
            monitor_address=monitor,
            engine_address=engine,
        )
        with asyncio.Runner() as runner:
            runner.run(run_in_stack(program))

    def all(self, token: str) -> list[Made]:
        return sorted((made for made in self.made if made.type == token), key=lambda made: made.name)

    def of_type(self, token: str) -> list[dict[str, Any]]:
        """Inputs of all resources of a type, in order of their names."""
        return [made.inputs for made in self.all(token)]

    def one(self, token: str) -> Made:
        [made] = self.all(token)
        return made

    # --- what the SDK calls, from several threads ---

    def GetDeploymentInfo(self, request: Any) -> Any:
        return resource_pb2.DeploymentInfo(supportedFeatures=[resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS])

    def RegisterResource(self, request: Any) -> Any:
        urn = f"urn:pulumi:stack::slipway::{request.type}::{request.name}"
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        inputs = _plain(json_format.MessageToDict(request.object))
        self.made.append(
            Made(
                type=request.type,
                name=request.name,
                inputs=inputs,
                depends_on=tuple(sorted(urn.split("::", 2)[2] for urn in request.dependencies)),
                ignore_changes=tuple(request.ignoreChanges),
                replace_on_changes=tuple(request.replaceOnChanges),
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
                provider=request.provider,
                import_id=request.importId,
            )
        )
        given = self.given(request.type, request.name, inputs)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=given.pop("id"), object=_struct(inputs | given))

    def given(self, token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What only AWS knows of a resource, its id among it; recognisable, so that a test sees where it went."""
        return {"id": f"{name}-id", **_given_by_aws(token, name, inputs)}

    def RegisterResourceOutputs(self, request: Any) -> Any:
        if "::pulumi:pulumi:Stack::" in request.urn:
            self.outputs = _plain(json_format.MessageToDict(request.outputs))
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:
        self.referenced.append(request.name)
        found = {"name": request.name, "outputs": dict(self.stack_outputs)}
        return resource_pb2.ReadResourceResponse(
            urn=f"urn:pulumi:stack::slipway::{request.type}::{request.name}", properties=_struct(found)
        )

    def Invoke(self, request: Any) -> Any:
        self.asked.append((request.tok, request.provider))
        self.questions[request.tok] = _plain(json_format.MessageToDict(request.args))
        answer = {"id": "zones", "names": ZONES, "ids": [], "logGroupNames": [], **self.answers.get(request.tok, {})}
        return resource_pb2.ResourceInvokeResponse(**{"return": _struct(answer)})

    def SignalAndWaitForShutdown(self, request: Any) -> Any:
        return empty_pb2.Empty()


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(values))
    return struct


def _plain(value: Any) -> Any:
    """Numbers travel as floats."""
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _given_by_aws(token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    kind = token.rpartition(":")[2]
    if kind == "Bucket":
        return {"bucket": inputs.get("bucket", f"{name}-1a2b3c4"), "arn": f"arn:aws:s3:::{name}"}
    if kind == "DomainName":
        return {
            "domainNameConfiguration": {
                "targetDomainName": f"target of {inputs['domainName']}",
                "hostedZoneId": "Z-API",
            }
        }
    return {
        "apiEndpoint": f"https://{name}.execute-api.example.com",
        "arn": f"arn:aws:{kind.lower()}:{PLACE}:{name}",
        "arnSuffix": f"suffix/{name}",
        "dnsName": f"{name}.elb.example.com",
        "executionArn": f"execution of {name}",
        "publicIp": f"address of {name}",
        "url": f"https://example.com/{name}",
        "zoneId": "Z-ELB",
    }
