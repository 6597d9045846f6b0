"""Which names an environment and its services have in hosted zones of Route 53.

A name that the environment says is the environment's. A host that services say is each one's who says it.
"""

from collections.abc import Iterator

from service_catalog.model import Domain, Environment, Exposure, InternalDomain, Zone
from service_catalog.yaml_text.locations import Path


def environment_names(environment: Environment) -> Iterator[tuple[Path, str, Zone | None]]:
    """Every name that the environment itself goes by, with where it says so and in which zone, if in one."""
    if it := environment.domain:
        yield ("domain",), it.name.lower(), it.zone
    if inside := environment.internal_domain:
        yield ("internal_domain",), inside.name.lower(), inside.zone
    if environment.api and (own := environment.api.domain):
        yield ("api", "domain"), own.name.lower(), own.zone
    for audience, balancer in environment.nlb:
        if balancer and balancer.domain:
            yield ("nlb", audience, "domain"), balancer.domain.name.lower(), balancer.domain.zone


def service_names(exposure: Exposure, environment: Environment) -> tuple[str, ...]:
    """Hosts whose records the service makes: those in the zone of the load balancer that leads to it."""
    zone = zone_of(exposure, environment)
    if zone is None:
        return ()
    own = {name for _, name, _ in environment_names(environment)}
    hosts = dict.fromkeys(it.host.lower() for it in exposure.routes if it.host)
    return tuple(host for host in hosts if host not in own and is_in(zone, host) and _can_be_record(host))


def hosts_to_point(exposure: Exposure, environment: Environment) -> tuple[str, ...]:
    """Hosts of its rules for which no stack makes a record: people lead them to the service's load balancer."""
    if exposure.via != "alb":
        return ()
    led = {*service_names(exposure, environment), *(name for _, name, _ in environment_names(environment))}
    hosts = dict.fromkeys(it.host.lower() for it in exposure.routes if it.host)
    return tuple(host for host in hosts if host not in led)


def domain_of(exposure: Exposure, environment: Environment) -> Domain | InternalDomain | None:
    """Of the Application Load Balancer that its audience asks."""
    return environment.domain if exposure.audience == "public" else environment.internal_domain


def zone_of(exposure: Exposure, environment: Environment) -> Zone | None:
    domain = domain_of(exposure, environment) if exposure.via == "alb" else None
    return domain.zone if domain else None


def is_in(zone: Zone, name: str) -> bool:
    return f".{name.lower()}".endswith(f".{zone.name.lower()}")


def _can_be_record(host: str) -> bool:
    """DNS knows a wildcard as the whole first label only."""
    return not set("*?") & set(host.removeprefix("*."))
