"""JSON Schemas for editors, made from the model: they complete fields and underline mistakes while one types.

``python -m service_catalog.reference.json_schema`` writes them; a test says when that was forgotten. What a schema
cannot say, rules where fields meet, is left to ``slipway catalog validate``.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from service_catalog.fields import Field, tree
from service_catalog.files.overrides import IDENTITY
from service_catalog.model import Environment, Service

DIRECTORY = Path(__file__).parent.parent / "schema"
Schema = dict[str, Any]
_OVERRIDE = "Override"


def service_schema() -> Schema:
    """A service with ``environments``, whose overrides are the same fields again, none of them required."""
    schema = _schema(Service)
    definitions = schema["$defs"]
    override = _partial({"type": "object", "properties": dict(schema["properties"]), "additionalProperties": False})
    for field in IDENTITY:
        del override["properties"][field]
    definitions.update({f"{name}{_OVERRIDE}": _partial(found) for name, found in sorted(definitions.items())})
    definitions[f"Service{_OVERRIDE}"] = override
    schema["properties"]["environments"] = {
        "description": "Where the service exists. What an environment says here is laid over the entry: maps merge, "
        "lists and values replace, nothing (~) takes a field away",
        "type": "object",
        "minProperties": 1,
        "propertyNames": _schema(Environment)["properties"]["name"] | {"description": "An environment's name"},
        "additionalProperties": {"anyOf": [{"$ref": f"#/$defs/Service{_OVERRIDE}"}, {"type": "null"}]},
    }
    schema["required"].append("environments")
    return schema


def environment_schema() -> Schema:
    return _schema(Environment)


def _schema(model: type[BaseModel]) -> Schema:
    draft = "https://json-schema.org/draft/2020-12/schema"
    schema = {"$schema": draft, **_untitled(model.model_json_schema())}
    for group in (tree(model), *tree(model).walk()):
        if group.model:
            properties = schema["$defs"][group.model.__name__]["properties"] if group.path else schema["properties"]
            _describe(properties, group)
    return schema


def _describe(properties: Schema, group: Field) -> None:
    """What a field does, and beside it which kinds of service have it, for editors to show; told once for all below."""
    for field in group.parts:
        own = f" (kind: {', '.join(field.kinds)})" if field.kinds != group.kinds else ""
        if field.description or own:
            said = properties[field.name] | {"description": f"{field.description}{own}"}
            properties[field.name] = dict(sorted(said.items()))


def _untitled(part: Any) -> Any:
    """Without the titles that pydantic makes of names: they say nothing, and editors show them."""
    if isinstance(part, list):
        return [_untitled(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    return {key: _untitled(inner) for key, inner in part.items() if not (key == "title" and isinstance(inner, str))}


def _partial(part: Schema) -> Schema:
    """A group of fields in an override: none is required, none has a default, each may be taken away by nothing."""
    properties = {name: _removable(_overriding(field)) for name, field in part.get("properties", {}).items()}
    return {key: value for key, value in part.items() if key != "required"} | {"properties": properties}


def _overriding(part: Any) -> Any:
    """Points at the partial groups; items of a list stay whole, since a list is replaced."""
    if not isinstance(part, dict):
        return part
    found = {key: _overriding(inner) for key, inner in part.items() if key not in ("default", "items")}
    if "$ref" in found:
        found["$ref"] += _OVERRIDE
    for pattern, inner in found.get("patternProperties", {}).items():
        found["patternProperties"][pattern] = _removable(inner)
    if "anyOf" in found:
        found["anyOf"] = [_overriding(inner) for inner in part["anyOf"]]
    return found | ({"items": part["items"]} if "items" in part else {})


def _removable(part: Schema) -> Schema:
    if {"type": "null"} in part.get("anyOf", ()):
        return part
    described = {key: part[key] for key in ("description",) if key in part}
    return described | {"anyOf": [{key: part[key] for key in part if key != "description"}, {"type": "null"}]}


def files() -> dict[Path, str]:
    """What should be in the directory."""
    schemas = {"service": service_schema(), "environment": environment_schema()}
    return {
        DIRECTORY / f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def write() -> None:
    DIRECTORY.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
