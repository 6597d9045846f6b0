"""What checkov says of the sample environment is accepted with a reason, or mended. It is no dependency of ours."""

import json
import shutil
import subprocess
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import environment_stack, service_stack
from infra.exports import EnvironmentExports, ListenerExports
from service_catalog.catalog import Catalog
from tests.infra.terraform import TerraformRecorder, hcl, type_of

ACCEPTED = Path(__file__).parents[2] / "docs" / "accepted-checks.yaml"
ENVIRONMENT, SERVICES = "dev", ("payments", "receipts", "report")
"""One of each kind that has something of its own"""


@pytest.fixture(scope="module")
def sample() -> TerraformRecorder:
    catalog, engine = Catalog.at(None), TerraformRecorder()
    environment = catalog.environment(ENVIRONMENT)
    engine.run(lambda: environment_stack.build(environment))
    values: dict[str, Any] = {
        field.name: engine.outputs[field.name] for field in fields(EnvironmentExports) if field.name in engine.outputs
    }
    listeners = {audience: ListenerExports(**values[audience]) for audience in ("public", "internal")}
    shared = EnvironmentExports(**(values | listeners))
    for name in SERVICES:
        service, slot = catalog.service(name, ENVIRONMENT), catalog.slot(name, ENVIRONMENT)
        build = partial(service_stack.build, service, environment, slot, shared)
        engine.run(build, f"{ENVIRONMENT}.{name}")
    return engine


def accepted() -> set[tuple[str, str]]:
    said = yaml.load(ACCEPTED.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {(entry["check"], resource) for entry in said for resource in entry["of"] if entry["because"]}


def test_what_is_accepted_is_accepted_of_something_that_we_provision(sample):
    provisioned = {f"{type_of(made.type)}.{made.name}" for made in sample.made}
    assert {resource for _, resource in accepted()} - provisioned == set()


@pytest.mark.skipif(not shutil.which("checkov"), reason="checkov is not on the PATH")
def test_checkov_finds_what_is_accepted_and_nothing_else(sample, tmp_path):
    (tmp_path / "main.tf").write_text(hcl(sample.made), encoding="utf-8")
    command = ["checkov", "-d", str(tmp_path), "--framework", "terraform", "--skip-download", "--output", "json"]

    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)

    assert report["summary"]["parsing_errors"] == 0
    assert {(it["check_id"], it["resource"]) for it in report["results"]["failed_checks"]} == accepted()
