import re
from typing import Any

import pytest

from service_catalog import Catalog
from service_catalog.fields import tree
from service_catalog.files.overrides import merged
from service_catalog.model import Environment, Service
from service_catalog.reference.json_schema import environment_schema, files, service_schema
from service_catalog.yaml_text.reader import read_mapping
from tests.service_catalog.conftest import entry


def fits(value: Any, part: dict[str, Any], root: dict[str, Any]) -> bool:
    """As much of JSON Schema as ours use."""
    if "$ref" in part:
        return fits(value, root["$defs"][part["$ref"].removeprefix("#/$defs/")], root)
    if "anyOf" in part:
        return any(fits(value, option, root) for option in part["anyOf"])
    if "const" in part or "enum" in part:
        return value in part.get("enum", [part.get("const")])
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    if type(value) is not kinds[part["type"]]:
        return False
    if isinstance(value, str):
        return re.search(part.get("pattern", ""), value) is not None and _within(len(value), part, "Length")
    if isinstance(value, list):
        return _within(len(value), part, "Items") and all(fits(inner, part["items"], root) for inner in value)
    if isinstance(value, dict):
        return _fits_fields(value, part, root)
    return _within(value, part, "imum") if isinstance(value, int) else True


def _within(size: int, part: dict[str, Any], kind: str) -> bool:
    return part.get(f"min{kind}", size) <= size <= part.get(f"max{kind}", size)


def _fits_fields(value: dict[str, Any], part: dict[str, Any], root: dict[str, Any]) -> bool:
    known = part.get("properties", {})
    others = part.get("additionalProperties", True)
    patterns = part.get("patternProperties", {})
    return (
        set(part.get("required", ())) <= value.keys()
        and _within(len(value), part, "Properties")
        and all(fits(value[key], known[key], root) for key in value.keys() & known.keys())
        and all(
            fits(inner, option, root)
            for key, inner in value.items()
            for pattern, option in patterns.items()
            if re.search(pattern, key)
        )
        and (others is True or all(others and fits(value[key], others, root) for key in value.keys() - known.keys()))
    )


def test_the_committed_schemas_are_current():
    for path, text in files().items():
        assert path.read_text(encoding="utf-8") == text, "run `python -m service_catalog.reference.json_schema`"


@pytest.mark.parametrize("model", [Service, Environment])
def test_every_field_is_described(model):
    groups = [it for it in (tree(model), *tree(model).walk()) if it.model]

    assert len(groups) > 10
    assert [".".join(it.path) for group in groups for it in group.parts if not it.description] == []


@pytest.mark.parametrize(
    "override",
    [
        "{}",
        "",
        "{ tasks: { min: 2 } }",
        "{ exposure: ~ }",
        "{ health: { command: ~ } }",
        "{ environment: { A: ~ } }",
        "{ secrets: { A: { key: k } } }",
        "{ permissions: [{ queue: q }] }",
    ],
)
def test_an_override_may_say_any_part(override):
    text = entry("x").replace("dev: {}", f"dev: {override}")
    assert fits(read_mapping(text, "x.yaml"), service_schema(), service_schema())


@pytest.mark.parametrize(
    "override",
    [
        "{ name: y }",
        "{ owner: y }",
        "{ tasks: { mim: 2 } }",
        "{ port: '80' }",
        "{ permissions: [{ access: all }] }",
        "3",
    ],
)
def test_an_override_with_a_mistake_does_not_fit(override):
    text = entry("x").replace("dev: {}", f"dev: {override}")
    assert not fits(read_mapping(text, "x.yaml"), service_schema(), service_schema())


def test_an_entry_that_exists_nowhere_does_not_fit():
    text = re.sub("environments.*\n", "", entry("x"))
    assert not fits(read_mapping(text, "x.yaml"), service_schema(), service_schema())


def test_the_sample_entries_fit():
    samples = Catalog.at(None).directory
    for kind, schema in (("services", service_schema()), ("environments", environment_schema())):
        for path in sorted((samples / kind).glob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            name = kind.removesuffix("s")
            assert text.startswith(f"# yaml-language-server: $schema=../schema/{name}.schema.json\n"), path
            assert fits(read_mapping(text, path.name), schema, schema), path


def test_schema_and_overrides_agree_on_what_nothing_means():
    assert merged({"exposure": {}}, {"exposure": None}) == {}


def test_a_field_says_which_kinds_have_it():
    assert service_schema()["properties"]["port"]["description"].endswith("(kind: web)")
    assert service_schema()["$defs"]["Alarms"]["properties"]["dead_letters"]["description"].endswith("(kind: worker)")
