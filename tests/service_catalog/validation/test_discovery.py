"""How a service is found and whom it calls, as far as its own entry tells."""

from typing import Any

import pytest

from service_catalog.validation.discovery import DISCOVERY_RULES
from service_catalog.validation.rules import faults_by
from service_catalog.yaml_text.locations import spelled
from tests.builders import a_service


def said(**changes: Any) -> list[str]:
    faults = faults_by(DISCOVERY_RULES, a_service(exposure=None, **changes))
    return [f"{spelled(fault.path)}: {fault.message}" for fault in faults]


@pytest.mark.parametrize(
    "changes",
    [
        {"discovery": "service-connect", "connects_to": ["payments", "mail"]},
        {"discovery": "service-connect", "service_connect": {"protocol": "grpc", "port": 80, "request_seconds": 60}},
        {"discovery": "service-connect", "service_connect": {"protocol": "tcp", "idle_seconds": 0}},
        {"discovery": "service-connect", "service_connect": {"request_seconds": 900, "idle_seconds": 0}},
        {"discovery": "cloud-map", "cloud_map": {"records": ["A", "SRV"], "ttl_seconds": 60}},
        {"discovery": "cloud-map", "tasks": {"min": 500}},
    ],
)
def test_a_service_may_be_found_and_call_others(changes):
    assert said(**changes) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"discovery": "cloud-map", "port": None}, "port: is missing: others must know where the container listens"),
        (
            {"discovery": "service-connect", "name": "localhost"},
            "name: must not be localhost: every task takes that name for itself",
        ),
        (
            {"discovery": "cloud-map", "tasks": {"min": 1, "max": 501}},
            "tasks.max: lets 1002 tasks run during a rollout; of one service 1000 are found",
        ),
        (
            {"discovery": "cloud-map", "scaling": {"schedule": [{"cron": "0 8 * * ? *", "min": 501, "max": 501}]}},
            "scaling.schedule[0].max: lets 1002 tasks run during a rollout; of one service 1000 are found",
        ),
        ({"service_connect": {}}, "service_connect: has no effect without `discovery: service-connect`"),
        (
            {"discovery": "service-connect", "cloud_map": {}},
            "cloud_map: has no effect without `discovery: cloud-map`",
        ),
        (
            {"discovery": "service-connect", "service_connect": {"protocol": "tcp", "request_seconds": 5}},
            "service_connect.request_seconds: goes with http, http2 and grpc only: of tcp nobody knows where an answer "
            "ends",
        ),
        (
            {"discovery": "service-connect", "service_connect": {"request_seconds": 301}},
            "service_connect.request_seconds: must be at most idle_seconds (300), after which a silent connection is "
            "closed",
        ),
        ({"discovery": "cloud-map", "cloud_map": {"records": ["A", "A"]}}, "cloud_map.records[1]: is listed twice"),
        ({"connects_to": ["payments", "payments"]}, "connects_to[1]: is listed twice"),
        ({"connects_to": ["orders-api"]}, "connects_to[0]: is the service itself"),
    ],
)
def test_what_could_not_work_is_refused(changes, fault):
    assert said(**changes) == [fault]
