"""The Pulumi program: which stack am I, and build it."""

import pulumi

from infra import environment_stack, service_stack
from infra.exports import EnvironmentExports
from infra.service_parts import PartsClash
from infra.stack_name import StackName, StackNameError
from service_catalog.catalog import Catalog
from service_catalog.problems import CatalogError


def build(stack: StackName, catalog: Catalog) -> None:
    environment = catalog.environment(stack.environment)
    if stack.service is None:
        environment_stack.build(environment, catalog.further_load_balancers(environment.name))
        return
    service = catalog.service(stack.service, environment.name)
    slot = catalog.slot(service.name, environment.name)
    called = catalog.called(service.name, environment.name)
    shared = EnvironmentExports.read(environment.name, service, slot)
    service_stack.build(service, environment, slot, shared, called)


def main() -> None:
    """A mistake in the catalog or in the stack's name is told as a sentence, without a traceback."""
    try:
        build(StackName.parse(pulumi.get_stack()), Catalog.at(None))
    except (StackNameError, CatalogError, PartsClash) as error:
        raise pulumi.RunError(str(error)) from error


main()
