"""How requests come into an environment: its domain, load balancers and API, and who is let through."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service_catalog import patterns
from service_catalog.model.entry import Entry
from service_catalog.model.exposure import TokenCheck
from service_catalog.model.values import (
    AuthorizerName,
    CertificateArn,
    HeaderName,
    HeaderText,
    HostName,
    HttpMethod,
    HttpsAddress,
    Origin,
    Retention,
    SourceAddresses,
)

ManagedGroup = Literal[
    "common",
    "known-bad-inputs",
    "ip-reputation",
    "anonymous-ip",
    "admin",
    "sql",
    "linux",
    "posix",
    "windows",
    "php",
    "wordpress",
]


class Zone(Entry):
    """A hosted zone of Route 53, in which names are led to load balancers and APIs."""

    id: Annotated[str, StringConstraints(pattern=patterns.ZONE)]
    """Of a hosted zone in the environment's account"""
    name: HostName
    """The zone's own name: it holds records of this name and of those below it"""


class Domain(Entry):
    name: HostName
    """Where the public load balancer is reached; without a `zone`, a DNS name you point at it"""
    certificate_arn: CertificateArn
    """ACM certificate; with it HTTP redirects to HTTPS"""
    certificates: Annotated[tuple[CertificateArn, ...], Field(strict=False, max_length=24)] = ()
    """Further ACM certificates, for hosts of other domains; the client's TLS says which one is meant"""
    zone: Zone | None = None
    """Where records for the name are made, and for hosts of public services; left out, you make them yourself"""


class InternalDomain(Entry):
    name: HostName
    """Where the internal load balancer is reached; without a `zone`, a DNS name you point at it"""
    certificate_arn: CertificateArn | None = None
    """ACM certificate; with it the internal load balancer speaks HTTPS, and HTTP redirects there"""
    zone: Zone | None = None
    """Where records for the name are made, and for hosts of internal services; a private zone, or a public one"""


class ClientSecret(Entry):
    secretsmanager: Annotated[str, StringConstraints(pattern=patterns.SECRET, max_length=2048)]
    """Name or whole ARN of a secret in Secrets Manager; operators may read those named `<environment>/sign-in-…`"""
    key: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    """One key of a secret that holds JSON"""
    version: Annotated[str, StringConstraints(pattern=patterns.SECRET_VERSION, max_length=64)] | None = None
    """Which version of the secret, by its id; a new one here brings a rotated secret to the load balancer"""


class IdentityProvider(Entry):
    issuer: HttpsAddress
    """As the provider calls itself"""
    authorization_endpoint: HttpsAddress
    """Where browsers sign in"""
    token_endpoint: HttpsAddress
    """Where the load balancer takes tokens"""
    user_info_endpoint: HttpsAddress
    """Where the load balancer asks who a user is"""
    client_id: Annotated[str, StringConstraints(pattern=patterns.VISIBLE, min_length=1, max_length=256)]
    """Whom the provider knows the load balancer as"""
    client_secret: ClientSecret
    """Read when a service is provisioned, and kept as a secret of its stack"""


class ResponseHeaders(Entry):
    strict_transport_security: HeaderText | None = None
    """Browsers keep to HTTPS: `max-age=31536000; includeSubDomains`"""
    content_security_policy: HeaderText | None = None
    """What a page may load, and from where"""
    x_content_type_options: Literal["nosniff"] | None = None
    """Browsers take content for what it says it is"""
    x_frame_options: Literal["DENY", "SAMEORIGIN"] | None = None
    """Who may show a page within a page"""


class ListenerForTests(Entry):
    port: Annotated[int, Field(ge=1, le=65_535)]
    """Where testers ask; not 80 or 443"""
    source_ips: SourceAddresses = ()
    """Who may, like `203.0.113.0/24`; left out, whoever may ask the load balancer"""


class LoadBalancers(Entry):
    idle_seconds: Annotated[int, Field(ge=1, le=4000)] = 60
    """A connection on which nothing is sent for this long is closed; raise it for WebSockets and slow answers"""
    response_headers: ResponseHeaders = ResponseHeaders()
    """Set on every answer, in place of the program's own"""
    further_after: Annotated[int, Field(ge=1, le=100)] | None = None
    """How many rules one holds before services with hosts of their own go to a further one; left out, AWS's 100"""
    test_listener: ListenerForTests | None = None
    """A second port, where new tasks of services with `deployment.test_listener` answer before they do elsewhere"""


class Waf(Entry):
    managed_groups: Annotated[tuple[ManagedGroup, ...], Field(strict=False, max_length=11)] = (
        "ip-reputation",
        "known-bad-inputs",
        "common",
    )
    """AWS's own groups of rules, asked in this order"""
    rate_limit: Annotated[int, Field(ge=10, le=2_000_000_000)] | None = None
    """Requests that one address may send within five minutes; further ones are refused"""
    mode: Literal["block", "count"] = "block"
    """`count` refuses nothing and only measures, to see what `block` would do"""


class ApiDomain(Entry):
    name: HostName
    """Where the API is reached; without a `zone`, a DNS name you point at the API's own"""
    certificate_arn: Annotated[str, StringConstraints(pattern=patterns.CERTIFICATE)]
    """ACM certificate of the name"""
    zone: Zone | None = None
    """Where a record for the name is made; left out, you make it yourself"""


class Throttling(Entry):
    rate: Annotated[int, Field(ge=1, le=1_000_000)]
    """Requests a second in the long run; above it the API answers 429"""
    burst: Annotated[int, Field(ge=1, le=1_000_000)]
    """Requests at once"""


class Cors(Entry):
    origins: Annotated[tuple[Origin, ...], Field(strict=False, min_length=1, max_length=100)]
    """Sites whose scripts may call, like `https://shop.example.com`; `*` is every site"""
    methods: Annotated[tuple[HttpMethod, ...], Field(strict=False, min_length=1)] = ("*",)
    """Which methods they may use"""
    headers: Annotated[tuple[HeaderName, ...], Field(strict=False)] = ()
    """Request headers that they may set, such as `Authorization`"""
    expose_headers: Annotated[tuple[HeaderName, ...], Field(strict=False)] = ()
    """Response headers that they may read"""
    credentials: bool = False
    """Whether browsers send cookies along; not with origin `*`"""
    max_age_seconds: Annotated[int, Field(ge=0, le=86_400)] = 300
    """How long a browser remembers all this"""


class AuthorizerFunction(Entry):
    arn: Annotated[str, StringConstraints(pattern=patterns.FUNCTION, max_length=256)]
    """A Lambda function of the environment's account and region; it answers `isAuthorized`, and maybe a `context`"""
    identity: Annotated[tuple[HeaderName, ...], Field(strict=False, max_length=10)] = ()
    """Request headers that it looks at; who lacks one gets a 401 without the function being asked"""
    cache_seconds: Annotated[int, Field(ge=0, le=3600)] = 0
    """How long an answer is good for the same `identity`, on every route that names the authorizer"""


class ApiAuthorizer(TokenCheck):
    function: AuthorizerFunction | None = None
    """A Lambda function that decides, instead of an `issuer`"""


class Api(Entry):
    domain: ApiDomain | None = None
    """A name of your own; with it AWS's own address answers no longer"""
    throttling: Throttling | None = None
    """How many requests it takes; left out, what AWS lets the account have"""
    cors: Cors | None = None
    """Scripts of which sites may call; left out, none from elsewhere"""
    log_retention_days: Retention = 30
    """How long the line of each request is kept"""
    authorizers: dict[AuthorizerName, ApiAuthorizer] = Field(default_factory=dict)
    """Who may call, for services to name; an API takes 10 of them"""


class NamedInZone(Entry):
    name: HostName
    """Where it is reached besides AWS's own name"""
    zone: Zone
    """Where a record for the name is made"""


class NetworkLoadBalancer(Entry):
    static_addresses: bool = False
    """An Elastic IP in each zone, for others to put on their lists; of `public` only"""
    certificate_arn: Annotated[str, StringConstraints(pattern=patterns.CERTIFICATE)] | None = None
    """ACM certificate for services with `protocol: tls`"""
    cross_zone: bool = False
    """Leads to tasks of every zone; traffic between zones costs"""
    domain: NamedInZone | None = None
    """A name of your own, which its services are shown with"""


class NetworkLoadBalancers(Entry):
    public: NetworkLoadBalancer | None = None
    """Reached from the internet: write `public: {}`"""
    internal: NetworkLoadBalancer | None = None
    """Reached from the VPC: write `internal: {}`"""
