"""Rules about an API that leads past the load balancer: to tasks in Cloud Map, or to a port of the internal NLB."""

from collections.abc import Iterator

from service_catalog.messages import say
from service_catalog.model import CloudMap, Environment, Exposure, Health, Service
from service_catalog.validation.faults import Fault
from service_catalog.validation.rules import Rule, about

_INTEGRATION = ("exposure", "integration")
_OF_TARGETS = ("sticky", "slow_start_seconds", "target_protocol")
"""What an Application Load Balancer does for its targets"""
_OF_CHECKS = ("path", "codes", "port")


@about("exposure.integration", reads=("alarms", "cloud_map", "discovery", "health"))
def _integration(service: Service) -> Iterator[Fault]:
    exposure = service.exposure
    if exposure is None or exposure.integration is None:
        return
    if exposure.via != "api-gateway":
        message = say("goes with `via: api-gateway` only")
        yield Fault(_INTEGRATION, message, say("write via: api-gateway, or remove it"))
        return
    if exposure.integration == "cloud-map":
        yield from _found_in_cloud_map(service)
        yield from _without_load_balancer(service, exposure)
    for field in _OF_TARGETS:
        if getattr(exposure, field) != Exposure.model_fields[field].default:
            message = say("needs the Application Load Balancer, which this integration goes past")
            yield Fault(("exposure", field), message, say("remove it, or exposure.integration"))


def _found_in_cloud_map(service: Service) -> Iterator[Fault]:
    if service.discovery != "cloud-map":
        message = say("must be cloud-map, where the API finds the tasks")
        hint = say("write discovery: cloud-map and cloud_map: { records: [SRV] }")
        yield Fault(("discovery",), message, hint)
    elif "SRV" not in (service.cloud_map or CloudMap()).records:
        message = say("must hold SRV: the API learns the port of tasks from it")
        yield Fault(("cloud_map", "records"), message, say("write records: [SRV], or [A, SRV] for others too"))


def _without_load_balancer(service: Service, exposure: Exposure) -> Iterator[Fault]:
    if exposure.deregistration_seconds != Exposure.model_fields["deregistration_seconds"].default:
        message = say("means nothing with integration: cloud-map: no load balancer lets a task finish its requests")
        yield Fault(("exposure", "deregistration_seconds"), message, say("write stop_seconds, which the program gets"))
    for field in _OF_CHECKS:
        if getattr(service.health, field) != Health.model_fields[field].default:
            message = say("means nothing with integration: cloud-map: no load balancer checks the tasks")
            yield Fault(("health", field), message, say("write health.command, which ECS runs in the container"))
    if service.alarms.unhealthy_targets is not None:
        message = say("needs a load balancer, whose targets they are")
        yield Fault(("alarms", "unhealthy_targets"), message, say("remove it, or exposure.integration"))


INTEGRATION_RULES: tuple[Rule, ...] = (_integration,)


@about("exposure.integration")
def _internal_nlb_is_there(service: Service, environment: Environment) -> Iterator[Fault]:
    exposure = service.exposure
    if exposure and exposure.integration == "nlb" and environment.nlb.internal is None:
        message = say(
            "needs the internal Network Load Balancer, which %(environment)s has not", environment=environment.name
        )
        file = f"environments/{environment.name}.yaml"
        yield Fault(_INTEGRATION, message, say("write nlb: { internal: {} } into %(file)s", file=file))


INTEGRATION_RULES_IN_ENVIRONMENT: tuple[Rule, ...] = (_internal_nlb_is_there,)


def integration_warnings(service: Service) -> Iterator[Fault]:
    if service.exposure and service.exposure.integration == "cloud-map" and service.health.command is None:
        message = say(
            "is missing: the API leads requests to a new task as soon as it runs, even if nothing answers yet"
        )
        yield Fault(("health", "command"), message, say("write a check that ends with 0 once the program answers"))
