"""Under which name a service is found, and what the stack of a caller depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from service_catalog.model import Environment, Service
from service_catalog.records.provisioned import Provisioned


@dataclass(frozen=True)
class Called:
    """What a caller's stack depends on in the entry of a service that it connects to."""

    name: str
    discovery: str
    port: int
    """Where its tasks listen, whatever port others ask"""

    @classmethod
    def of(cls, service: Service) -> Self:
        assert service.port is not None
        return cls(service.name, service.discovery, service.port)


def address(service: Service, environment: Environment) -> str | None:
    """Host and port that others ask; None for a service that nobody finds."""
    if service.discovery == "service-connect":
        return f"{alias(service)}:{alias_port(service)}"
    if service.discovery == "cloud-map":
        return f"{service.name}.{environment.namespace}:{service.port}"
    return None


def alias(service: Service) -> str:
    """Its name in Service Connect."""
    options = service.service_connect
    return options.alias if options and options.alias else service.name


def alias_port(service: Service) -> int | None:
    """The port of its name in Service Connect."""
    options = service.service_connect
    return options.port if options and options.port else service.port


def let_in_by(caller: Provisioned, records: Mapping[str, Provisioned]) -> frozenset[str]:
    """The services in whose security group it has its rule. One that was made anew has another group by now."""
    return frozenset(
        called
        for called, group in caller.connections.items()
        if called in records and (found := records[called].found) and found.callers_group == group
    )
