"""Rules about what is exposed by API Gateway, and about the environment's API."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from service_catalog import naming
from service_catalog.api_routes import route_key
from service_catalog.messages import say
from service_catalog.model import ApiAuthorizer, Authorizer, Environment, Exposure, Service, TokenCheck
from service_catalog.problems import for_message, instead
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

AUTHORIZERS_MAX = 10
"""That one API takes"""
_AUTHORIZER = ("exposure", "authorizer")
_SET_BY_API_GATEWAY = ("access-control-", "apigw-", "x-amz-", "x-amzn-", "x-forwarded-", "x-slipway-")
_RESERVED = frozenset(
    [
        *("authorization", "connection", "content-encoding", "content-length", "content-location", "forwarded", "host"),
        *("keep-alive", "origin", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding"),
        *("upgrade", "via"),
    ]
)

_OF_LOAD_BALANCERS = {
    "host": say("cannot be combined with `via: api-gateway`: all routes of an API have its own host name"),
    "source_ips": say("cannot be combined with `via: api-gateway`: its load balancer sees the API alone"),
    "headers": say("cannot be combined with `via: api-gateway`: an API looks at paths only"),
    "rules": say("cannot be combined with `via: api-gateway`: an API takes up to five paths"),
    "protocol": say("cannot be combined with `via: api-gateway`: an API speaks HTTP/1.1"),
    "sign_in": say("cannot be combined with `via: api-gateway`: an API looks at tokens"),
}


@about("exposure.via", "exposure.authorizer")
def _exposed_by_api(service: Service) -> Iterator[Fault]:
    exposure = service.exposure
    if exposure is None:
        return
    if exposure.via != "api-gateway":
        if exposure.authorizer is not None:
            hint = say("write via: api-gateway, or remove it")
            yield Fault(_AUTHORIZER, say("goes with `via: api-gateway` only"), hint)
        return
    if exposure.audience != "public":
        message = say("must be public with `via: api-gateway`: the internet reaches an HTTP API")
        yield Fault(("exposure", "audience"), message, say("write audience: public, or via: alb"))
    for field, message in _OF_LOAD_BALANCERS.items():
        if getattr(exposure, field) != Exposure.model_fields[field].get_default(call_default_factory=True):
            yield Fault(("exposure", field), message, say("remove it, or write via: alb"))
    yield from _paths(exposure)


def _paths(exposure: Exposure) -> Iterator[Fault]:
    for index, path in enumerate(exposure.paths):
        if route_key(path) is None:
            message = got(say("is no path of an API"), for_message(path))
            hint = say(
                "API Gateway takes /orders and /orders/*: letters, digits, '.', '_', ':' and '-', a '*' at the end"
            )
            yield Fault(("exposure", "paths", index), message, hint)


@about("exposure.authorizer")
def _authorizer(service: Service) -> Iterator[Fault]:
    authorizer = service.exposure.authorizer if service.exposure else None
    if authorizer is None:
        return
    if (authorizer.name is None) == (authorizer.issuer is None):
        message, hint = (
            say("must say one of name and issuer"),
            say("write { name: … } or { issuer: https://…, audience: [ … ] }"),
        )
        yield Fault(_AUTHORIZER, message, hint)
    elif authorizer.name is not None and authorizer.audience:
        message = say("goes with `issuer` only: the environment's authorizer says for whom its tokens are")
        yield Fault((*_AUTHORIZER, "audience"), message, say("remove it"))
    else:
        yield from _audience(_AUTHORIZER, authorizer)
    yield from _headers(authorizer)


def _audience(path: Path, check: TokenCheck) -> Iterator[Fault]:
    if check.issuer is not None and not check.audience:
        message = say("is missing: without it a token for anybody would be good")
        yield Fault((*path, "audience"), message, say("write audience: [ … ], as it stands in `aud` or `client_id`"))


def _headers(authorizer: Authorizer) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for name in authorizer.headers:
        low, path = name.lower(), (*_AUTHORIZER, "headers", name)
        if low in _RESERVED or low.startswith(_SET_BY_API_GATEWAY):
            yield Fault(
                path, say("is a header that API Gateway keeps to itself"), say("choose another, like X-Partner")
            )
        if low in seen:
            yield Fault(path, say("is the same header as %(other)s", other=seen[low]), say("keep one of the two"))
        seen[low] = name


API_RULES: tuple[Rule, ...] = (_exposed_by_api, _authorizer)


# --- in an environment ------------------------------------------------------------------------------------------------


@about("exposure.via")
def _api_is_there(service: Service, environment: Environment) -> Iterator[Fault]:
    exposure = service.exposure
    if exposure is None or exposure.via != "api-gateway":
        return
    if environment.api is None:
        message = say("needs an API, which %(environment)s has not", environment=environment.name)
        hint = say("write api: {} into environments/%(environment)s.yaml, or via: alb", environment=environment.name)
        yield Fault(("exposure", "via"), message, hint)
        return
    authorizer = exposure.authorizer
    if authorizer is None:
        return
    if authorizer.name is not None and authorizer.name not in environment.api.authorizers:
        message = say(
            "%(name)s is no authorizer of %(environment)s",
            name=for_message(authorizer.name),
            environment=environment.name,
        )
        to_do = say("write it into environments/%(environment)s.yaml", environment=environment.name)
        yield Fault((*_AUTHORIZER, "name"), message, instead(authorizer.name, environment.api.authorizers) or to_do)
    elif authorizer.name is not None and environment.api.authorizers[authorizer.name].function and authorizer.scopes:
        message = say("cannot be combined with %(name)s: a function knows no scopes", name=authorizer.name)
        yield Fault((*_AUTHORIZER, "scopes"), message, say("remove it, and let the function decide"))
    yield from _issuer(_AUTHORIZER, authorizer, environment)


def _issuer(path: Path, check: TokenCheck, environment: Environment) -> Iterator[Fault]:
    """API Gateway fetches the keys over HTTPS only; on the local cloud a program of this machine may issue tokens."""
    if check.issuer is None:
        return
    address = urlsplit(check.issuer)
    is_here = environment.name == naming.LOCAL and address.hostname in ("127.0.0.1", "localhost")
    if address.scheme != "https" and not is_here:
        message = got(say("must begin with https://"), for_message(check.issuer))
        yield Fault((*path, "issuer"), message, say("API Gateway fetches the issuer's keys over HTTPS only"))


API_RULES_IN_ENVIRONMENT: tuple[Rule, ...] = (_api_is_there,)


# --- of an environment ------------------------------------------------------------------------------------------------


def _function(path: Path, check: ApiAuthorizer, environment: Environment) -> Iterator[Fault]:
    function = check.function
    if function is None:
        return
    if check.audience:
        message = say("goes with `issuer` only: a function decides by itself for whom tokens are")
        yield Fault((*path[:-1], "audience"), message, say("remove it"))
    place = environment.arn("lambda", "function:")
    if not function.arn.startswith(place):
        message = say("must begin with %(place)s, got %(given)s", place=place, given=for_message(function.arn))
        yield Fault((*path, "arn"), message, say("an API asks functions of its own account and region only"))
    if function.cache_seconds and not function.identity:
        message = say("needs `identity`: by those headers API Gateway knows for whom an answer is good")
        yield Fault((*path, "cache_seconds"), message, say("write identity: [Authorization]"))


def api_of_environment(environment: Environment) -> Iterator[Fault]:
    api = environment.api
    if api is None:
        return
    if len(api.authorizers) > AUTHORIZERS_MAX:
        message = say("holds %(count)s; an API takes %(max)s", count=len(api.authorizers), max=AUTHORIZERS_MAX)
        yield Fault(("api", "authorizers"), message)
    for name, check in api.authorizers.items():
        path = ("api", "authorizers", name)
        if (check.issuer is None) == (check.function is None):
            hint = say("write { issuer: https://…, audience: [ … ] } or { function: { arn: … } }")
            yield Fault(path, say("must say one of issuer and function"), hint)
            continue
        yield from _function((*path, "function"), check, environment)
        yield from _audience(path, check)
        yield from _issuer(path, check, environment)
    if api.cors and api.cors.credentials and "*" in api.cors.origins:
        message = say("cannot be combined with origin '*': every site could act in its visitors' names")
        yield Fault(("api", "cors", "credentials"), message, say("name the sites in api.cors.origins"))
