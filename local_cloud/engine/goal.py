"""What the program wants: a registration request, read into our words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.runtime.proto import resource_pb2

from local_cloud.engine import urns, values
from local_cloud.engine.state import Resource
from local_cloud.engine.values import Secrets


@dataclass(frozen=True)
class Goal:
    urn: str
    type: str
    name: str
    custom: bool
    parent: str
    inputs: Mapping[str, Any]
    secrets: Secrets
    provider: str
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    protect: bool
    retain_on_delete: bool
    ignore_changes: tuple[str, ...]
    replace_on_changes: tuple[str, ...]
    delete_before_replace: bool | None
    """None: as the provider says."""
    additional_secret_outputs: tuple[str, ...]
    custom_timeouts: Mapping[str, float]
    aliases: tuple[str, ...]
    import_id: str

    def needs(self) -> set[str]:
        """The URNs that must have come about before this can."""
        provider = {urns.of_reference(self.provider)} if self.provider else set()
        return {self.parent, *self.dependencies} - {""} | provider

    def resource(self, inputs: Mapping[str, Any], secrets: Secrets) -> Resource:
        """The checkpoint's entry for this goal, as yet without id and outputs."""
        return Resource(
            urn=self.urn,
            type=self.type,
            custom=self.custom,
            inputs=inputs,
            input_secrets=secrets,
            parent=self.parent,
            provider=self.provider,
            dependencies=self.dependencies,
            property_dependencies=self.property_dependencies,
            protect=self.protect,
            retain_on_delete=self.retain_on_delete,
            ignore_changes=self.ignore_changes,
            replace_on_changes=self.replace_on_changes,
            additional_secret_outputs=self.additional_secret_outputs,
            custom_timeouts=self.custom_timeouts,
        )


def read(request: resource_pb2.RegisterResourceRequest, urn: str, aliases: tuple[str, ...]) -> Goal:
    inputs, secrets = values.from_struct(request.object)
    return Goal(
        urn=urn,
        type=request.type,
        name=request.name,
        custom=request.custom,
        parent=request.parent,
        inputs=_with_provider_members(request, inputs),
        secrets=secrets,
        provider=request.provider,
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies={
            key: tuple(sorted(dependencies.urns)) for key, dependencies in sorted(request.propertyDependencies.items())
        },
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        custom_timeouts=_timeouts(request.customTimeouts),
        aliases=aliases,
        import_id=request.importId,
    )


def _with_provider_members(request: resource_pb2.RegisterResourceRequest, inputs: dict[str, Any]) -> dict[str, Any]:
    """Pulumi notes with a provider's inputs which plugin serves it."""
    if not urns.is_provider(request.type):
        return inputs
    internal = {"pluginDownloadURL": request.pluginDownloadURL} if request.pluginDownloadURL else {}
    version = {"version": request.version} if request.version else {}
    return {"__internal": internal, **inputs, **version}


def _timeouts(timeouts: resource_pb2.RegisterResourceRequest.CustomTimeouts) -> dict[str, float]:
    """In seconds, as the state keeps them. The SDK sends Go durations (``5m``)."""
    named = {"create": timeouts.create, "update": timeouts.update, "delete": timeouts.delete}
    return {name: _seconds(text) for name, text in named.items() if text}


def _seconds(duration: str) -> float:
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)(ms|h|m|s)", duration))
