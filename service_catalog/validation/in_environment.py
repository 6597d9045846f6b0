"""Checks of a service's entry against an environment it runs in. Each fault names the environment; its hint quotes the
field of the environment's file."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from service_catalog import naming
from service_catalog.address_plan import task_addresses
from service_catalog.arns import bucket_arn, ecr_image, is_arn, parts_of, resource_arn, role_arn
from service_catalog.dns_names import domain_of
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Exposure, Image, Service, partition_of
from service_catalog.named_secrets import named_secrets
from service_catalog.problems import for_message, instead
from service_catalog.task_counts import most_tasks
from service_catalog.validation.api_gateway import API_RULES_IN_ENVIRONMENT
from service_catalog.validation.api_integrations import INTEGRATION_RULES_IN_ENVIRONMENT
from service_catalog.validation.compute_in_environment import COMPUTE_IN_ENVIRONMENT
from service_catalog.validation.deployments import DEPLOYMENT_RULES_IN_ENVIRONMENT
from service_catalog.validation.dns_names import DNS_RULES_IN_ENVIRONMENT
from service_catalog.validation.endpoints import ENDPOINT_RULES_IN_ENVIRONMENT
from service_catalog.validation.exposure_checks import routes
from service_catalog.validation.faults import Fault
from service_catalog.validation.network_load_balancer import NLB_RULES_IN_ENVIRONMENT
from service_catalog.validation.permission_checks import PASS_ROLE
from service_catalog.validation.rules import Rule, about, faults_by
from service_catalog.validation.sizes import definition_size, image_size, policy_sizes
from service_catalog.yaml_text.locations import Path


def in_environment(service: Service, environment: Environment) -> list[Fault]:
    """Also for a ``PartialModel``: checks that read an invalid field are skipped."""
    return faults_by(RULES_IN_ENVIRONMENT, service, environment)


def warnings_in_environment(service: Service, environment: Environment) -> Iterator[Fault]:
    """What is allowed, but probably a mistake."""
    yield from _foreign_secrets(service, environment)
    if service.exposure:
        yield from _plain_http(service.exposure, environment)
        yield from _host_beside_domain(service.exposure, environment)


def _says(environment: Environment, field: str, value: Any) -> Message:
    file = f"environments/{environment.name}.yaml"
    return say("%(file)s says %(field)s: %(value)s", file=file, field=field, value=value)


# --- what AWS refuses -------------------------------------------------------------------------------------------------


@about("secrets", "image", "sidecars")
def _partitions_of_secrets(service: Service, environment: Environment) -> Iterator[Fault]:
    yield from _of_other_partitions(_secret_arns(service), environment)


@about("permissions", "queue")
def _partitions_of_permissions(service: Service, environment: Environment) -> Iterator[Fault]:
    named = (it for it in _statement_resources(service) if is_arn(it[1]))
    yield from _of_other_partitions((*_key_arns(service), *named), environment)


def _of_other_partitions(arns: Iterable[tuple[Path, str]], environment: Environment) -> Iterator[Fault]:
    """Credentials of one partition are unknown in the others."""
    for path, arn in arns:
        partition = parts_of(arn).partition
        if partition != environment.partition:
            yield _elsewhere(path, partition, environment)


@about("image", "sidecars")
def _registry(service: Service, environment: Environment) -> Iterator[Fault]:
    """Short names are in the environment's own, which its own file answers for."""
    for path, image in _images(service):
        registry = ecr_image(image.repository)
        if registry and partition_of(registry["region"]) != environment.partition:
            yield _elsewhere((*path, "repository"), partition_of(registry["region"]), environment)


def _elsewhere(path: Path, partition: str, environment: Environment) -> Fault:
    message = say(
        "is in the partition %(given)s, which %(environment)s (in %(own)s) cannot reach",
        given=partition,
        environment=environment.name,
        own=environment.partition,
    )
    return Fault(path, message, _says(environment, "region", environment.region))


def _statement_resources(service: Service) -> Iterator[tuple[Path, str]]:
    for index, permission in enumerate(service.permissions):
        for number, resource in enumerate(permission.statement.resources if permission.statement else ()):
            yield ("permissions", index, "statement", "resources", number), resource


def _key_arns(service: Service) -> Iterator[tuple[Path, str]]:
    for index, permission in enumerate(service.permissions):
        if permission.key_arn:
            yield ("permissions", index, "key_arn"), permission.key_arn
    if service.queue and service.queue.key_arn:
        yield ("queue", "key_arn"), service.queue.key_arn


def _secret_arns(service: Service) -> Iterator[tuple[Path, str]]:
    for path, secret in named_secrets(service):
        if secret.ssm and is_arn(secret.ssm):
            yield (*path, "ssm"), secret.ssm
        if secret.secretsmanager and is_arn(secret.secretsmanager):
            yield (*path, "secretsmanager"), secret.secretsmanager
    for path, image in _images(service):
        if image.credentials and is_arn(image.credentials):
            yield (*path, "credentials"), image.credentials


def _images(service: Service) -> Iterator[tuple[Path, Image]]:
    yield ("image",), service.image
    for index, sidecar in enumerate(service.sidecars):
        if sidecar.image:
            yield ("sidecars", index, "image"), sidecar.image


@about("permissions", "queue")
def _keys(service: Service, environment: Environment) -> Iterator[Fault]:
    """SQS and DynamoDB take keys of their own region only. A bucket may be in any, and its key with it."""
    of_buckets = {("permissions", index, "key_arn") for index, it in enumerate(service.permissions) if it.bucket}
    for path, arn in _key_arns(service):
        region = parts_of(arn).region
        if region != environment.region and path not in of_buckets:
            message = say(
                "is a key in %(given)s; queues and tables of %(environment)s take keys in %(own)s only",
                given=region,
                environment=environment.name,
                own=environment.region,
            )
            yield Fault(path, message, _says(environment, "region", environment.region))


@about("secrets", "sidecars")
def _keys_of_secrets(service: Service, environment: Environment) -> Iterator[Fault]:
    """SSM and Secrets Manager take keys of the region that the secret is in."""
    for path, secret in named_secrets(service):
        name = secret.ssm or secret.secretsmanager or ""
        own = parts_of(name).region if is_arn(name) else environment.region
        if secret.key_arn and parts_of(secret.key_arn).region != own:
            given = parts_of(secret.key_arn).region
            message = say("is a key in %(given)s, and the secret is in %(own)s", given=given, own=own)
            yield Fault((*path, "key_arn"), message, say("name the key that encrypts it there"))


@about("logs")
def _log_buckets(service: Service, environment: Environment) -> Iterator[Fault]:
    for index, route in enumerate(service.logs.routes):
        path: Path = ("logs", "routes", index)
        if route.to == "s3" and route.bucket is None and environment.log_archive is None:
            message = say("%(environment)s has no bucket for log lines", environment=environment.name)
            hint = say(
                "write log_archive: {} into environments/%(environment)s.yaml, or name a bucket beside it",
                environment=environment.name,
            )
            yield Fault((*path, "to"), message, hint)
        if route.bucket == naming.config_bucket(environment.name, environment.account_id):
            message = say(
                "is where Slipway keeps env files and releases of %(environment)s", environment=environment.name
            )
            yield Fault((*path, "bucket"), message, say("give the lines a bucket of their own"))


@about("permissions")
def _config_bucket(service: Service, environment: Environment) -> Iterator[Fault]:
    own = naming.config_bucket(environment.name, environment.account_id)
    for index, permission in enumerate(service.permissions):
        if permission.bucket == own:
            message = say(
                "is where Slipway keeps env files and releases of %(environment)s", environment=environment.name
            )
            yield Fault(("permissions", index, "bucket"), message, say("give the service a bucket of its own"))
    for path, resource in _statement_resources(service):
        bucket = resource_arn(resource, environment).partition("/")[0]
        if resource != "*" and fnmatchcase(bucket_arn(environment, own), bucket):
            message = say(
                "covers where Slipway keeps env files and releases of %(environment)s", environment=environment.name
            )
            yield Fault(path, message, say("name other buckets"))


@about("permissions")
def _passed_roles(service: Service, environment: Environment) -> Iterator[Fault]:
    """A role that is handed on is a right that is given away, so a program hands on its own only, and to ECS only."""
    own = role_arn(environment, f"{environment.name}_{service.name}_")
    for index, permission in enumerate(service.permissions):
        statement = permission.statement
        if statement is None or PASS_ROLE not in statement.actions:
            continue
        path: Path = ("permissions", index, "statement")
        for number, resource in enumerate(statement.resources):
            if not resource_arn(resource, environment).startswith(own):
                message = say("is no role of this service in %(environment)s", environment=environment.name)
                hint = say("write iam:role/%(role)s", role=naming.task_role(environment.name, service.name))
                yield Fault((*path, "resources", number), message, hint)
        if statement.conditions.get("StringEquals", {}).get("iam:PassedToService") != _TASKS_OF_ECS:
            hint = say("write StringEquals: { iam:PassedToService: %(service)s }", service=_TASKS_OF_ECS)
            yield Fault((*path, "conditions"), say("must say to whom a role is passed"), hint)


_TASKS_OF_ECS = "ecs-tasks.amazonaws.com"


@about("tasks", "run", "scaling", reads=("compute",))
def _addresses(service: Service, environment: Environment) -> Iterator[Fault]:
    """Each task takes an address of its own in a subnet, on Fargate and on instances."""
    if environment.network.existing or _shares_addresses(service):
        return
    room = task_addresses(environment.network.cidr, environment.network.zones)
    wanted, path = _most_at_once(service)
    if wanted > room:
        message = say(
            "is more than %(environment)s has addresses for: its subnets hold %(room)s tasks, got %(given)s",
            environment=environment.name,
            room=room,
            given=wanted,
        )
        yield Fault(path, message, _says(environment, "network.cidr", environment.network.cidr))


def _shares_addresses(service: Service) -> bool:
    """With its instance. What an entry leaves out may be misspelled in it, and then it is not this."""
    return "compute" in service.model_fields_set and service.compute.network == "bridge"


def _most_at_once(service: Service) -> tuple[int, Path]:
    """How many may be there at once, and where the entry says so. A kind that is left out may be a misspelled one."""
    if "run" in service.model_fields_set:
        return service.run.copies, ("run", "copies")
    return most_tasks(service)


@about("exposure.protocol", "exposure.sign_in")
def _https(service: Service, environment: Environment) -> Iterator[Fault]:
    """A load balancer takes HTTP/2 from its clients over TLS only, and answers 464 to HTTP/1.1 before such targets."""
    exposure = service.exposure
    if exposure is None:
        return
    needy = ["protocol"] if exposure.protocol in ("http2", "grpc") else []
    for field in [*needy, *(["sign_in"] if exposure.sign_in else [])]:
        domain = domain_of(exposure, environment)
        if (field, exposure.audience) == ("sign_in", "internal"):
            message = say("goes with `audience: public` only: the internal load balancer asks no identity provider")
            yield Fault(("exposure", field), message, say("write audience: public, or leave it out"))
        elif domain is None or domain.certificate_arn is None:
            lacking = "domain" if exposure.audience == "public" else "internal_domain.certificate_arn"
            message = say(
                "needs HTTPS, and the %(audience)s load balancer of %(environment)s speaks HTTP",
                audience=exposure.audience,
                environment=environment.name,
            )
            yield Fault(("exposure", field), message, _lacks(environment, lacking))


@about("exposure.sign_in")
def _identity_provider(service: Service, environment: Environment) -> Iterator[Fault]:
    sign_in = service.exposure.sign_in if service.exposure else None
    if sign_in and sign_in.provider not in environment.sign_in:
        known = list(environment.sign_in)
        message = say(
            "is no provider of %(environment)s: %(given)s",
            environment=environment.name,
            given=for_message(sign_in.provider),
        )
        hint = instead(sign_in.provider, known) if known else _lacks(environment, "sign_in")
        yield Fault(("exposure", "sign_in", "provider"), message, hint)


def _lacks(environment: Environment, field: str) -> Message:
    return say("write `%(field)s` into environments/%(name)s.yaml", field=field, name=environment.name)


RULES_IN_ENVIRONMENT: tuple[Rule, ...] = (
    _partitions_of_secrets,
    _partitions_of_permissions,
    _registry,
    _keys,
    _keys_of_secrets,
    _log_buckets,
    _config_bucket,
    _passed_roles,
    _addresses,
    _https,
    *API_RULES_IN_ENVIRONMENT,
    *NLB_RULES_IN_ENVIRONMENT,
    *INTEGRATION_RULES_IN_ENVIRONMENT,
    *DNS_RULES_IN_ENVIRONMENT,
    *DEPLOYMENT_RULES_IN_ENVIRONMENT,
    *COMPUTE_IN_ENVIRONMENT,
    *ENDPOINT_RULES_IN_ENVIRONMENT,
    _identity_provider,
    image_size,
    definition_size,
    policy_sizes,
)


# --- probably a mistake -----------------------------------------------------------------------------------------------


def _foreign_secrets(service: Service, environment: Environment) -> Iterator[Fault]:
    """They work once the other side allows it. Far more often a whole ARN was carried over from another environment."""
    name = environment.name
    for path, arn in _secret_arns(service):
        given = parts_of(arn)
        if given.account != environment.account_id:
            message = say("is in account %(given)s, and %(environment)s is not", given=given.account, environment=name)
            yield Fault(path, message, _says(environment, "account_id", for_message(environment.account_id)))
        elif given.region != environment.region:
            message = say("is in %(given)s, and %(environment)s is not", given=given.region, environment=name)
            yield Fault(path, message, _says(environment, "region", environment.region))


def _plain_http(exposure: Exposure, environment: Environment) -> Iterator[Fault]:
    is_plain = exposure.via == "alb" and environment.domain is None and environment.name != naming.LOCAL
    if exposure.audience == "public" and is_plain:
        message = say("is reached over plain HTTP in %(environment)s", environment=environment.name)
        hint = say("write a `domain` into environments/%(environment)s.yaml for HTTPS", environment=environment.name)
        yield Fault(("exposure", "audience"), message, hint)


def _host_beside_domain(exposure: Exposure, environment: Environment) -> Iterator[Fault]:
    """One certificate alone nearly always holds the domain and what is below it or beside it."""
    domain = environment.domain
    if exposure.audience != "public" or domain is None or domain.certificates:
        return
    name = domain.name.lower()
    parent = name.partition(".")[2]
    for path, route in routes(exposure):
        host = (route.host or name).lower()
        if host != name and not host.endswith((f".{name}", f".{parent}")):
            message = say(
                "is not below %(domain)s, so the certificate of %(environment)s must name it too",
                domain=domain.name,
                environment=environment.name,
            )
            yield Fault((*path, "host"), message, _says(environment, "domain.name", domain.name))
