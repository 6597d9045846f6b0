"""The catalog's entries for one environment, read before anything is touched. A catalog with problems stops the run.

A run over everything destroys what is no longer in the catalog. So it needs a catalog without any problem: an entry in
a misnamed file, or a typo in the name of an environment, would look like a service that was removed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service_catalog.catalog import Catalog
from service_catalog.connections import Called
from service_catalog.fingerprint import environment_fingerprint, service_fingerprint
from service_catalog.listener_rules.lock import Slot
from service_catalog.model import Environment, Service
from service_catalog.problems import CatalogError, NoSuchService, Problem


@dataclass(frozen=True)
class Wanted:
    environment: Environment
    services: Mapping[str, Service]
    slots: Mapping[str, Slot | None]
    called: Mapping[str, Sequence[Called]]
    """By service, whom it connects to"""
    further_load_balancers: Sequence[str] = ()
    """Those beside the first of each kind, by the lock"""

    @property
    def environment_fingerprint(self) -> str:
        return environment_fingerprint(self.environment, further=self.further_load_balancers)

    def fingerprints(self, exports: Mapping[str, Any]) -> dict[str, str]:
        """By service, over what the environment exports now."""
        return {
            name: service_fingerprint(service, self.environment, self.slots[name], exports, called=self.called[name])
            for name, service in self.services.items()
        }


def read(
    catalog: Catalog, environment: Environment, only: Collection[str], left: Collection[str] = frozenset()
) -> Wanted:
    """``only`` reads just those entries; empty means all. ``left``: those that have none. Raises CatalogError."""
    there = [name for name in only if name not in left]
    services = named(catalog, environment.name, there) if only else catalog.services(environment.name)
    if problems := problems_of(catalog, only) if only else catalog.problems():
        raise CatalogError(problems)
    by_name = {service.name: service for service in services}
    slots = {name: catalog.slot(name, environment.name) for name in by_name}
    called = {name: catalog.called(name, environment.name) for name in by_name}
    return Wanted(environment, by_name, slots, called, catalog.further_load_balancers(environment.name))


def named(catalog: Catalog, environment: str, names: Collection[str]) -> list[Service]:
    """Raises CatalogError for all of those that the catalog does not know, or that nobody can read."""
    found: list[Service] = []
    errors: list[CatalogError] = []
    for name in sorted(names):
        try:
            found.append(catalog.service(name, environment))
        except NoSuchService as error:
            problems = problems_of(catalog, [name])  # such as a typo in the environment's name
            errors.append(CatalogError(problems) if problems else error)
        except CatalogError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else CatalogError(it for error in errors for it in error.problems)
    return found


def problems_of(catalog: Catalog, names: Collection[str]) -> list[Problem]:
    """Problems of these entries only: those of other services do not block a named one."""
    files = {f"services/{name}.yaml" for name in names}
    return [problem for problem in catalog.problems() if problem.file in files]
