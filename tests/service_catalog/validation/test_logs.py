from typing import Any

import pytest

from service_catalog.model import Service
from service_catalog.validation.logs import LOG_RULES
from service_catalog.validation.rules import faults_by
from service_catalog.yaml_text.locations import spelled
from tests.builders import a_job, a_service, a_worker

ERRORS: dict[str, Any] = {"name": "errors", "when": {"level": "ERROR"}}


def said(service: Service) -> list[str]:
    found = faults_by(LOG_RULES, service)
    return [f"{spelled(fault.path)}: {fault.message}" + (f"; {fault.hint}" if fault.hint else "") for fault in found]


def of_routes(*routes: dict[str, Any], **more: object) -> list[str]:
    return said(a_service(logs={"routes": list(routes), **more}))


@pytest.mark.parametrize("builder", [a_service, a_worker, a_job])
def test_routes_of_json_lines_are_no_problem(builder):
    narrow = {"name": "own", "when": {"level": "ERROR", "logger": r"^orders\."}, "retention_days": 3653}
    health = {"name": "health", "when": {"http.path": "^/healthz"}, "drop": True}
    logs = {"routes": [health, narrow, ERRORS], "multiline": {"first_line": r"^\S"}, "router_memory_mib": 128}
    assert said(builder(logs=logs)) == []


def test_text_has_no_fields_to_go_by():
    assert of_routes(ERRORS, format="text") == [
        "logs.routes: go by fields of a JSON line, and `logs.format` says that the program prints text; "
        "have it print JSON, or leave the routes out"
    ]
    assert of_routes(ERRORS | {"retired": True}, format="text") == []
    assert said(a_service(logs={"format": "text", "multiline": {"first_line": r"^\d{4}-"}})) == []


def test_a_name_stands_for_one_log_group():
    assert of_routes(ERRORS, {"name": "errors", "when": {"level": "FATAL"}}) == [
        "logs.routes[1].name: 'errors' is used twice"
    ]


def test_a_route_behind_one_that_takes_all_of_its_lines_is_told():
    shadowed = {"name": "own", "when": {"level": "ERROR", "logger": "^orders"}}
    assert of_routes(ERRORS, shadowed) == [
        "logs.routes[1].when: is never reached: errors takes every line that it would take; "
        "put the route with more conditions first"
    ]
    assert of_routes(ERRORS | {"retired": True}, shadowed) == of_routes(shadowed, ERRORS) == []


def test_lines_that_are_dropped_are_kept_for_no_days():
    assert of_routes(ERRORS | {"drop": True, "retention_days": 1}) == [
        "logs.routes[0].retention_days: has no effect: the route drops its lines; keep one of the two"
    ]


def test_a_pattern_that_no_router_can_be_given_is_told_at_its_field():
    [problem] = of_routes({"name": "errors", "when": {"level": "ERROR", "message": "(a+)+"}})
    assert problem.startswith("logs.routes[0].when.message: could take for ever")
    [problem] = said(a_service(logs={"multiline": {"first_line": "[a"}}))
    assert problem.startswith("logs.multiline.first_line: opens a set that is never closed")


def test_no_field_is_called_as_the_router_calls_the_line():
    assert of_routes({"name": "own", "when": {"slipway_line": "."}}) == [
        "logs.routes[0].when.slipway_line: is what the log router calls the line; rename the field"
    ]


ARCHIVED = ERRORS | {"to": "s3"}


@pytest.mark.parametrize("route", [ARCHIVED, ARCHIVED | {"bucket": "logs"}, ERRORS | {"to": "firehose", "stream": "x"}])
def test_lines_may_go_elsewhere(route):
    assert of_routes(route) == []


@pytest.mark.parametrize(
    ("route", "fault"),
    [
        (ARCHIVED | {"drop": True}, "to: has no effect: the route drops its lines; keep one of the two"),
        (
            ARCHIVED | {"retention_days": 7},
            "retention_days: is CloudWatch's; how long lines are kept there, bucket or stream say; remove it",
        ),
        (ARCHIVED | {"stream": "x"}, "stream: goes with `to: firehose` only; remove it"),
        (ERRORS | {"bucket": "logs"}, "bucket: goes with `to: s3` only; remove it"),
        (ERRORS | {"to": "firehose"}, "stream: is missing: the delivery stream that takes the lines"),
    ],
)
def test_what_does_not_go_with_where_lines_go_is_told(route, fault):
    assert of_routes(route) == [f"logs.routes[0].{fault}"]


@pytest.mark.parametrize("port", [2020, 24224])
def test_a_program_listens_elsewhere_than_its_log_router(port):
    assert said(a_service(port=port, logs={"routes": [ERRORS]})) == [
        "port: is taken by the log router, which `logs` puts beside the program; have the program listen elsewhere"
    ]
    assert said(a_service(port=port)) == []


def test_the_router_leaves_the_program_at_least_half_of_the_memory():
    assert of_routes(ERRORS, router_memory_mib=300) == [
        "logs.router_memory_mib: is more than half of a task's memory: 300 MiB of 512; raise compute.memory_mib"
    ]


def test_memory_for_a_router_that_is_not_there_is_told():
    assert said(a_service(logs={"router_memory_mib": 128})) == [
        "logs.router_memory_mib: has no effect: without `routes` and `multiline` there is no log router; remove it"
    ]


def test_sidecars_leave_the_log_router_its_name_its_ports_and_its_place():
    def sidecars(*names: str, **more: object) -> Service:
        image = {"repository": "agent", "tag": "1"}
        return a_service(sidecars=[{"name": it, "image": image, **more} for it in names], logs={"routes": [ERRORS]})

    beside = "which `logs` puts beside the program"
    assert said(sidecars("log-router", ports=[24224])) == [
        f"sidecars[0].name: is the log router's, {beside}; choose another name",
        f"sidecars[0].ports[0]: is taken by the log router, {beside}; have it listen elsewhere",
    ]
    assert said(sidecars(*"abcdefghi")) == ["sidecars: holds 9; with program and log router ECS takes 10; remove one"]
    assert said(sidecars(*"abcdefgh")) == []
