"""Rules about names in DNS: each leads to one place, and stands in a zone that holds it."""

from collections.abc import Iterator

from service_catalog.dns_names import environment_names, is_in
from service_catalog.messages import say
from service_catalog.model import Environment, Service
from service_catalog.validation.exposure_checks import routes
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

_OF_HOSTS = (("domain",), ("internal_domain",))


def names_of_environment(environment: Environment) -> Iterator[Fault]:
    yield from _one_zone(environment)
    seen: dict[str, Path] = {}
    for path, name, zone in environment_names(environment):
        # A private zone may say otherwise than the public one.
        if name in seen and path != ("internal_domain",):
            message = say("is %(field)s already", field=_field(seen[name]))
            yield Fault((*path, "name"), message, say("one name leads to one place: choose another"))
        seen.setdefault(name, path)
        if zone and not is_in(zone, name):
            message = say("does not hold %(name)s", name=name)
            hint = say("write the name of the zone itself, like example.com for dev.example.com")
            yield Fault((*path, "zone", "name"), message, hint)


def _one_zone(environment: Environment) -> Iterator[Fault]:
    """Who says one host inside and who says it outside would share it, and Route 53 would answer with either."""
    public, internal = environment.domain, environment.internal_domain
    if public and internal and public.zone and internal.zone and public.zone.id == internal.zone.id:
        message = say("is domain.zone.id already: one name would lead to both load balancers")
        hint = say("write a zone of its own, like a private one of the same name")
        yield Fault(("internal_domain", "zone", "id"), message, hint)


def _field(path: Path) -> str:
    return ".".join(map(str, (*path, "name")))


@about("exposure.host", "exposure.rules")
def _hosts(service: Service, environment: Environment) -> Iterator[Fault]:
    """What the API or a Network Load Balancer is called never leads to an Application Load Balancer."""
    exposure = service.exposure
    if exposure is None or exposure.via != "alb":
        return
    elsewhere = {name: path for path, name, _ in environment_names(environment) if path not in _OF_HOSTS}
    for path, route in routes(exposure) if elsewhere else ():
        if route.host and (taken := elsewhere.get(route.host.lower())):
            message = say(
                "is %(field)s of %(environment)s, which leads elsewhere",
                field=_field(taken),
                environment=environment.name,
            )
            yield Fault((*path, "host"), message, say("choose another host"))


DNS_RULES_IN_ENVIRONMENT: tuple[Rule, ...] = (_hosts,)
