"""Whatever one field of an entry holds, the entry is judged: every rule bears every fault of every other field."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from service_catalog.differences import entry_data
from service_catalog.files.entries import ServiceFile, read_environment
from service_catalog.problems import CatalogError
from tests.builders import full_environment, full_services

ODD = {"odd": 1}


def paths(given: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(given, dict | list):
        for key, value in given.items() if isinstance(given, dict) else enumerate(given):
            yield from paths(value, (*path, key))


def with_odd(entry: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(entry)
    *above, last = path
    place: Any = changed
    for key in above:
        place = place[key]
    place[last] = ODD
    return changed


@pytest.mark.parametrize("service", full_services(), ids=lambda it: f"{it.kind}-{it.exposure and it.exposure.via}")
def test_whatever_one_field_holds_its_fault_is_told_and_every_rule_bears_it(service):
    environment, entry = full_environment(), entry_data(service)
    where: dict[str, Any] = {"environments": {environment.name: {}}}

    for path in paths(entry):
        text = yaml.dump(with_odd(entry, path) | where, Dumper=yaml.CSafeDumper)
        file = ServiceFile(service.name, text.encode())
        assert [*file.problems, *file.problems_in([environment])] != [], path


def test_whatever_one_field_of_an_environment_holds_its_fault_is_told():
    environment = full_environment()
    entry = environment.model_dump(mode="json", exclude_defaults=True)
    for path in paths(entry):
        text = yaml.dump(with_odd(entry, path), Dumper=yaml.CSafeDumper)
        with pytest.raises(CatalogError):
            read_environment(environment.name, text.encode())
