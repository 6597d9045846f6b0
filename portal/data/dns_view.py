"""Which hosts people must lead to a service's load balancer themselves, since no stack makes a record for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.context import portal
from portal.data.service_facts import ServiceFacts
from service_catalog import naming
from service_catalog.dns_names import hosts_to_point
from service_catalog.model import Service


@dataclass(frozen=True)
class HostsToPoint:
    hosts: Sequence[str]
    load_balancer: str
    """DNS name of the one on which the service stands"""
    is_local: bool
    """They answer below localhost, without DNS"""


def of(environment: str, service: Service | None, facts: ServiceFacts) -> HostsToPoint | None:
    """``service`` is the entry as it stands. None where there are none."""
    reach = facts.provisioned.reach if facts.provisioned else None
    if service is None or service.exposure is None or not reach or not reach.load_balancer:
        return None
    hosts = hosts_to_point(service.exposure, portal().catalog.environment(environment))
    return HostsToPoint(hosts, reach.load_balancer, environment == naming.LOCAL) if hosts else None
