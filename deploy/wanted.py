"""What the catalog wants of one environment, read before anything is touched. A broken entry stops the run here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from service_catalog.catalog import Catalog
from service_catalog.fingerprint import service_fingerprint
from service_catalog.lock import Route
from service_catalog.model import Environment, Service


@dataclass(frozen=True)
class Wanted:
    environment: Environment
    services: Mapping[str, Service]
    routes: Mapping[str, Route | None]

    def fingerprints(self, exports: Mapping[str, Any]) -> dict[str, str]:
        """By service, over what the environment exports now."""
        return {
            name: service_fingerprint(service, self.environment, self.routes[name], exports)
            for name, service in self.services.items()
        }


def read(catalog: Catalog, environment: Environment, only: Collection[str]) -> Wanted:
    """``only`` reads just those entries; empty means all. Raises CatalogError."""
    if only:
        services = [catalog.service(name, environment.name) for name in sorted(only)]
    else:
        services = catalog.services(environment.name)
    routes = {service.name: catalog.route(service.name, environment.name) for service in services}
    return Wanted(environment, {service.name: service for service in services}, routes)
