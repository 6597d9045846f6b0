from typing import Any

import pytest

from service_catalog.validation.rules import faults_by
from service_catalog.validation.settings_checks import SETTINGS_RULES
from service_catalog.validation.sidecar_checks import SIDECAR_RULES
from tests.builders import a_service
from tests.service_catalog.validation.said import said

OTEL = {"preset": "otel"}
DATADOG = {"preset": "datadog", "api_key": {"ssm": "/shared/datadog"}}
SETUP = {"name": "setup", "image": {"repository": "setup", "tag": "1.0.0"}}


def told(*sidecars: dict[str, Any], **changes: Any) -> list[str]:
    return said(faults_by(SIDECAR_RULES, a_service(**{"sidecars": sidecars, **changes})))


@pytest.mark.parametrize(
    ("sidecars", "changes"),
    [
        ([OTEL], {}),
        ([DATADOG | {"image": {"repository": "agent", "tag": "7"}, "memory_mib": 128}], {}),
        ([SETUP], {"depends_on": {"setup": "success"}}),
        ([SETUP | {"depends_on": {"app": "healthy"}}], {"health": {"command": ["CMD", "check"]}}),
    ],
)
def test_containers_that_ecs_can_start_are_no_problem(sidecars, changes):
    assert told(*sidecars, **changes) == []


@pytest.mark.parametrize(
    ("sidecar", "fault"),
    [
        ({"name": "x", "image": {"repository": "x"}}, "image: must give one of tag and digest: releases choose the "),
        ({"image": {"repository": "x", "tag": "1"}}, "name: is missing: a sidecar without preset needs it"),
        ({"preset": "mackerel"}, "api_key: is missing: the preset reports with it"),
        (OTEL | {"api_key": {"ssm": "/x"}}, "api_key: goes with a preset that reports with a key"),
        (DATADOG | {"environment": {"DD_API_KEY": "x"}}, "environment.DD_API_KEY: is set by `api_key` already"),
        (DATADOG | {"api_key": {}}, "api_key: must name one of ssm and secretsmanager"),
        (SETUP | {"secrets": {"A": {"ssm": "/a"}}, "environment": {"A": "1"}}, "secrets.A: is in `environment` too"),
        (SETUP | {"environment": {"ECS_AGENT_URI": "x"}}, "environment.ECS_AGENT_URI: is set by ECS itself"),
        (
            SETUP | {"health": {"command": ["true"]}},
            "health.command: must begin with CMD or CMD-SHELL, then the command",
        ),
        (SETUP | {"name": "app"}, "name: must be another name than the service's own container has, got app"),
        (SETUP | {"ports": [8080]}, "ports: the container app listens at 8080 already"),
    ],
)
def test_a_sidecar_that_is_not_whole_is_told(sidecar, fault):
    [found] = told(sidecar)
    assert found.removeprefix("sidecars[0].").startswith(fault)


def test_names_are_given_once_and_a_presets_name_counts():
    assert told(OTEL, SETUP | {"name": "otel-collector"}) == [
        f"sidecars[{index}].name: is the name of another sidecar too: otel-collector" for index in (0, 1)
    ]


def test_ports_are_shared_by_the_sidecars_too():
    assert told(OTEL, SETUP | {"ports": [4317]}) == [
        "sidecars[1].ports: the container otel-collector listens at 4317 already"
    ]


def test_sidecars_leave_something_of_the_task_to_the_program():
    assert told(DATADOG, OTEL) == ["sidecars: take 512 MiB, and a task has 512: nothing is left for the program"]
    routed = {"routes": [{"name": "errors", "when": {"level": "ERROR"}}], "router_memory_mib": 256}
    assert told(OTEL, logs=routed) == [
        "sidecars: take 256 MiB beside the log router's 256, and a task has 512: nothing is left for the program"
    ]
    assert told(SETUP | {"cpu": 256}) == ["sidecars: take 256 CPU units, and a task has 256"]


@pytest.mark.parametrize(
    ("sidecar", "changes", "fault"),
    [
        (
            {},
            {"depends_on": {"proxy": "start"}},
            "depends_on.proxy: is no other container of the task; there are app, ",
        ),
        ({}, {"depends_on": {"setup": "healthy"}}, "depends_on.setup: is never healthy: it has no health check"),
        (
            {"essential": True},
            {"depends_on": {"setup": "success"}},
            "depends_on.setup: must not be awaited until it ends: it is essential, so the task ends with it",
        ),
        ({"depends_on": {"app": "complete"}}, {}, "sidecars[0].depends_on.app: must not be awaited until it ends"),
        ({"depends_on": {"setup": "start"}}, {}, "sidecars[0].depends_on.setup: is no other container of the task"),
        (
            {"depends_on": {"app": "start"}},
            {"depends_on": {"setup": "start"}},
            "depends_on: containers wait for each other: app → setup → app",
        ),
    ],
)
def test_containers_that_would_wait_for_ever_are_told(sidecar, changes, fault):
    assert told(SETUP | sidecar, **changes)[0].startswith(fault)


def test_a_program_that_waits_for_nobody_is_told_too():
    assert told(depends_on={"setup": "start"}) == ["depends_on.setup: is no other container of the task; there are app"]


def test_what_a_preset_sets_for_the_program_is_not_set_again():
    service = a_service(sidecars=[DATADOG], environment={"DD_ENV": "prod", "DD_VERSION": "1"})
    assert said(faults_by(SETTINGS_RULES, service)) == ["environment.DD_ENV: is set by `sidecars` already"]
