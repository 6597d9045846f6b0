"""How a service is reached, and how it is found healthy."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.entry import Entry, OfWeb
from service_catalog.model.values import (
    AnswerCodes,
    AuthorizerName,
    ClaimName,
    HeaderName,
    Headers,
    HostPattern,
    Issuer,
    Paths,
    ProviderName,
    SourceAddresses,
    TokenWord,
    UrlPath,
    Words,
)


class Health(Entry):
    path: OfWeb[UrlPath | None] = None
    """What the load balancer asks for; left out, `/`; of `grpc` any answer is good then, by `nlb` any connection"""
    codes: OfWeb[AnswerCodes] = "200-399"
    """Which status codes are healthy: `200`, `200-299` or `200,404`; of gRPC `0` to `99`"""
    port: OfWeb[Annotated[int, Field(ge=1, le=65535)] | None] = None
    """Where the load balancer checks; the container's `port` if left out, by TCP also where that speaks `udp`"""
    grace_seconds: Annotated[int, Field(ge=0, le=7200)] = 60
    """How long a new task may fail its health checks while it starts"""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 10
    """Time between two checks; two in a row decide"""
    command: Words | None = None
    """A check inside the container, as ECS spells it: `[CMD-SHELL, …]` or `[CMD, …]`"""


class Route(Entry):
    """Requests that one rule of a load balancer leads to the service: what is said of them must all be so."""

    host: HostPattern | None = None
    """Only requests for this host name; `*` and `?` match"""
    paths: Paths = ("/*",)
    """Only requests for these paths; `/orders/*` does not match `/orders`, so say both"""
    source_ips: SourceAddresses = ()
    """Only requests that come from these addresses, such as `203.0.113.0/24`; all others get a 404"""
    headers: Headers = Field(default_factory=dict)
    """Only requests with each of these headers, and one of the values written for it; `*` and `?` match"""


class Sticky(Entry):
    seconds: Annotated[int, Field(ge=1, le=604_800)] = 86_400
    """How long a client keeps its task; a week at most"""
    cookie: Annotated[str, StringConstraints(pattern=patterns.TOKEN, max_length=256)] | None = None
    """The program's own cookie, which begins and ends it; left out, the load balancer sets one with its first answer"""


class TokenCheck(Entry):
    issuer: Issuer | None = None
    """Whose JWTs are good: `iss` in them, below which OpenID Connect tells where their keys are"""
    audience: Annotated[tuple[TokenWord, ...], Field(strict=False, max_length=50)] = ()
    """For whom they must be made: one of these is their `aud` or `client_id`; needed with `issuer`"""


class Authorizer(TokenCheck):
    name: AuthorizerName | None = None
    """One of the environment's `api.authorizers`, instead of an `issuer` of its own"""
    scopes: Annotated[tuple[TokenWord, ...], Field(strict=False, max_length=10)] = ()
    """A token must hold one of these scopes"""
    headers: dict[HeaderName, ClaimName] = Field(default_factory=dict)
    """Claims passed on, or words of a function's `context`, by header: `X-Partner: sub`; a client's own is replaced"""


class SignIn(Entry):
    provider: ProviderName
    """One of the environment's `sign_in`"""
    scope: Annotated[str, StringConstraints(pattern=patterns.SCOPE, max_length=512)] = "openid"
    """What is asked of the provider about a user, words with spaces between: `openid email`"""
    session_seconds: Annotated[int, Field(ge=1, le=604_800)] = 43_200
    """How long a user stays signed in; a week at most"""
    unauthenticated: Literal["authenticate", "deny", "allow"] = "authenticate"
    """`authenticate` sends who is not signed in to the provider, `deny` answers 401, `allow` lets them through"""


class Exposure(Entry):
    via: Literal["alb", "api-gateway", "nlb"] = "alb"
    """The environment's Application Load Balancer, its HTTP API, which checks tokens, or its Network Load Balancer"""
    audience: Literal["public", "internal"] = "internal"
    """`public` is reached from the internet, `internal` from the VPC"""
    host: HostPattern | None = None
    """Only requests for this host name; `*` and `?` match"""
    paths: Paths = ("/*",)
    """Only requests for these paths; `/orders/*` does not match `/orders`, so say both"""
    source_ips: SourceAddresses = ()
    """Only requests that come from these addresses, such as `203.0.113.0/24`; all others get a 404"""
    headers: Headers = Field(default_factory=dict)
    """Only requests with each of these headers, and one of the values written for it; `*` and `?` match"""
    protocol: Literal["http", "http2", "grpc", "tcp", "tls", "udp"] = "http"
    """How it is spoken to; `http` carries WebSockets, `http2`, `grpc` need HTTPS, `tcp`, `tls`, `udp` a `via: nlb`"""
    target_protocol: Literal["http", "https"] = "http"
    """`https` where the container ends TLS itself; its certificate is not checked, so a self-signed one will do"""
    sticky: Sticky | None = None
    """A client's requests all go to one task"""
    slow_start_seconds: Annotated[int, Field(ge=30, le=900)] | None = None
    """A new task gets its full share of requests only after this long"""
    deregistration_seconds: Annotated[int, Field(ge=0, le=3600)] = 30
    """How long a task that leaves may take to finish its requests; then they are cut off"""
    listener_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Where `nlb` listens, one service a port; the container's `port` if left out"""
    preserve_client_address: bool = False
    """Connections by `nlb` come from the client's own address, not the load balancer's; `udp` always does so"""
    integration: Literal["cloud-map", "nlb"] | None = None
    """`api-gateway` leads straight to tasks in Cloud Map, or to a port of the internal NLB; left out, to the ALB"""
    authorizer: Authorizer | None = None
    """Whose requests `api-gateway` lets through; everybody's if left out"""
    sign_in: SignIn | None = None
    """Only for users who signed in with an OpenID Connect provider, which the load balancer sees to; needs HTTPS"""
    rules: Annotated[tuple[Route, ...], Field(strict=False, max_length=20)] = ()
    """Further requests that lead here, such as those for another host; each takes a slot of its own"""

    @property
    def routes(self) -> tuple[Route, ...]:
        """One for each rule at the load balancer."""
        return (Route(**{name: getattr(self, name) for name in Route.model_fields}), *self.rules)
