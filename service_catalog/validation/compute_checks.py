"""Rules about what a task gets and on which capacity it runs."""

from collections.abc import Iterator

from service_catalog import fargate
from service_catalog.messages import say
from service_catalog.model import Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import Rule, about


@about("compute")
def _size(service: Service) -> Iterator[Fault]:
    compute = service.compute
    problem = fargate.size_problem(compute.cpu, compute.memory_mib)
    if problem:
        field = "memory_mib" if compute.cpu in fargate.MEMORY_MIB else "cpu"
        yield Fault(("compute", field), problem)


@about("compute")
def _spot(service: Service) -> Iterator[Fault]:
    capacity = service.compute.capacity
    if service.compute.spot and capacity != "fargate":
        message = say("goes with capacity fargate only, not with %(capacity)s", capacity=capacity)
        yield Fault(("compute", "spot"), message, say("remove it, or write capacity: fargate"))


COMPUTE_RULES: tuple[Rule, ...] = (_size, _spot)


def compute_warnings(service: Service) -> Iterator[Fault]:
    spot, most = service.compute.spot, service.tasks.max or service.tasks.min
    if spot and spot.on_demand >= most:
        message = say("has no effect: at most %(most)s tasks run, and so many run on demand", most=most)
        yield Fault(
            ("compute", "spot"), message, say("remove it, or set tasks.max above %(count)s", count=spot.on_demand)
        )
