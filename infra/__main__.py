"""The Pulumi program: which stack am I, and build it."""

import asyncio

import pulumi

from infra import environment_stack, service_stack
from infra.catalog_of_process import catalog_of_process
from infra.exports import EnvironmentExports
from infra.service_parts import PartsClash
from infra.stack_name import StackName, StackNameError
from service_catalog.problems import CatalogError


async def begin_registrations() -> None:
    """Each one's first step. Those that have begun are awaited by the SDK one after the other; otherwise it asks all
    Outputs anew whenever one of them is there, which was a third of the program's CPU."""
    await asyncio.sleep(0)


# Not in functions: the SDK sends the stack of calls along with each resource, and takes it apart by the frame.
try:
    stack, catalog = StackName.parse(pulumi.get_stack()), catalog_of_process()
    environment = catalog.environment(stack.environment)
    if stack.service is None:
        environment_stack.build(environment, catalog.further_load_balancers(environment.name))
    else:
        service = catalog.service(stack.service, environment.name)
        slot = catalog.slot(service.name, environment.name)
        called = catalog.called(service.name, environment.name)
        shared = EnvironmentExports.read(environment.name, service, slot)
        service_stack.build(service, environment, slot, shared, called)
except (StackNameError, CatalogError, PartsClash) as error:
    # A mistake in the catalog or in the stack's name is told as a sentence, without a traceback.
    raise pulumi.RunError(str(error)) from error

pulumi.run(begin_registrations)
