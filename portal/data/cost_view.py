"""What a service costs a month by the price table, beside its facts and before it is registered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.context import portal
from service_catalog import naming
from service_catalog.cost import estimate
from service_catalog.cost.change import cost_change
from service_catalog.cost.estimate import Estimate
from service_catalog.cost.prices import NoPrices, prices
from service_catalog.messages import Message
from service_catalog.model import Service
from service_catalog.problems import CatalogError


@dataclass(frozen=True)
class Cost:
    environment: str
    estimate: Estimate
    as_of: date
    """The prices' day"""

    @property
    def is_local(self) -> bool:
        """The local cloud costs nothing: the estimate is what AWS would ask for the same."""
        return self.environment == naming.LOCAL


def of(service: Service, environment: str) -> Cost | None:
    """Of the service alone, without its share of what the environment has. None in a region without prices."""
    found = _estimated(service, environment, ())
    return Cost(environment, found.own, prices().as_of) if found else None


def with_shares(service: Service, environment: str) -> Cost | None:
    """None in a region without prices, and while the catalog cannot say who shares."""
    try:
        beside = [it for it in portal().catalog.services(environment) if it.name != service.name]
    except CatalogError:
        return None
    found = _estimated(service, environment, beside)
    return Cost(environment, found, prices().as_of) if found else None


def change(before: Service | None, after: Service | None, environment: str) -> Message | None:
    """What it does to the cost that the catalog has changed."""
    return cost_change(before, after, portal().catalog.environment(environment)) if before and after else None


def _estimated(service: Service, environment: str, beside: Sequence[Service]) -> Estimate | None:
    try:
        return estimate.of_service(service, portal().catalog.environment(environment), beside)
    except NoPrices:
        return None
