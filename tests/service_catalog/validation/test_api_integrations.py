"""An API that leads past the load balancer: what that needs, and what it takes away."""

from typing import Any

import pytest

from service_catalog.listener_rules.rules import listener_rules
from service_catalog.model import Service
from service_catalog.validation.in_environment import in_environment
from service_catalog.validation.service_checks import service_faults, service_warnings
from tests.builders import a_service, an_environment, full_environment, services_that_the_api_leads_to_straight
from tests.service_catalog.validation.test_network_load_balancer import told

BY_API = {"via": "api-gateway", "audience": "public", "paths": ["/orders"]}


def a_straight_one(integration: str = "cloud-map", *, exposure: dict[str, Any] | None = None, **said: Any) -> Service:
    in_dns: dict[str, Any] = {"discovery": "cloud-map", "cloud_map": {"records": ["SRV"]}, "health": {}}
    of_dns = in_dns if integration == "cloud-map" else {}
    return a_service(exposure=BY_API | {"integration": integration} | (exposure or {}), **of_dns | said)


def unchecked(service: Service) -> list[str]:
    return [message for path, message in told(service_warnings(service)) if path == "health.command"]


@pytest.mark.parametrize("service", services_that_the_api_leads_to_straight(), ids=lambda it: it.name)
def test_both_ways_are_no_fault_and_take_no_rule(service):
    assert told(service_faults(service)) == told(in_environment(service, full_environment())) == []
    assert unchecked(service) == []
    assert listener_rules(service.name, service.exposure) == ()


@pytest.mark.parametrize(
    ("service", "path", "message"),
    [
        (
            a_service(exposure={"paths": ["/x"], "integration": "nlb"}),
            "exposure.integration",
            "goes with `via: api-gateway` only",
        ),
        (
            a_straight_one(discovery="service-connect", cloud_map=None),
            "discovery",
            "must be cloud-map, where the API finds the tasks",
        ),
        (
            a_straight_one(cloud_map={"records": ["A"]}),
            "cloud_map.records",
            "must hold SRV: the API learns the port of tasks from it",
        ),
        (
            a_straight_one(health={"path": "/healthz"}),
            "health.path",
            "means nothing with integration: cloud-map: no load balancer checks the tasks",
        ),
        (
            a_straight_one(exposure={"deregistration_seconds": 60}),
            "exposure.deregistration_seconds",
            "means nothing with integration: cloud-map: no load balancer lets a task finish its requests",
        ),
        (
            a_straight_one(alarms={"unhealthy_targets": 1}),
            "alarms.unhealthy_targets",
            "needs a load balancer, whose targets they are",
        ),
        (
            a_straight_one("nlb", exposure={"sticky": {}}),
            "exposure.sticky",
            "needs the Application Load Balancer, which this integration goes past",
        ),
        (
            a_straight_one("nlb", deployment={"strategy": "blue-green"}),
            "deployment.strategy",
            "cannot be blue-green with `exposure.integration`: no Application Load Balancer shifts its requests",
        ),
        (
            a_straight_one("nlb", scaling={"requests_per_task": 100}),
            "scaling.requests_per_task",
            "needs `exposure` by an Application Load Balancer, which counts the requests",
        ),
        (
            a_straight_one(exposure={"listener_port": 9000}),
            "exposure.listener_port",
            "goes with `via: nlb` only: other load balancers listen on 80 and 443",
        ),
    ],
)
def test_what_it_lacks_and_what_it_cannot_do_is_told(service, path, message):
    assert told(service_faults(service)) == [(path, message)]


def test_the_environment_must_have_the_internal_network_load_balancer():
    [fault] = in_environment(a_straight_one("nlb"), an_environment(api={}, nlb={"public": {}}))
    assert str(fault.message) == "needs the internal Network Load Balancer, which dev has not"


def test_tasks_that_nobody_checks_are_a_warning():
    assert unchecked(a_straight_one()) == [
        "is missing: the API leads requests to a new task as soon as it runs, even if nothing answers yet"
    ]
