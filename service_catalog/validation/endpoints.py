"""Rules about endpoints of a VPC, above all where tasks have no other way out of it."""

from collections.abc import Iterator

from service_catalog import sidecars
from service_catalog.arns import ecr_image, repository_uri
from service_catalog.endpoints import is_cut_off, unknown_in
from service_catalog.log_routing import is_routed
from service_catalog.messages import Message, say
from service_catalog.model import Environment, Image, Service
from service_catalog.validation.duplicates import listed_twice
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import Rule, about
from service_catalog.yaml_text.locations import Path

_TO_START = ("ecr", "s3", "logs")
"""An image's tokens, its layers, and where its lines go: no task starts without them."""
_OF_PERMISSIONS = {
    "queue": "sqs",
    "table": "dynamodb",
    "topic": "sns",
    "event_bus": "events",
    "model": "bedrock-runtime",
}


def endpoints_of_environment(environment: Environment) -> Iterator[Fault]:
    network, path = environment.network, ("network", "endpoints")
    yield from listed_twice(path, network.endpoints)
    for index, endpoint in enumerate(network.endpoints):
        if unknown_in(environment.partition, endpoint):
            message = say("cannot be had in %(partition)s", partition=environment.partition)
            yield Fault((*path, index), message, say("Slipway does not know what this endpoint is called there"))
    lacking = [it for it in _TO_START if it not in network.endpoints]
    if lacking and is_cut_off(network):
        message = say(
            "lacks %(lacking)s: without a NAT tasks reach nothing but endpoints, and none starts without these",
            lacking=", ".join(lacking),
        )
        hint = say("add them, or write nat: single, or take all endpoints but s3 and dynamodb out")
        yield Fault(path, message, hint)


# --- what a service needs where tasks reach nothing but endpoints -----------------------------------------------------


def _lacks(path: Path, endpoint: str, environment: Environment) -> Iterator[Fault]:
    if endpoint not in environment.network.endpoints:
        message = say(
            "is out of reach in %(environment)s, which has no NAT and no endpoint %(endpoint)s",
            environment=environment.name,
            endpoint=endpoint,
        )
        hint = say(
            "add %(endpoint)s to network.endpoints in environments/%(environment)s.yaml",
            endpoint=endpoint,
            environment=environment.name,
        )
        yield Fault(path, message, hint)


@about("exec")
def _exec(service: Service, environment: Environment) -> Iterator[Fault]:
    """The agent beside the program opens the session, and asks KMS for the key that encrypts it."""
    if service.exec and is_cut_off(environment.network):
        for endpoint in ("ssmmessages", "kms"):
            yield from _lacks(("exec",), endpoint, environment)


@about("queue")
def _queue(service: Service, environment: Environment) -> Iterator[Fault]:
    if service.queue and is_cut_off(environment.network):
        yield from _lacks(("queue",), "sqs", environment)


@about("secrets", "sidecars", "image")
def _secrets(service: Service, environment: Environment) -> Iterator[Fault]:
    """ECS fetches them from within the task's own network."""
    if not is_cut_off(environment.network):
        return
    for name, secret in service.secrets.items():
        yield from _lacks(("secrets", name), "ssm" if secret.ssm else "secretsmanager", environment)
    for index, sidecar in enumerate(service.sidecars):
        for secret in [*sidecar.secrets.values(), *([sidecar.api_key] if sidecar.api_key else [])]:
            yield from _lacks(("sidecars", index), "ssm" if secret.ssm else "secretsmanager", environment)
    if service.image.credentials:
        yield from _lacks(("image", "credentials"), "secretsmanager", environment)


@about("permissions")
def _permissions(service: Service, environment: Environment) -> Iterator[Fault]:
    if not is_cut_off(environment.network):
        return
    for index, permission in enumerate(service.permissions):
        for field, endpoint in _OF_PERMISSIONS.items():
            if getattr(permission, field):
                yield from _lacks(("permissions", index, field), endpoint, environment)
        if permission.platform:
            message = say(
                "needs many APIs of AWS and the identity provider, and tasks of %(environment)s reach nothing outside",
                environment=environment.name,
            )
            yield Fault(("permissions", index, "platform"), message, _NEEDS_NAT)


@about("image", "sidecars", "logs")
def _images(service: Service, environment: Environment) -> Iterator[Fault]:
    """An endpoint leads to ECR of its own region, and to no other registry."""
    if not is_cut_off(environment.network):
        return
    for path, image in _pulled(service):
        found = ecr_image(repository_uri(image, environment))
        if found is None or found["region"] != environment.region:
            yield Fault(path, _no_way(repository_uri(image, environment), environment), _TO_ECR)
    if is_routed(service.logs):
        yield Fault(("logs",), _no_way("public.ecr.aws/aws-observability", environment), _NEEDS_NAT)


_TO_ECR = say("copy the image into ECR of the environment's region")
_NEEDS_NAT = say("remove it, or write network.nat: single into the environment's file")


def _pulled(service: Service) -> Iterator[tuple[Path, Image]]:
    yield ("image",), service.image
    for index, sidecar in enumerate(sidecars.of_service(service)):
        if sidecar.image:
            yield ("sidecars", index), sidecar.image


def _no_way(registry: str, environment: Environment) -> Message:
    return say(
        "needs an image of %(registry)s, and tasks of %(environment)s reach ECR of their own region alone",
        registry=registry,
        environment=environment.name,
    )


ENDPOINT_RULES_IN_ENVIRONMENT: tuple[Rule, ...] = (_exec, _queue, _secrets, _permissions, _images)
