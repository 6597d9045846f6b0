"""Whose a service is: the team that its entry names. Where the entry is broken or gone, the team of what is
provisioned, as the list has it; None where neither is known. Asks AWS nothing."""

from portal.context import portal
from service_catalog.problems import CatalogError


def owner_of(environment: str, service: str) -> str | None:
    try:
        return portal().catalog.service(service, environment).owner
    except CatalogError:
        held = portal().collector.held(environment)
        row = held.value.rows.get(service) if held else None
        return row.owner or None if row else None
