"""The sizes that a task may have, each with what one task costs a month."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_catalog.cost import estimate
from service_catalog.cost.prices import HOURS, NoPrices, prices_of
from service_catalog.fargate import MEMORY_MIB, is_fargate
from service_catalog.model import Compute, Environment


@dataclass(frozen=True)
class Size:
    cpu: int
    memory_mib: int
    dollars: float | None
    """None in a region without prices"""


def sizes(compute: Compute, environment: Environment) -> Iterator[Size]:
    """Of Fargate, which takes these pairs and no other; of the environment's own instances none is listed."""
    if not is_fargate(compute.capacity):
        return
    for cpu, memories in MEMORY_MIB.items():
        for memory in memories:
            wanted = compute.model_copy(update={"cpu": cpu, "memory_mib": memory})
            yield Size(cpu, memory, _month(wanted, environment))


def _month(compute: Compute, environment: Environment) -> float | None:
    try:
        table = prices_of(environment.region)
    except NoPrices:
        return None
    return estimate.tasks_hour(compute, 1, environment, table) * HOURS
