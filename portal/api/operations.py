"""What every operation of the API is made of: an address, what it takes, what it answers. The description of the API is
read off the same table that answers requests, so that it cannot say otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError

from portal.api import idempotency
from portal.api.problems import BadRequest
from portal.auth.rights import READS
from portal.text.language import _
from service_catalog.records.audit import AuditAction

View = Callable[..., Any]


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    """As Flask writes it, with the blueprint's prefix"""
    name: str
    summary: str
    """Of its docstring"""
    needs: AuditAction | None
    """None where no token is asked for"""
    answers: type[BaseModel]
    status: int
    query: type[BaseModel] | None
    body: type[BaseModel] | None

    @property
    def is_write(self) -> bool:
        """A review is asked for with a body, and changes nothing."""
        return self.method != "GET" and self.needs is not None and self.needs not in READS


OPERATIONS: dict[str, Operation] = {}
"""By endpoint"""


def operation(
    bp: Blueprint,
    method: str,
    path: str,
    *,
    answers: type[BaseModel],
    status: int = 200,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
) -> Callable[[View], View]:
    """The view is given the parts of its address, and what was asked for as ``query`` and ``body``."""

    def add(view: View) -> View:
        name = view.__name__
        made = Operation(
            method=method,
            path=f"{bp.url_prefix or ''}{path}",
            name=name,
            summary=" ".join((view.__doc__ or "").split()),
            needs=getattr(view, "needs", None),
            answers=answers,
            status=status,
            query=query,
            body=body,
        )
        OPERATIONS[f"{bp.name}.{name}"] = made

        @wraps(view)
        def answered(**where: Any) -> Response:
            if query:
                where["query"] = _query(query)
            if body:
                where["body"] = _body(body)
            act = partial(_answer, view, where, status)
            return idempotency.once(act) if made.is_write else act()

        bp.add_url_rule(path, name, answered, methods=[method])
        return answered

    return add


def _answer(view: View, where: dict[str, Any], status: int) -> Response:
    """A view tells a model, or makes the whole answer itself."""
    told = view(**where)
    if isinstance(told, Response):
        return told
    return Response(f"{told.model_dump_json()}\n", status, mimetype="application/json")


def _query(model: type[BaseModel]) -> BaseModel:
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise BadRequest(422, "invalid-request", [(name, _("is there more than once")) for name in twice])
    try:
        return model.model_validate(request.args.to_dict(), strict=False)
    except ValidationError as error:
        raise _bad(error) from error


def _body(model: type[BaseModel]) -> BaseModel:
    if request.mimetype != "application/json":
        raise BadRequest(415, "not-json", [("", _("The body must be JSON, sent as Content-Type: application/json."))])
    try:
        return model.model_validate_json(request.get_data(), strict=True)
    except ValidationError as error:
        raise _bad(error) from error


def _bad(error: ValidationError) -> BadRequest:
    """All that is wrong at once, without the values."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if found[0]["type"] == "json_invalid":
        return BadRequest(400, "not-json", [("", _("The body must be JSON, sent as Content-Type: application/json."))])
    return BadRequest(
        422, "invalid-request", [(".".join(map(str, it["loc"])), _what(it["type"], it["msg"])) for it in found]
    )


def _what(kind: str, message: str) -> str:
    if kind == "missing":
        return _("is missing")
    if kind == "extra_forbidden":
        return _("there is no such member")
    return _("must be as the description says (%(rule)s)", rule=message)
