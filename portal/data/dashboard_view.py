"""The dashboard of a service in CloudWatch, where it was provisioned with one."""

from dataclasses import dataclass

from portal.context import portal
from portal.data.service_facts import ServiceFacts
from portal.text.console import dashboard_address
from service_catalog import naming


@dataclass(frozen=True)
class DashboardLink:
    name: str
    address: str | None
    """None on the local cloud, where nothing draws it"""


def of(environment: str, found: ServiceFacts) -> DashboardLink | None:
    entry = found.provisioned_entry
    if entry is None or not entry.dashboard:
        return None
    name = naming.dashboard(environment, entry.name)
    return DashboardLink(name, dashboard_address(portal().catalog.environment(environment), name))
