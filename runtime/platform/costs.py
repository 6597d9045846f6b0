"""What a month costs by team and environment, by the price table: an estimate of what the catalog says, no bill."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from service_catalog import naming
from service_catalog.catalog import Catalog
from service_catalog.cost import estimate
from service_catalog.cost.estimate import Estimate
from service_catalog.cost.prices import NoPrices, prices
from service_catalog.problems import CatalogError


@dataclass(frozen=True)
class Cost:
    environment: str
    service: str
    """Empty for what the environment itself has, whether or not any service runs"""
    owner: str
    low: float
    """US dollars a month, with the fewest tasks"""
    high: float
    """With the most"""
    is_on_instances: bool = False
    """Its tasks run on instances, which are the environment's"""


@dataclass(frozen=True)
class Costs:
    rows: Sequence[Cost]
    as_of: date
    """The prices' day"""
    without_prices: Sequence[str]
    """Environments in a region that the table does not have"""
    unreadable: Sequence[str]
    """Services whose entry cannot be read, as ``environment/service``"""

    def of(self, environment: str | None = None, owner: str | None = None) -> tuple[float, float]:
        """From and to; the environments' own are nobody's. All together are those that cost something."""
        fitting = [it for it in self._in(environment) if (owner is None or (it.service and it.owner == owner))]
        return sum(it.low for it in fitting), sum(it.high for it in fitting)

    def shared(self, environment: str | None = None) -> tuple[float, float]:
        """What the environments themselves have."""
        fitting = [it for it in self._in(environment) if not it.service]
        return sum(it.low for it in fitting), sum(it.high for it in fitting)

    def _in(self, environment: str | None) -> list[Cost]:
        """Of all together the local cloud is none, unless there is no other."""
        names = [environment] if environment else [it for it in self.environments if it != naming.LOCAL]
        return [it for it in self.rows if not names or it.environment in names]

    def dearest(self, environment: str) -> list[Cost]:
        found = [it for it in self.rows if it.service and it.environment == environment]
        return sorted(found, key=lambda it: (-it.high, it.service))

    @property
    def owners(self) -> list[str]:
        """Whoever costs most first."""
        found = {it.owner for it in self.rows if it.service}
        return sorted(found, key=lambda owner: (-self.of(owner=owner)[1], owner))

    @property
    def environments(self) -> list[str]:
        return list(dict.fromkeys(it.environment for it in self.rows))


def costs(catalog: Catalog, environments: Sequence[str]) -> Costs:
    """Of each as its entries stand now. An environment that cannot be read has no row."""
    rows: list[Cost] = []
    without: list[str] = []
    unreadable: list[str] = []
    for name in environments:
        try:
            rows += _of_environment(catalog, name, unreadable)
        except NoPrices:
            without.append(name)
        except CatalogError:
            unreadable.append(name)
    return Costs(rows, prices().as_of, without, unreadable)


def _of_environment(catalog: Catalog, name: str, unreadable: list[str]) -> Iterator[Cost]:
    """Raises NoPrices, CatalogError."""
    environment = catalog.environment(name)
    shared = estimate.of_environment(environment, catalog.further_load_balancers(name))
    yield Cost(name, "", "", shared.low, shared.high)
    for service_name in catalog.service_names(name):
        try:
            service = catalog.service(service_name, name)
        except CatalogError:
            unreadable.append(f"{name}/{service_name}")
            continue
        own: Estimate = estimate.of_service(service, environment).own
        on_instances = not service.compute.capacity.startswith("fargate")
        yield Cost(name, service_name, service.owner, own.low, own.high, on_instances)
