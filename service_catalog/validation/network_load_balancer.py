"""Rules about what is exposed by a Network Load Balancer, and about those of an environment."""

from collections.abc import Iterator

from service_catalog.messages import say
from service_catalog.model import Environment, Exposure, Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import Rule, about

PROTOCOLS = ("tcp", "tls", "udp")
_OF_HTTP = ("host", "paths", "headers", "rules", "sticky", "slow_start_seconds", "target_protocol", "sign_in")


@about(
    "exposure.via",
    "exposure.protocol",
    "exposure.preserve_client_address",
    "exposure.listener_port",
    reads=("discovery",),
)
def _exposed_by_nlb(service: Service) -> Iterator[Fault]:
    exposure = service.exposure
    if exposure is None:
        return
    if exposure.via != "nlb":
        yield from _of_nlb_only(exposure)
        return
    if exposure.protocol not in PROTOCOLS:
        message = say("must be tcp, tls or udp with `via: nlb`")
        yield Fault(("exposure", "protocol"), message, say("write protocol: tcp"))
    if exposure.protocol == "udp":
        yield from _of_udp(service, exposure)
    for field in _OF_HTTP:
        if getattr(exposure, field) != Exposure.model_fields[field].get_default(call_default_factory=True):
            message = say("cannot be combined with `via: nlb`, which knows ports and no requests")
            yield Fault(("exposure", field), message, say("remove it, or write via: alb"))


def _of_udp(service: Service, exposure: Exposure) -> Iterator[Fault]:
    if service.discovery != "none":
        message = say("cannot be combined with protocol: udp: services find each other for TCP")
        yield Fault(("discovery",), message, say("write discovery: none, or protocol: tcp"))
    if exposure.preserve_client_address:
        message = say("is always so by protocol: udp")
        yield Fault(("exposure", "preserve_client_address"), message, say("remove it"))


def _of_nlb_only(exposure: Exposure) -> Iterator[Fault]:
    if exposure.protocol in PROTOCOLS:
        yield Fault(
            ("exposure", "protocol"), say("goes with `via: nlb` only"), say("write via: nlb, or protocol: http")
        )
    if exposure.preserve_client_address:
        message = say("goes with `via: nlb` only: others say the client's address in `X-Forwarded-For`")
        yield Fault(("exposure", "preserve_client_address"), message, say("remove it"))
    if exposure.listener_port is not None and exposure.integration != "nlb":
        message = say("goes with `via: nlb` only: other load balancers listen on 80 and 443")
        yield Fault(("exposure", "listener_port"), message, say("remove it"))


NLB_RULES: tuple[Rule, ...] = (_exposed_by_nlb,)


@about("exposure.via")
def _nlb_is_there(service: Service, environment: Environment) -> Iterator[Fault]:
    exposure = service.exposure
    if exposure is None or exposure.via != "nlb":
        return
    audience, file = exposure.audience, f"environments/{environment.name}.yaml"
    balancer = getattr(environment.nlb, audience)
    if balancer is None:
        message = say(
            "needs the %(audience)s Network Load Balancer, which %(environment)s has not",
            audience=audience,
            environment=environment.name,
        )
        hint = say("write nlb: { %(audience)s: {} } into %(file)s", audience=audience, file=file)
        yield Fault(("exposure", "via"), message, hint)
    elif exposure.protocol == "tls" and balancer.certificate_arn is None:
        message = say("needs a certificate, which the load balancer has not")
        hint = say("write nlb.%(audience)s.certificate_arn into %(file)s", audience=audience, file=file)
        yield Fault(("exposure", "protocol"), message, hint)


NLB_RULES_IN_ENVIRONMENT: tuple[Rule, ...] = (_nlb_is_there,)


def nlb_of_environment(environment: Environment) -> Iterator[Fault]:
    internal = environment.nlb.internal
    if internal and internal.static_addresses:
        message = say("is for the public one: Elastic IPs are addresses of the internet")
        yield Fault(("nlb", "internal", "static_addresses"), message, say("remove it"))
