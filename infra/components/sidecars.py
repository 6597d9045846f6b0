"""Containers that run beside the program: of the entry's own, or such that Slipway knows."""

from dataclasses import dataclass

from infra.documents import images, policies, secret_references
from infra.documents import sidecars as documents
from infra.feature import PlainFeature
from infra.service_parts import ServiceParts
from service_catalog import sidecars
from service_catalog.model import Environment, Service


@dataclass(frozen=True)
class SidecarsArgs:
    environment: Environment
    service: Service


class Sidecars(PlainFeature):
    def __init__(self, args: SidecarsArgs):
        environment, service = args.environment, args.service
        found = sidecars.of_service(service)
        # The service's own image brings the right to all of the environment's registries.
        foreign = [arn for it in found if it.image for arn in images.foreign_repository_arns(it.image, environment)]
        secrets = secret_references.read_further(environment, service.name, sidecars.secrets(service))
        waits = documents.depends_on(sidecars.waits_of_program(service))
        self.parts = ServiceParts(
            containers=tuple(documents.container(it, service.name, environment) for it in found),
            container_members=({"dependsOn": waits},) if waits else (),
            environment=tuple(documents.variables_of_program(service, environment)),
            execution_statements=(*([policies.pull_from(sorted(set(foreign)))] if foreign else []), *secrets),
            task_statements=tuple(documents.rights(service, environment)),
        )
