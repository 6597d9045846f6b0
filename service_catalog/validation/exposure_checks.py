"""Checks of how a service is reached: what its rules at the load balancer may ask for, and what fits its protocol."""

import ipaddress
import re
from collections.abc import Callable, Iterator

from service_catalog.listener_rules.conditions import VALUES_MAX, asked_paths
from service_catalog.messages import say
from service_catalog.model import Exposure, Route, Service
from service_catalog.problems import for_message
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

_GRPC_METHOD = re.compile(r"/[A-Za-z_][\w.]*/[A-Za-z_]\w*")
_GRPC_CODE_MAX = 99


Asked = Route | Exposure


def routes(exposure: Exposure) -> Iterator[tuple[Path, Asked]]:
    """Each with where the entry says it."""
    yield ("exposure",), exposure
    for index, route in enumerate(exposure.rules):
        yield ("exposure", "rules", index), route


def _of_each_route(*fields: str) -> Callable[[Callable[[Path, Asked], Iterator[Fault]]], Rule]:
    """Makes a rule about fields of a route, which an exposure says for itself and for each of its `rules`."""

    def rule(check: Callable[[Path, Asked], Iterator[Fault]]) -> Rule:
        @about("exposure.rules", *(f"exposure.{field}" for field in fields))
        def checked(service: Service) -> Iterator[Fault]:
            for path, route in routes(service.exposure) if service.exposure else ():
                yield from check(path, route)

        return checked

    return rule


@_of_each_route("paths", "host", "source_ips", "headers")
def _values(path: Path, route: Asked) -> Iterator[Fault]:
    headers = [value for values in route.headers.values() for value in values]
    patterns = [*asked_paths(route), *([route.host] if route.host else []), *headers]
    count = len(patterns) + len(route.source_ips)
    if count > VALUES_MAX:
        message = say(
            "holds %(count)s hosts, paths, addresses and header values; one rule takes %(max)s",
            count=count,
            max=VALUES_MAX,
        )
        yield Fault((*path, "paths"), message, say("use wildcards, or wider networks"))
    wildcards = sum(pattern.count("*") + pattern.count("?") for pattern in patterns)
    if wildcards > VALUES_MAX:
        message = say("holds %(count)s wildcards; one rule takes %(max)s", count=wildcards, max=VALUES_MAX)
        yield Fault((*path, "paths"), message)


@_of_each_route("paths")
def _paths(path: Path, route: Asked) -> Iterator[Fault]:
    yield from listed_twice((*path, "paths"), route.paths)


@_of_each_route("host")
def _host(path: Path, route: Asked) -> Iterator[Fault]:
    if route.host is not None and not re.search(r"\.[A-Za-z]+$", route.host):
        yield Fault((*path, "host"), got(say("must end in a domain like .com"), for_message(route.host)))


@_of_each_route("source_ips")
def _addresses(path: Path, route: Asked) -> Iterator[Fault]:
    yield from source_addresses((*path, "source_ips"), route.source_ips)


def source_addresses(at: Path, source_ips: tuple[str, ...]) -> Iterator[Fault]:
    yield from listed_twice(at, source_ips)
    for index, given in enumerate(source_ips):
        try:
            meant = ipaddress.ip_network(given, strict=False)
        except ValueError:
            message = got(say("must be addresses like 203.0.113.0/24 or 2001:db8::/32"), for_message(given))
            yield Fault((*at, index), message)
            continue
        if str(meant) != given.lower():
            message = got(say("must begin at its first address"), for_message(given))
            yield Fault((*at, index), message, say("write %(meant)s", meant=meant))


@_of_each_route("headers")
def _headers(path: Path, route: Asked) -> Iterator[Fault]:
    for name, values in route.headers.items():
        yield from listed_twice((*path, "headers", name), values)
        if name.lower() == "host":
            yield Fault((*path, "headers", name), say("is asked for by `host`"), say("write host: instead"))


@about("health.codes", "health.path", reads=("exposure",))
def _health(service: Service) -> Iterator[Fault]:
    """Codes of gRPC and of HTTP share a field, and no value."""
    health, is_grpc = service.health, service.exposure is not None and service.exposure.protocol == "grpc"
    said = health.model_fields_set
    if "codes" in said and service.kind == "web":
        codes = [int(code) for code in re.findall(r"\d+", health.codes)]
        if is_grpc and max(codes) > _GRPC_CODE_MAX:
            message = got(say("must be status codes of gRPC, 0 to %(max)s", max=_GRPC_CODE_MAX), health.codes)
            yield Fault(("health", "codes"), message, say("0 is OK; left out with `path`, any answer of gRPC counts"))
        if not is_grpc and min(codes) <= _GRPC_CODE_MAX:
            message = got(say("must be status codes from 200 to 499, like 200, 200-299 or 200,404"), health.codes)
            yield Fault(("health", "codes"), message)
    if health.path and is_grpc and not _GRPC_METHOD.fullmatch(health.path):
        message = got(say("must be a method of gRPC, like /grpc.health.v1.Health/Check"), for_message(health.path))
        yield Fault(("health", "path"), message, say("left out, any answer of gRPC counts"))


@about("exposure.sticky")
def _sticky(service: Service) -> Iterator[Fault]:
    sticky = service.exposure.sticky if service.exposure else None
    if sticky and sticky.cookie and sticky.cookie.upper().startswith("AWSALB"):
        message = say("must not begin with AWSALB, which the load balancer keeps for its own")
        yield Fault(("exposure", "sticky", "cookie"), message, say("name the cookie that your program sets"))


@about("exposure.sign_in")
def _sign_in(service: Service) -> Iterator[Fault]:
    exposure = service.exposure
    if exposure and exposure.sign_in and exposure.protocol != "http":
        message = say("means nothing beside protocol: %(protocol)s", protocol=exposure.protocol)
        hint = say("load balancers sign in those of `http` only; let the program check its tokens")
        yield Fault(("exposure", "sign_in"), message, hint)


@about("exposure.rules")
def _rules(service: Service) -> Iterator[Fault]:
    if service.exposure and service.exposure.rules:
        said = [(it.host, it.paths, it.source_ips, it.headers) for _, it in routes(service.exposure)]
        for index, route in enumerate(said[1:], 1):
            if route in said[:index]:
                yield Fault(("exposure", "rules", index - 1), say("is listed twice"), say("remove one"))


EXPOSURE_RULES: tuple[Rule, ...] = (
    _values,
    _paths,
    _host,
    _addresses,
    _headers,
    _health,
    _sticky,
    _sign_in,
    _rules,
)
