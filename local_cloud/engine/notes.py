"""What the state keeps beside what a run makes: exports, outputs of components, and what the program only read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local_cloud.engine import values
from local_cloud.engine.deployment import Answer, Deployment, StepFailed, with_outputs
from local_cloud.engine.provider import UNKNOWN
from local_cloud.engine.state import Resource
from local_cloud.engine.values import NO_SECRETS, Secrets


def outputs(deployment: Deployment, urn: str, said: Mapping[str, Any], secrets: Secrets) -> None:
    """What a component or the stack says of itself. What is unknown because something failed stays as it was."""
    resource = deployment.checkpoint.get(urn)
    if resource is None or deployment.lost or urn in deployment.failed:
        return
    known = {key: value for key, value in said.items() if deployment.preview or not values.has_unknowns(value)}
    kept = {key: resource.outputs[key] for key in said.keys() - known.keys() if key in resource.outputs}
    still = {path for path in resource.output_secrets if path[0] in kept}
    new = {**kept, **known}
    with deployment.carrying(urn, "update"):
        secrets = values.inherited(new, secrets | still)
        deployment.checkpoint.put(replace(resource, outputs=new, output_secrets=secrets))


def exports(deployment: Deployment, urn: str, said: Mapping[str, Any], secrets: Secrets) -> None:
    """At the end of the program. One that failed may not have come to all of its exports: the others stay."""
    root = deployment.checkpoint.get(urn)
    if root and deployment.reporter.failures:
        said = {**dict.fromkeys(root.outputs, UNKNOWN), **said}
    outputs(deployment, urn, said, secrets)


def read(deployment: Deployment, wanted: Resource) -> Answer:
    """Looks at a resource that others made. Raises StepFailed when it is not there."""
    settings = deployment.settings(wanted.provider)
    found = deployment.provider.read(wanted.type, wanted.id, wanted.inputs, settings)
    if found is None:
        raise StepFailed(f"there is no {wanted.type} with id {wanted.id}")
    return looked_up(deployment, replace(wanted, inputs=found.inputs), Answer(found.id, found.outputs, NO_SECRETS))


def looked_up(deployment: Deployment, wanted: Resource, answer: Answer) -> Answer:
    noted = with_outputs(wanted, answer.id, answer.outputs)
    noted = replace(noted, output_secrets=noted.output_secrets | answer.secrets)
    deployment.seen.add(wanted.urn)
    deployment.checkpoint.put(noted)
    deployment.reporter.done("read", wanted.urn)
    return Answer(noted.id, noted.outputs, noted.output_secrets)


def provider_of_references(deployment: Deployment, wanted: Resource) -> str:
    """Pulumi keeps stack references under a provider of its own; without it the CLI would not open the state. The
    program did not ask for it, so it is not told. Its reference is the answer."""
    deployment.seen.add(wanted.urn)
    return deployment.checkpoint.put_if_new(wanted)
