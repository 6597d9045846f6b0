"""Rules about names in DNS: each leads to one place, and stands in a zone that holds it."""

from collections.abc import Iterator

from service_catalog.dns_names import environment_names, is_in
from service_catalog.messages import say
from service_catalog.model import Environment, Service
from service_catalog.validation.exposure_checks import routes
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path


def names_of_environment(environment: Environment) -> Iterator[Fault]:
    seen: dict[str, Path] = {}
    for path, name, zone in environment_names(environment):
        if name in seen:
            message = say("is %(field)s already", field=_field(seen[name]))
            yield Fault((*path, "name"), message, say("one name leads to one place: choose another"))
        seen.setdefault(name, path)
        if zone and not is_in(zone, name):
            message = say("does not hold %(name)s", name=name)
            hint = say("write the name of the zone itself, like example.com for dev.example.com")
            yield Fault((*path, "zone", "name"), message, hint)


def _field(path: Path) -> str:
    return ".".join(map(str, (*path, "name")))


@about("exposure")
def _hosts(service: Service, environment: Environment) -> Iterator[Fault]:
    """What the API or a Network Load Balancer is called never leads to the public load balancer."""
    exposure = service.exposure
    if exposure is None or exposure.audience != "public":
        return
    elsewhere = {name: path for path, name, _ in environment_names(environment) if path != ("domain",)}
    for path, route in routes(exposure) if elsewhere else ():
        if route.host and (taken := elsewhere.get(route.host.lower())):
            message = say(
                "is %(field)s of %(environment)s, which leads elsewhere",
                field=_field(taken),
                environment=environment.name,
            )
            yield Fault((*path, "host"), message, say("choose another host"))


DNS_RULES_IN_ENVIRONMENT: tuple[Rule, ...] = (_hosts,)
