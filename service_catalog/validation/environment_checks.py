"""Rules where fields of an environment's entry meet."""

import ipaddress
import re
from collections.abc import Callable, Iterator

from service_catalog import naming
from service_catalog.arns import parts_of
from service_catalog.messages import say
from service_catalog.model import PRIVATE_RANGES, Environment, partition_of, registry_host
from service_catalog.problems import for_message
from service_catalog.validation.api_gateway import api_of_environment
from service_catalog.validation.capacity_checks import ec2_capacity, managed_instances
from service_catalog.validation.dns_names import names_of_environment
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.endpoints import endpoints_of_environment
from service_catalog.validation.event_receivers import events_of_environment
from service_catalog.validation.exposure_checks import source_addresses
from service_catalog.validation.faults import Fault, got
from service_catalog.validation.network_load_balancer import nlb_of_environment
from service_catalog.validation.partial_model import until_invalid_field
from service_catalog.yaml_text.locations import Path

LOCAL_ACCOUNT = "000000000000"


def environment_faults(environment: Environment) -> list[Fault]:
    return [fault for rule in _ENVIRONMENT_RULES for fault in until_invalid_field(rule(environment))]


def _parameter_path(environment: Environment) -> Iterator[Fault]:
    if environment.name.startswith(("aws", "ssm")):
        hint = say("SSM reserves parameters below /aws… and /ssm… for AWS; choose another name")
        yield Fault(("name",), say("must not begin with aws or ssm"), hint)


_ISOLATED = re.compile(r"(us|eu)-iso[a-z]?-")


def _region(environment: Environment) -> Iterator[Fault]:
    if _ISOLATED.match(environment.region):
        message = got(say("must be no isolated region"), for_message(environment.region))
        hint = say("Slipway knows those of aws, aws-cn and aws-us-gov")
        yield Fault(("region",), message, hint)


def _network(environment: Environment) -> Iterator[Fault]:
    network = environment.network
    if network.existing is None:
        yield from _cidr(network.cidr)
        return
    for field in ("cidr", "zones", "nat", "endpoints"):
        if field in network.model_fields_set:
            yield Fault(("network", field), say("means nothing beside network.existing"), say("remove it"))
    existing = network.existing
    yield from listed_twice(("network", "existing", "public_subnet_ids"), existing.public_subnet_ids)
    yield from listed_twice(("network", "existing", "private_subnet_ids"), existing.private_subnet_ids)
    yield from _given_addresses(existing.cidrs)


def _given_addresses(cidrs: tuple[str, ...]) -> Iterator[Fault]:
    path = ("network", "existing", "cidrs")
    yield from listed_twice(path, cidrs)
    for index, cidr in enumerate(cidrs):
        try:
            ipaddress.IPv4Network(cidr)
        except ValueError:
            message = got(say("must be a network that begins at its first address"), for_message(cidr))
            yield Fault((*path, index), message, say("write it like 10.20.0.0/16"))


_PRIVATE = [ipaddress.IPv4Network(it) for it in PRIVATE_RANGES]
"""What EC2 takes beside addresses of one's own on the internet; it keeps 172.17.0.0/16 and others to its services."""


def _cidr(cidr: str) -> Iterator[Fault]:
    path = ("network", "cidr")
    try:
        addresses = ipaddress.IPv4Network(cidr, strict=False)
    except ValueError:
        yield Fault(path, got(say("must be a network like 10.20.0.0/16"), for_message(cidr)))
        return
    if str(addresses) != cidr:
        message = got(say("must begin at its first address"), for_message(cidr))
        yield Fault(path, message, say("write %(meant)s", meant=addresses))
    if not 16 <= addresses.prefixlen <= 24:
        # Four zones need eight subnets, and a load balancer needs 32 addresses in each of its own.
        yield Fault(path, got(say("must be /16 to /24"), f"/{addresses.prefixlen}"))
    if not any(addresses.subnet_of(private) for private in _PRIVATE):
        message = got(
            say("must be within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10"), for_message(cidr)
        )
        yield Fault(path, message, say("other ranges are public addresses, or reserved by EC2"))


def _registry(environment: Environment) -> Iterator[Fault]:
    registry = environment.registry
    if registry is None:
        return
    if partition_of(registry.region or environment.region) != environment.partition:
        message = got(say("must be in the partition of the environment"), for_message(registry.region or ""))
        yield Fault(("registry", "region"), message, say("services cannot reach images of another one"))
    if not registry.make:
        for field in ("untagged_days", "keep_images", "pull_accounts", "key_arn"):
            if field in registry.model_fields_set:
                yield Fault(
                    ("registry", field), say("means nothing without `make`"), say("write make: true, or remove it")
                )
        return
    if environment.registry_host != registry_host(environment.account_id, environment.region):
        message = say("makes repositories in the environment's own registry only")
        yield Fault(("registry", "make"), message, say("write it into the environment of that account and region"))
    yield from listed_twice(("registry", "pull_accounts"), registry.pull_accounts)
    for index, account in enumerate(registry.pull_accounts):
        if account == environment.account_id:
            message = say("is the environment's own account, which pulls by its own rights")
            yield Fault(("registry", "pull_accounts", index), message, say("remove it"))
    if registry.key_arn and parts_of(registry.key_arn).region != environment.region:
        message = got(say("must be a key in %(region)s", region=environment.region), for_message(registry.key_arn))
        yield Fault(("registry", "key_arn"), message, say("ECR takes keys of its own region only"))


def _test_listener(environment: Environment) -> Iterator[Fault]:
    listener = environment.load_balancers.test_listener
    if listener is None:
        return
    path, hint = ("load_balancers", "test_listener"), say("write 9000")
    if listener.port in (80, 443):
        message = got(say("must be another port than 80 and 443, which are everybody's"), str(listener.port))
        yield Fault((*path, "port"), message, hint)
    if environment.api and listener.port == naming.API_PORT:
        message = say("must be another port than %(port)s, at which the API comes in", port=naming.API_PORT)
        yield Fault((*path, "port"), message, hint)
    yield from source_addresses((*path, "source_ips"), listener.source_ips)


def _certificate(environment: Environment) -> Iterator[Fault]:
    if environment.domain:
        hint = say("a load balancer takes certificates of its own account and region only")
        yield from _own_certificate(
            ("domain", "certificate_arn"), environment.domain.certificate_arn, environment, hint
        )
        for index, arn in enumerate(environment.domain.certificates):
            yield from _own_certificate(("domain", "certificates", index), arn, environment, hint)
    if (inside := environment.internal_domain) and inside.certificate_arn:
        hint = say("a load balancer takes certificates of its own account and region only")
        yield from _own_certificate(("internal_domain", "certificate_arn"), inside.certificate_arn, environment, hint)
    if environment.api and environment.api.domain:
        hint = say("an API takes certificates of its own account and region only")
        yield from _own_certificate(
            ("api", "domain", "certificate_arn"), environment.api.domain.certificate_arn, environment, hint
        )

    for audience, balancer in environment.nlb:
        if balancer and balancer.certificate_arn:
            hint = say("a load balancer takes certificates of its own account and region only")
            yield from _own_certificate(
                ("nlb", audience, "certificate_arn"), balancer.certificate_arn, environment, hint
            )


def _own_certificate(path: Path, given: str, environment: Environment, hint: str) -> Iterator[Fault]:
    region = environment.region
    place = f"arn:{partition_of(region)}:acm:{region}:{environment.account_id}:certificate/"
    if not given.startswith(place):
        message = say("must begin with %(place)s, got %(given)s", place=place, given=for_message(given))
        yield Fault(path, message, hint)


def _further_certificates(environment: Environment) -> Iterator[Fault]:
    domain = environment.domain
    if domain is None:
        return
    yield from listed_twice(("domain", "certificates"), domain.certificates)
    if domain.certificate_arn in domain.certificates:
        at = ("domain", "certificates", domain.certificates.index(domain.certificate_arn))
        yield Fault(at, say("is domain.certificate_arn already"), say("remove it"))


def _waf(environment: Environment) -> Iterator[Fault]:
    waf = environment.waf
    if waf is None:
        return
    yield from listed_twice(("waf", "managed_groups"), waf.managed_groups)
    if not waf.managed_groups and waf.rate_limit is None:
        yield Fault(("waf",), say("asks for nothing"), say("write managed_groups or rate_limit, or remove it"))


def _alarms(environment: Environment) -> Iterator[Fault]:
    receivers = environment.alarms
    if receivers is None:
        return
    chat = receivers.chat
    if not receivers.emails and not receivers.https and chat is None:
        yield Fault(("alarms",), say("tells nobody"), say("write emails, https or chat, or remove it"))
    if chat and not chat.slack and not chat.teams:
        yield Fault(("alarms", "chat"), say("names no channel"), say("write slack or teams, or remove it"))
    if chat and environment.partition != "aws":
        message = say("is not offered in %(partition)s", partition=environment.partition)
        yield Fault(("alarms", "chat"), message, say("write emails or https instead"))
    yield from listed_twice(("alarms", "emails"), receivers.emails)
    yield from listed_twice(("alarms", "https"), receivers.https)


def _local(environment: Environment) -> Iterator[Fault]:
    if environment.name == naming.LOCAL and environment.account_id != LOCAL_ACCOUNT:
        message = say('must be "%(account)s" in %(name)s', account=LOCAL_ACCOUNT, name=naming.LOCAL)
        yield Fault(
            ("account_id",),
            got(message, for_message(environment.account_id)),
            say("the local cloud is no real account"),
        )
    if environment.name == naming.LOCAL and environment.cost_explorer:
        yield Fault(("cost_explorer",), say("the local cloud bills nothing"), say("remove it"))


def _access_role(environment: Environment) -> Iterator[Fault]:
    role = environment.access_role_arn
    if environment.access_external_id and not role:
        yield Fault(("access_external_id",), say("means nothing without `access_role_arn`"), say("remove it"))
    if role and environment.name == naming.LOCAL:
        message = say("means nothing in %(name)s", name=naming.LOCAL)
        yield Fault(("access_role_arn",), message, say("the local cloud is no real account"))
    elif role and parts_of(role).account != environment.account_id:
        message = say("must be a role of the environment's own account %(account)s", account=environment.account_id)
        yield Fault(("access_role_arn",), got(message, for_message(role)))


def _log_archive(environment: Environment) -> Iterator[Fault]:
    archive = environment.log_archive
    if archive and archive.infrequent_after_days and archive.infrequent_after_days >= archive.retention_days:
        days = archive.retention_days
        message = got(say("must be less than `retention_days` (%(days)s)", days=days), archive.infrequent_after_days)
        yield Fault(("log_archive", "infrequent_after_days"), message)


_ENVIRONMENT_RULES: tuple[Callable[[Environment], Iterator[Fault]], ...] = (
    _log_archive,
    _parameter_path,
    _region,
    _network,
    endpoints_of_environment,
    _registry,
    _certificate,
    _further_certificates,
    api_of_environment,
    _waf,
    _alarms,
    events_of_environment,
    nlb_of_environment,
    names_of_environment,
    _test_listener,
    _local,
    _access_role,
    ec2_capacity,
    managed_instances,
)
