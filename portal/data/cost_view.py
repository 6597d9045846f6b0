"""What a service costs a month by the price table, beside its facts and before it is registered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.context import portal
from runtime.releases.proposal import Proposal
from service_catalog import naming
from service_catalog.cost import estimate
from service_catalog.cost.change import cost_change, costs_of
from service_catalog.cost.estimate import Estimate
from service_catalog.cost.prices import NoPrices, prices
from service_catalog.differences import entry_of
from service_catalog.fargate import is_fargate
from service_catalog.messages import Message
from service_catalog.model import Service, Tasks
from service_catalog.problems import CatalogError
from service_catalog.records.provisioned import TaskLimits


@dataclass(frozen=True)
class Cost:
    environment: str
    estimate: Estimate
    as_of: date
    """The prices' day"""
    is_on_instances: bool
    """What its tasks run on is paid for as a whole, with the environment"""

    @property
    def is_local(self) -> bool:
        """The local cloud costs nothing: the estimate is what AWS would ask for the same."""
        return self.environment == naming.LOCAL


def of(service: Service, environment: str) -> Cost | None:
    """Of the service alone, without its share of what the environment has. None in a region without prices."""
    found = _cost(service, environment, ())
    return found and replace(found, estimate=found.estimate.own)


def with_shares(service: Service, environment: str) -> Cost | None:
    """None in a region without prices, and while the catalog cannot say who shares."""
    try:
        beside = [it for it in portal().catalog.services(environment) if it.name != service.name]
        further = portal().catalog.further_load_balancers(environment)
    except CatalogError:
        return None
    return _cost(service, environment, beside, further)


def change(before: Service | None, after: Service | None, environment: str) -> Message | None:
    """What it does to the cost that the catalog has changed."""
    return cost_change(before, after, portal().catalog.environment(environment)) if before and after else None


@dataclass(frozen=True)
class CostChange:
    now: str
    then: str
    as_of: date
    """The prices' day"""


def of_release(proposal: Proposal, environment: str) -> CostChange | None:
    """By the entries that it comes from and goes to, each with the tasks that it allows. None where nothing changes, or
    where it cannot be told."""
    if proposal.entries is None:
        return None
    before, after = map(entry_of, proposal.entries)
    if before is None or after is None:
        return None
    where = portal().catalog.environment(environment)
    costs = costs_of(_scaled(before, proposal.tasks_now), _scaled(after, proposal.tasks), where)
    return CostChange(*costs, prices().as_of) if costs else None


def _scaled(service: Service, tasks: TaskLimits | None) -> Service:
    """With the limits of a release. Where somebody set them on purpose, no scaling schedule changes them."""
    own = service.tasks
    if tasks is None or (tasks.min, tasks.max) == (own.min, own.max or own.min):
        return service
    scaling = service.scaling.model_copy(update={"schedule": ()})
    meant = Tasks.model_construct(min=tasks.min, max=tasks.max or None)  # more than an entry may say, too
    return service.model_copy(update={"tasks": meant, "scaling": scaling})


def _cost(service: Service, environment: str, beside: Sequence[Service], further: Sequence[str] = ()) -> Cost | None:
    try:
        found = estimate.of_service(service, portal().catalog.environment(environment), beside, further)
    except NoPrices:
        return None
    return Cost(environment, found, prices().as_of, not is_fargate(service.compute.capacity))
