"""The API's own description, an OpenAPI 3.1 document: made of the table of operations and their models, when somebody
first asks for it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from portal.api.idempotency import HEADER, KEY, KEY_MAX
from portal.api.operations import OPERATIONS, Operation
from portal.api.problems import MIMETYPE
from portal.api.told.problems import ProblemTold
from portal.api.told.services import ServicesTold

VERSION = "1"
_SCHEMAS = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_NAMES = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"
_PROBLEMS = {
    401: "No token, or none that the portal knows",
    403: "The token, or the person behind it, may not do this",
    404: "There is no such thing",
    422: "Not as this document says, or it cannot be done as it stands",
    429: "Too often; Retry-After says when again",
    503: "AWS does not answer as it should; `changed` says of a write whether it was done",
}
_OF_WRITES = {
    400: "The body is no JSON",
    409: "Somebody else was first, or something is under way",
    413: "More than 4 MB",
    415: "Another content type than application/json",
}


def as_text() -> str:
    return f"{json.dumps(document(), ensure_ascii=False)}\n"


def document() -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for it in OPERATIONS.values():
        paths.setdefault(_PARAMETER.sub(r"{\g<name>}", it.path), {})[it.method.lower()] = _operation(it)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Slipway",
            "version": VERSION,
            "description": "What the portal does, for programs. Every error is a problem (RFC 9457) with a `code`; its "
            "sentences are English or Japanese, as Accept-Language asks. Members may be added to answers in any "
            "version; none is taken away or changes its meaning within one.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Made on the page of tokens"}
            },
        },
    }


def _schemas() -> dict[str, Any]:
    answers: set[type[BaseModel]] = {ProblemTold, *(it.answers for it in OPERATIONS.values())}
    bodies = {it.body for it in OPERATIONS.values() if it.body}
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "serialization") for model in answers),
        *((model, "validation") for model in bodies),
    ]
    modes.sort(key=lambda it: it[0].__name__)  # the same text in every process that makes it
    _by_model, definitions = models_json_schema(modes, ref_template=_SCHEMAS)
    found: dict[str, Any] = definitions["$defs"]
    return found


def _operation(it: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": it.name,
        "summary": it.summary.partition(".")[0],
        "description": it.summary,
        "tags": [it.path.split("/")[-1] if it.path.count("/") < 4 else "services"],
        "parameters": [*_path_parameters(it.path), *_query_parameters(it), *_headers(it)],
        "responses": _responses(it),
    }
    if it.needs:
        said["x-needs"] = it.needs
    else:
        said["security"] = []
    if it.body:
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(it.body)}}}
    return said


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": it["name"], "in": "path", "required": True, "schema": _path_schema(it["kind"])}
        for it in _PARAMETER.finditer(path)
    ]


def _path_schema(kind: str | None) -> dict[str, Any]:
    if kind == "int":
        return {"type": "integer", "minimum": 0, "maximum": 10**9}
    return {"type": "string", "pattern": _NAMES}


def _query_parameters(it: Operation) -> list[dict[str, Any]]:
    if it.query is None:
        return []
    schema = it.query.model_json_schema(ref_template=_SCHEMAS)
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(said)}
        for name, said in schema["properties"].items()
    ]


def _without_null(said: Mapping[str, Any]) -> dict[str, Any]:
    """Whoever asks for nothing leaves it out."""
    kinds = [kind for kind in said.get("anyOf", ()) if kind.get("type") != "null"]
    rest = {name: it for name, it in said.items() if name not in ("anyOf", "title") and it is not None}
    return rest | (kinds[0] if kinds else {})


def _headers(it: Operation) -> list[dict[str, Any]]:
    if not it.is_write:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": KEY}
    told = "Of one's own choice: a request that is sent again under the same key is not done twice"
    return [{"name": HEADER, "in": "header", "required": False, "schema": schema, "description": told}]


def _responses(it: Operation) -> dict[str, Any]:
    told = {"description": it.answers.__doc__ or it.answers.__name__, "content": _json(it.answers)}
    if it.answers is ServicesTold:
        read_at = {"description": "When AWS was asked", "schema": {"type": "string", "format": "date-time"}}
        told["headers"] = {"Slipway-Read-At": read_at, "ETag": {"schema": {"type": "string"}}}
    problems = _PROBLEMS | (_OF_WRITES if it.body else {})
    return {str(it.status): told} | {
        str(status): {"description": words, "content": {MIMETYPE: {"schema": _ref(ProblemTold)}}}
        for status, words in sorted(problems.items())
        if it.needs or status not in (403,)
    }


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(model)}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _SCHEMAS.format(model=model.__name__)}
