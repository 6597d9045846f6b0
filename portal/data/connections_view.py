"""What a service's page says of its neighbours: under which name it is found, who calls it, and whom it calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.context import portal
from service_catalog.connections import address
from service_catalog.model import Service
from service_catalog.records.provisioned import Provisioned


@dataclass(frozen=True)
class ConnectionsView:
    address: str | None
    """Host and port under which it is found"""
    callers: tuple[str, ...]
    """As the catalog says"""
    calls: Mapping[str, bool]
    """By service that it calls, whether that one lets it in"""


def of(environment: str, service: Service | None, provisioned: Provisioned | None) -> ConnectionsView | None:
    """``service`` is the entry as it stands. None where there is nothing to say."""
    if service is None:
        return None
    groups = provisioned.connections if provisioned else {}
    found = ConnectionsView(
        address(service, portal().catalog.environment(environment)),
        tuple(portal().catalog.callers(service.name, environment)),
        {name: groups.get(name) is not None for name in service.connects_to},
    )
    return found if found.address or found.callers or found.calls else None
