"""Frees the listener rule slots that services left, once their rules are gone.

A slot of a service that left the catalog, or moved, stays marked in ``lock.yaml``. It is free when the service is
gone, or was provisioned as the catalog says and so has moved to its new one. Where the catalog cannot be written, as in
most pipelines, the mark stays for whoever runs `slipway up` next, or says `slipway catalog lock --gone`.
"""

from collections.abc import Iterable

from deploy import environment_records, plan
from deploy.results import Result
from deploy.run import Run
from runtime.aws.errors import GatewayError
from service_catalog import naming
from service_catalog.problems import CatalogError


def free_left_slots(run: Run, results: Iterable[Result]) -> None:
    environment = run.environment.name
    try:
        left = {service: slots for where, service, slots in run.catalog.left_slots() if where == environment}
        free = sorted(left.keys() & _settled(run, left, results)) if left else []
        if free:
            run.catalog.free_slots(environment, free)
    except (CatalogError, GatewayError):
        return
    for service in free:
        run.say(
            naming.stack(environment, service),
            "freed",
            f"its slot {', '.join(left[service])} is free: commit lock.yaml",
        )


def _settled(run: Run, left: Iterable[str], results: Iterable[Result]) -> set[str]:
    """Services that are gone, and those that were provisioned as the catalog says."""
    environment = run.environment.name
    there = plan.services_there(environment, environment_records.read(run.gateways).services, run.engine.stacks())
    as_wanted = {result.stack for result in results if result.status in ("done", "unchanged")}
    return {name for name in left if name not in there or naming.stack(environment, name) in as_wanted}
