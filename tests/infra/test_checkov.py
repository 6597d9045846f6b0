"""What checkov says of the sample environment and of the gallery is accepted with a reason, or mended. It is no
dependency of ours."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import pytest
import yaml

from infra import environment_stack, service_stack
from infra.exports import GROUPS, EnvironmentExports, ListenerExports
from service_catalog.catalog import Catalog
from service_catalog.model import Environment
from tests.infra.terraform import TerraformRecorder, hcl, type_of

needs_checkov = pytest.mark.skipif(not shutil.which("checkov"), reason="checkov is not on the PATH")
ROOT = Path(__file__).parents[2]
ACCEPTED = ROOT / "docs" / "accepted-checks.yaml"
SERVICES = ("payments", "receipts", "report")
"""One of each kind that has something of its own"""


def provisioned(catalog: Catalog, environment: Environment, services: Iterable[str]) -> TerraformRecorder:
    engine = TerraformRecorder()
    engine.run(lambda: environment_stack.build(environment))
    shared = exports_of(engine)
    for name in services:
        service, slot = catalog.service(name, environment.name), catalog.slot(name, environment.name)
        called = catalog.called(name, environment.name)
        build = partial(service_stack.build, service, environment, slot, shared, called)
        engine.run(build, f"{environment.name}.{name}")
    return engine


def exports_of(engine: TerraformRecorder) -> EnvironmentExports:
    """As they were written. What AWS alone knows has some value."""
    values = {it.name: engine.outputs[it.name] for it in fields(EnvironmentExports) if it.name in engine.outputs}
    for name in GROUPS.keys() & values.keys():
        values[name] = GROUPS[name](**values[name])
    if api := values.get("api"):
        values["api"] = replace(api, url="https://api.example.com", listener=ListenerExports(**api.listener))
    return EnvironmentExports(**values)


@pytest.fixture(scope="module")
def sample() -> TerraformRecorder:
    catalog = Catalog.at(None)
    return provisioned(catalog, catalog.environment("dev"), SERVICES)


@pytest.fixture(scope="module")
def gallery() -> TerraformRecorder:
    catalog = Catalog(ROOT / "service_catalog" / "examples")
    return provisioned(catalog, catalog.environment("prod"), catalog.service_names("prod"))


def accepted() -> set[tuple[str, str]]:
    said = yaml.load(ACCEPTED.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {(entry["check"], resource) for entry in said for resource in entry["of"] if entry["because"]}


def names(engine: TerraformRecorder) -> set[str]:
    return {f"{type_of(made.type)}.{made.name}" for made in engine.made}


def found(engine: TerraformRecorder, folder: Path) -> set[tuple[str, str]]:
    """By checkov: check and resource."""
    (folder / "main.tf").write_text(hcl(engine.made), encoding="utf-8")
    command = ["checkov", "-d", str(folder), "--framework", "terraform", "--skip-download", "--output", "json"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert report["summary"]["parsing_errors"] == 0
    return {(it["check_id"], it["resource"]) for it in report["results"]["failed_checks"]}


def test_what_is_accepted_is_accepted_of_something_that_we_provision(sample, gallery):
    assert {resource for _, resource in accepted()} - names(sample) - names(gallery) == set()


@needs_checkov
def test_checkov_finds_what_is_accepted_and_nothing_else(sample, tmp_path):
    assert found(sample, tmp_path) == {it for it in accepted() if it[1] in names(sample)}


@needs_checkov
def test_in_the_gallery_checkov_finds_no_other_kind_of_thing(gallery, tmp_path):
    kinds = {check for check, _ in found(gallery, tmp_path)}
    assert kinds - {check for check, _ in accepted()} == set()
