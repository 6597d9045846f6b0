"""When a rule is asked: of an entry that says one of its fields, and again where an environment overrides what it
reads."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from service_catalog.differences import entry_data
from service_catalog.fields import tree
from service_catalog.files.entries import ServiceFile
from service_catalog.files.overrides import IDENTITY, merged
from service_catalog.model import Service
from service_catalog.model.entry import Entry
from service_catalog.problems import CatalogError
from service_catalog.validation.faults import Fault
from service_catalog.validation.in_environment import RULES_IN_ENVIRONMENT
from service_catalog.validation.rules import Rule, about, faults_by
from service_catalog.validation.service_checks import SERVICE_RULES
from tests.builders import a_service, an_environment, full_environment, full_services

ANY = "any"
ENTRIES = [entry_data(service) for service in full_services()]


@about("alarms", "exec", reads=("port",))
def of_exec(service):
    yield Fault(("exec",), "was asked")


@about()
def always(service):
    yield Fault(("name",), "was asked")


def test_a_rule_is_asked_where_the_entry_says_one_of_its_fields():
    assert [it.path for it in faults_by((of_exec, always), a_service(exec=False))] == [("exec",), ("name",)]
    assert [it.path for it in faults_by((of_exec, always), a_service())] == [("name",)]


def test_a_rule_is_asked_again_where_a_field_that_it_reads_has_changed():
    def asked(changed):
        return [it.path for it in faults_by((of_exec, always), a_service(exec=False), changed=changed)]

    assert asked({"exec"}) == asked({"port"}) == [("exec",), ("name",)]
    assert asked({"tasks"}) == [("name",)]


@about("compute.gpus")
def of_gpus(service):
    yield Fault(("compute", "gpus"), "was asked")


def test_a_rule_about_a_field_of_a_group_is_asked_where_the_group_says_it():
    assert faults_by((of_gpus,), a_service(compute={"cpu": 512, "memory_mib": 1024})) == []
    assert faults_by((of_gpus,), a_service(compute={"gpus": 1})) != []


def variants(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """With one thing said as another entry does, or as it may be chosen, or not at all."""
    for field in tree(Service).parts:
        own: Any = entry.get(field.name)
        said: list[Any] = [other.get(field.name) for other in ENTRIES]
        yield from ({**entry, field.name: it} for it in said if it != own)
        for part in field.parts if field.shape == "group" and own else ():
            choices = [*part.choices, *(it.get(part.name) for it in said if it)]
            yield from (merged(entry, {field.name: {part.name: it}}) for it in choices if it != own.get(part.name))


def says(service: Any, field: str) -> bool:
    name, _, below = field.partition(".")
    return name in service.model_fields_set and (not below or says(getattr(service, name) or Entry(), below))


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_rule_that_is_not_asked_would_have_found_nothing(entry):
    poor, rich = an_environment(), full_environment()
    for variant in variants(entry):
        with suppress(ValidationError):
            service = Service.model_validate(variant)
            for rules, beside in (
                (SERVICE_RULES, ()),
                (RULES_IN_ENVIRONMENT, (poor,)),
                (RULES_IN_ENVIRONMENT, (rich,)),
            ):
                for rule in rules:
                    if rule.fields and not any(says(service, field) for field in rule.fields):
                        assert list(rule(service, *beside)) == [], (rule.check, variant)


def read_by(function: Callable[..., Any], parameter: str) -> set[str]:
    """The fields of a service that the source of a function names, and that of those to which it hands the service."""
    function, found = inspect.unwrap(function), set[str]()
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == parameter:
            found |= (
                {node.attr} if node.attr in Service.model_fields else read_by(getattr(Service, node.attr).fget, "self")
            )
        elif isinstance(node, ast.Call):
            for called, its_parameter in handed_on(node, function, parameter):
                found |= {ANY} if called is getattr else read_by(called, its_parameter)
    return found


def handed_on(call: ast.Call, function: Any, parameter: str) -> Iterator[tuple[Any, str]]:
    for place, given in enumerate(call.args):
        if ast.unparse(given) == parameter:
            called = eval(ast.unparse(call.func), dict(function.__globals__))
            if called is not isinstance:
                yield called, "" if called is getattr else list(inspect.signature(called).parameters)[place]


@pytest.mark.parametrize("rule", [it for it in SERVICE_RULES if it.fields], ids=lambda it: it.check.__name__)
def test_a_rule_says_all_that_it_reads_and_no_more(rule: Rule):
    found = read_by(rule.check, next(iter(inspect.signature(rule.check).parameters)))

    about_it = {field.partition(".")[0] for field in rule.fields}
    assert (None if ANY in found else (found | about_it) - IDENTITY) == (rule.reads and rule.reads - IDENTITY)


def problems(entry: dict[str, Any], overrides: dict[str, Any]) -> list[tuple[str, str, str]]:
    text = yaml.dump(entry | {"environments": overrides}, Dumper=yaml.CSafeDumper)
    try:
        ServiceFile(entry["name"], text.encode()).service(full_environment())
    except CatalogError as error:
        return [(it.path, str(it.message), str(it.hint)) for it in error.problems]
    return []


@pytest.mark.parametrize(("entry", "other"), list(pairwise([*ENTRIES, ENTRIES[0]])))
def test_an_environment_that_is_judged_beside_others_has_the_faults_that_it_has_alone(entry, other):
    for field in (entry.keys() | other.keys()) - IDENTITY:
        says = {field: other.get(field)}
        assert problems(entry, {"prod": {}, "dev": says}) == problems(entry, {"dev": says}), field
