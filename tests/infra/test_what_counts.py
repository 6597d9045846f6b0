"""The fingerprint's rules about who reads what, held to what the stacks are made of."""

import json
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from sys import setprofile
from threading import setprofile as set_thread_profile
from types import FrameType
from typing import Any

import pytest

from infra import service_stack
from infra.exports import EnvironmentExports, ListenerForTestsExports
from service_catalog.connections import Called
from service_catalog.fingerprint import EXPORTS, FIELDS, SOURCES, service_fingerprint
from service_catalog.model import Environment, Service
from service_catalog.program_sources import READERS, ROOT, ProgramSources
from tests.builders import (
    ZONE,
    a_job,
    a_provider,
    a_service,
    a_service_behind_an_nlb,
    a_slot,
    a_worker,
    an_environment,
    services_that_the_api_leads_to_straight,
)
from tests.infra.recorder import Recorder
from tests.infra.test_exports import API, INTERNAL, INTERNAL_NLB, PUBLIC, PUBLIC_NLB
from tests.infra.test_exports import WRITTEN as OF_TWO_ZONES

SECRET = "aws:secretsmanager/getSecretVersion:getSecretVersion"
OWN = {"environment": {"A": "1"}, "alarms": {"cpu_percent": 80}, "secrets": {"S": {"ssm": "/shared/x"}}}
TESTED = {"strategy": "canary", "test_listener": True}
SERVICES = {
    "public": a_service(**OWN),
    "internal": a_service(**OWN, exposure={"audience": "internal"}),
    "hosted": a_service(**OWN, exposure={"audience": "public", "host": "orders.example.com"}),
    "tested": a_service(**OWN, deployment=TESTED),
    "tested within": a_service(**OWN, deployment=TESTED, exposure={"audience": "internal"}),
    "api": a_service(
        **OWN,
        exposure={
            "via": "api-gateway",
            "audience": "public",
            "paths": ["/orders"],
            "authorizer": {"name": "partners", "headers": {"X-Partner": "sub"}},
        },
    ),
    "api to tasks": services_that_the_api_leads_to_straight()[0],
    "api to nlb": services_that_the_api_leads_to_straight()[1],
    "public nlb": a_service_behind_an_nlb(),
    "internal nlb": a_service_behind_an_nlb(audience="internal", protocol="tcp"),
    "on instances": a_service(**OWN, compute={"capacity": "ec2"}),
    "signed in": a_service(**OWN, exposure={"audience": "public", "sign_in": {"provider": "staff"}}),
    "silent": a_service(**OWN, exposure=None),
    "shell": a_service(**OWN, exposure=None, exec=True),
    "guarded": a_service(
        **OWN, exposure=None, sidecars=[{"preset": "otel"}], volumes=[{"bind": "tmp", "path": "/tmp"}]
    ),
    "filed": a_service(**OWN, exposure=None, volumes=[{"efs": "uploads", "path": "/uploads"}]),
    "worker": a_worker(),
    "portal": a_worker(permissions=[{"platform": "portal"}]),
    "caller": a_worker(connects_to=["payments"]),
    "named": a_service(**OWN, exposure=None, discovery="service-connect"),
    "in-dns": a_service(**OWN, exposure=None, discovery="cloud-map"),
    "job": a_job(),
}
WRITTEN = replace(OF_TWO_ZONES, task_subnet_ids=["subnet-1", "subnet-2", "subnet-3"])
"""With room for the zone that a changed network adds"""
PAYMENTS = Called("payments", "service-connect", 9000)
CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1234567890"
DOMAIN = {"name": "dev.example.com", "certificate_arn": CERTIFICATE, "zone": ZONE}
BEFORE = {"sign_in": {"staff": a_provider()}, "domain": DOMAIN}
CHANGED_FIELDS: dict[str, Any] = {
    "nlb": {"public": {"certificate_arn": f"{CERTIFICATE}1"}},
    "access_role_arn": "arn:aws:iam::123456789012:role/slipway-portal",
    "access_external_id": "slipway",
    "alarms": {"emails": ["on-call@example.com"]},
    "api": {"throttling": {"rate": 10, "burst": 20}},
    "capacity": {"ec2": {"instance_types": ["m7i.large"], "max": 4}},
    "container_insights": "enhanced",
    "cost_explorer": True,
    "deletion_protection": False,
    "domain": {"name": "test.example.com", "certificate_arn": CERTIFICATE, "zone": ZONE | {"id": "Z9"}},
    "events": {},
    "exec_log_retention_days": 30,
    "flow_logs": {},
    "internal_domain": {"name": "dev.example.internal", "certificate_arn": CERTIFICATE},
    "log_archive": {"retention_days": 7},
    "load_balancers": {"idle_seconds": 600},
    "namespace": "another.internal",
    "protection": "four-eyes",
    "network": {"nat": "per-zone", "cidr": "10.30.0.0/16", "zones": 3},
    "sign_in": {"staff": a_provider(client_id="another")},
    "waf": {},
    "registry": {"make": True},
}
CHANGED_EXPORTS: dict[str, Any] = {
    "internal_nlb": replace(INTERNAL_NLB, arn="arn:another"),
    "public_nlb": replace(PUBLIC_NLB, arn="arn:another"),
    "api": replace(API, id="another"),
    "egress_addresses": ["198.51.100.1"],
    "exec_key_arn": "arn:another",
    "internal": replace(INTERNAL, listener_arn="arn:another"),
    "namespace_arn": "arn:another",
    "namespace_id": "ns-2",
    "public": replace(PUBLIC, listener_arn="arn:another"),
    "public_test": ListenerForTestsExports("arn:another", 9000),
    "internal_test": ListenerForTestsExports("arn:another", 9000),
}


def called_by(service: Service) -> list[Called]:
    return [PAYMENTS for _ in service.connects_to]


def made(service: Service, environment: Environment, exports: EnvironmentExports) -> list[Any]:
    """Every resource of the stack, but for the fingerprint in its record."""
    engine = Recorder(answers={SECRET: {"secretString": "s3cret"}})
    slot = a_slot(service)
    program = partial(service_stack.build, service, environment, slot, exports, called_by(service))
    engine.run(program, f"dev.{service.name}")
    found = sorted(engine.made, key=lambda it: (it.type, it.name))
    for it in found:
        if it.type == "aws:s3/bucketObjectv2:BucketObjectv2":
            it.inputs["content"] = json.loads(it.inputs["content"]) | {"fingerprint": ""}
    return found


@cache
def made_before(kind: str) -> list[Any]:
    return made(SERVICES[kind], an_environment(**BEFORE), WRITTEN)


def fingerprint(service: Service, environment: Environment, exports: EnvironmentExports) -> str:
    slot = a_slot(service)
    return service_fingerprint(service, environment, slot, exports.as_mapping(), called=called_by(service))


def test_every_rule_is_tried_here():
    assert set(CHANGED_FIELDS) == set(FIELDS)
    assert set(CHANGED_EXPORTS) == set(EXPORTS)


def environment_with(*fields: str) -> Environment:
    return an_environment(**BEFORE | {field: CHANGED_FIELDS[field] for field in fields})


def exports_with(*exports: str) -> EnvironmentExports:
    return replace(WRITTEN, **{export: CHANGED_EXPORTS[export] for export in exports})


def fields_that_count(kind: str) -> set[str]:
    before = fingerprint(SERVICES[kind], environment_with(), WRITTEN)
    return {field for field in FIELDS if fingerprint(SERVICES[kind], environment_with(field), WRITTEN) != before}


def exports_that_count(kind: str) -> set[str]:
    before = fingerprint(SERVICES[kind], environment_with(), WRITTEN)
    return {it for it in EXPORTS if fingerprint(SERVICES[kind], environment_with(), exports_with(it)) != before}


@pytest.mark.parametrize("kind", SERVICES)
def test_each_field_and_export_that_counts_changes_a_resource(kind):
    service, before = SERVICES[kind], made_before(kind)

    same = {it for it in fields_that_count(kind) if made(service, environment_with(it), WRITTEN) == before}
    same |= {it for it in exports_that_count(kind) if made(service, environment_with(), exports_with(it)) == before}
    assert same == set()


@pytest.mark.parametrize("kind", SERVICES)
def test_what_does_not_count_changes_no_resource_were_all_of_it_changed_at_once(kind):
    fields, exports = set(FIELDS) - fields_that_count(kind), set(EXPORTS) - exports_that_count(kind)

    assert fields
    assert exports
    assert made(SERVICES[kind], environment_with(*fields), exports_with(*exports)) == made_before(kind)


@pytest.mark.parametrize("kind", SERVICES)
def test_every_source_that_runs_while_a_stack_is_built_counts_for_it(kind):
    service = SERVICES[kind]
    ran: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            ran.add((frame.f_code.co_filename, frame.f_code.co_name))

    setprofile(note)
    set_thread_profile(note)
    try:
        made(service, an_environment(**BEFORE), WRITTEN)
    finally:
        setprofile(None)
        set_thread_profile(None)

    paths = {Path(file) for file, name in ran if name != "<module>"}
    ours = {path.relative_to(ROOT).as_posix() for path in paths if path.is_relative_to(ROOT)}
    shaping = {
        path for path in ours if path.startswith(("infra/", "service_catalog/")) and not path.startswith(READERS)
    }
    sources = ProgramSources(ROOT).of("infra/service_stack.py")
    counted = {path for path in sources if path not in SOURCES or SOURCES[path](service)}
    digesting = {"service_catalog/program_sources.py", "service_catalog/listener_rules/rules.py"}
    assert "infra/components/definition.py" in shaping
    assert shaping - counted - digesting == set()
