"""What a service's page says of its neighbours: under which name it is found, who calls it, and whom it calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.context import portal
from portal.data.service_facts import ServiceFacts
from service_catalog.connections import address
from service_catalog.model import Service
from service_catalog.problems import CatalogError


@dataclass(frozen=True)
class ConnectionsView:
    address: str | None
    """Host and port under which it is found"""
    callers: tuple[str, ...]
    """As the catalog says"""
    calls: Mapping[str, bool]
    """By service that it calls, whether that one lets it in"""


def of(environment: str, service: Service | None, facts: ServiceFacts) -> ConnectionsView | None:
    """``service`` is the entry as it stands. None where there is nothing to say."""
    if service is None:
        return None
    found = ConnectionsView(
        address(service, portal().catalog.environment(environment)),
        _callers(environment, service.name),
        {name: name in facts.let_in_by for name in service.connects_to},
    )
    return found if found.address or found.callers or found.calls else None


def _callers(environment: str, service: str) -> tuple[str, ...]:
    """None while there is no catalog to ask, of which the page tells."""
    try:
        return tuple(portal().catalog.callers(service, environment))
    except CatalogError:
        return ()
