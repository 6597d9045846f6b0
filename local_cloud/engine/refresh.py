"""Reading every resource anew: the state follows the cloud, where somebody else may have changed or deleted things."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from local_cloud.engine import paths, urns, values
from local_cloud.engine.deployment import Deployment
from local_cloud.engine.provider import Found, Properties
from local_cloud.engine.prune import WORKERS
from local_cloud.engine.state import Resource


def read_all(deployment: Deployment) -> None:
    there = [resource for resource in deployment.checkpoint.live() if _is_in_cloud(resource)]
    with ThreadPoolExecutor(WORKERS) as pool:
        gone = [urn for urn in pool.map(lambda resource: _read(deployment, resource), there) if urn]
    for urn in gone:
        with deployment.carrying(urn, "delete"):
            deployment.checkpoint.forget(urn)
            deployment.reporter.done("delete", urn, reason="it is gone from the cloud")


def _is_in_cloud(resource: Resource) -> bool:
    references = resource.type == urns.STACK_REFERENCE_TYPE
    return resource.custom and not (urns.is_provider(resource.type) or references or resource.pending_replacement)


def _read(deployment: Deployment, resource: Resource) -> str | None:
    """The URN of a resource that is gone."""
    with deployment.carrying(resource.urn, "read"):
        settings = deployment.settings(resource.provider)
        found = deployment.provider.read(resource.type, resource.id, resource.inputs, settings)
        if found is None:
            return resource.urn
        changed = _difference(deployment, resource, found, settings)
        deployment.checkpoint.put(_as_found(resource, found.id, found.inputs, found.outputs))
        deployment.reporter.done("update" if changed else "same", resource.urn, changed)
    return None


def _difference(deployment: Deployment, resource: Resource, found: Found, settings: Properties) -> tuple[str, ...]:
    """As the real engine counts it: what the next run would undo. What the program ignores, and outputs that moved, are
    taken into the state without a word."""
    if resource.external:
        return values.changed(found.outputs, resource.outputs)
    known = paths.restored(resource.inputs, found.inputs, resource.ignore_changes)
    change = deployment.provider.diff(resource.type, found.id, found.inputs, known, settings)
    return tuple(sorted(change.changed))


def _as_found(resource: Resource, id: str, inputs: dict[str, object], outputs: dict[str, object]) -> Resource:
    return replace(
        resource,
        id=id,
        inputs=inputs,
        outputs=outputs,
        input_secrets=values.inherited(inputs, resource.input_secrets),
        output_secrets=values.inherited(outputs, resource.output_secrets),
    )
