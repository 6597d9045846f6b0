"""What pydantic found wrong, in our words: what must be, what there is, what to write instead."""

import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service_catalog import full_width, naming
from service_catalog.marks import Path
from service_catalog.problems import did_you_mean, shown
from service_catalog.reading import Unclear


@dataclass(frozen=True)
class Fault:
    """A problem before anybody looked up which line it stands on."""

    path: Path
    message: str
    hint: str = ""
    given: float | None = None
    """A fraction that the message quotes: the file may spell 1.10 what is 1.1 once read"""


PATTERNS = {
    f"^{naming.NAME_PATTERN}$": "must be lower-case letters, digits and hyphens, beginning with a letter",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "must be letters, digits and underscores, not beginning with a digit",
    r"^/[!-~]*$": "must begin with '/' and hold no spaces",
    r"^/[A-Za-z0-9_.$/~\"'@:+*?&()!,;=%-]*$": "must begin with '/' and hold only what a load balancer takes",
    r"^[A-Za-z0-9*?.-]+$": "must be a host name; '*' and '?' match",
    r"^arn:": "must be an ARN (arn:aws:…)",
    r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+$": "must be a KMS key's ARN (arn:aws:kms:…:key/…)",
    r"^[a-z0-9][a-zA-Z0-9._/:-]*$": "must be a repository name or a registry's address, without https://",
    r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$": "must be an image tag: letters, digits, '_', '.' and '-'",
    r"^sha256:[0-9a-f]{64}$": "must be sha256: and 64 hexadecimal digits",
    r"^[A-Za-z0-9_./-]+$": "must be the name of an SSM parameter",
    r"^[A-Za-z0-9/_+=.@-]+$": "must be the name of a secret",
    r"^[^:]+$": "must hold no ':'",
    r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$": "must be the name of a bucket",
    r"^[A-Za-z0-9_-]{1,80}(\.fifo)?$": "must be the name of a queue",
    r"^[A-Za-z0-9_.-]{3,255}$": "must be the name of a table",
    r"^vpc-[0-9a-f]+$": "must be a VPC's id (vpc-…)",
    r"^subnet-[0-9a-f]+$": "must be a subnet's id (subnet-…)",
    r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$": "must be a network like 10.20.0.0/16",
    r"^\d{12}$": "must be 12 digits",
    r"^[a-z]{2}(-[a-z]+)+-\d$": "must be a region like ap-northeast-1",
}
"""In words, each pattern that the model uses; a test keeps the two together."""


def faults(error: ValidationError, model: type[BaseModel]) -> Iterator[Fault]:
    for detail in error.errors(include_url=False):
        path = tuple(step for step in detail["loc"] if step != "[key]")
        given = detail["input"]
        if _is_echo(detail):
            continue
        if detail["type"] == "missing":
            yield Fault(path, "is missing", description(model, path))
        elif detail["type"] == "extra_forbidden":
            yield Fault(path, "no such field", _nearest_field(model, path))
        else:
            if detail["type"] == "string_type" and isinstance(given, Unclear):
                yield Fault(path, given.readings, "put it in quotes")
                continue
            wanted, hint = _SENTENCES.get(detail["type"], _as_pydantic_says)(detail)
            yield Fault(path, f"{wanted}, got {_got(detail)}", hint, given if isinstance(given, float) else None)


def _is_echo(detail: ErrorDetails) -> bool:
    """Pydantic counts only the items it could read, and calls a list too short when the others are merely wrong."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _got(detail: ErrorDetails) -> str:
    given = detail["input"]
    if detail["type"] in ("string_too_long", "too_long", "too_short"):
        return str(len(given) or "none")
    return shown(given)


def _as_pydantic_says(detail: ErrorDetails) -> tuple[str, str]:
    return detail["msg"][0].lower() + detail["msg"][1:], ""


def _whole(detail: ErrorDetails) -> tuple[str, str]:
    return "must be a whole number", _unquoted(detail["input"])


def _unquoted(given: Any) -> str:
    if isinstance(given, Unclear):
        return _in_digits(given.word)
    is_quoted_number = isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 16
    return f"write {int(given)}" if is_quoted_number else ""


def _in_digits(word: str) -> str:
    """What is surely meant; ``0x1F`` and ``12:30`` are left to their writer."""
    meant = word.replace("_", "").lstrip("0") or "0"
    if not (meant.isascii() and meant.isdecimal()):
        return "write it in digits"
    return f"write {meant}" if len(meant) < 16 else "it is too long for a number"


def _text(detail: ErrorDetails) -> tuple[str, str]:
    return "must be text", "put it in quotes" if isinstance(detail["input"], bool | int | float) else ""


def _fields(detail: ErrorDetails) -> tuple[str, str]:
    return "must hold fields (key: value)", full_width.hint(detail["input"])


def _list(detail: ErrorDetails) -> tuple[str, str]:
    given = detail["input"]
    return "must be a list", f"write [{given}]" if isinstance(given, str | int) and len(str(given)) < 40 else ""


def _one_of(detail: ErrorDetails) -> tuple[str, str]:
    given, expected = detail["input"], detail["ctx"]["expected"]
    quoted = re.findall(r"'([^']*)'", expected)
    if isinstance(given, str):
        return f"must be {expected}", did_you_mean(given, quoted) if quoted else _unquoted(given)
    return f"must be {expected}", "" if quoted else _unquoted(given)


def _pattern(detail: ErrorDetails) -> tuple[str, str]:
    return PATTERNS[detail["ctx"]["pattern"]], ""


def _says(words: str) -> Callable[[ErrorDetails], tuple[str, str]]:
    return lambda detail: (words.format(**detail.get("ctx", {})), "")


_SENTENCES: dict[str, Callable[[ErrorDetails], tuple[str, str]]] = {
    "int_type": _whole,
    "string_type": _text,
    "bool_type": _says("must be true or false"),
    "dict_type": _fields,
    "model_type": _fields,
    "tuple_type": _list,
    "literal_error": _one_of,
    "string_pattern_mismatch": _pattern,
    "greater_than_equal": _says("must be at least {ge}"),
    "less_than_equal": _says("must be at most {le}"),
    "string_too_long": _says("must be at most {max_length} characters long"),
    "string_too_short": _says("must not be empty"),
    "too_long": _says("must hold at most {max_length}"),
    "too_short": _says("needs at least {min_length}"),
}


# --- the model, asked by path -----------------------------------------------------------------------------------------


def description(model: type[BaseModel], path: Path) -> str:
    """What the model says about a field, in the middle of a sentence."""
    owner = _model_at(model, path[:-1])
    field = owner.model_fields.get(str(path[-1])) if owner else None
    words = field.description or "" if field else ""
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words


def _nearest_field(model: type[BaseModel], path: Path) -> str:
    owner, word = _model_at(model, path[:-1]), str(path[-1])
    if owner is None:
        return ""
    extra = ["environments"] if len(path) == 1 and "image" in owner.model_fields else []
    return _elsewhere(model, word) or did_you_mean(word, [*owner.model_fields, *extra])


def _elsewhere(model: type[BaseModel], word: str) -> str:
    """``cpu`` at the top of an entry belongs under ``compute``."""
    for name, field in model.model_fields.items():
        inner, _ = held_model(field.annotation)
        if inner and word in inner.model_fields:
            return f"did you mean '{name}.{word}'?"
    return ""


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    steps, here = list(path), model
    while steps:
        field = here.model_fields.get(str(steps.pop(0)))
        inner, is_container = held_model(field.annotation) if field else (None, False)
        if inner is None:
            return None
        if is_container:
            steps = steps[1:]
        here = inner
    return here


def held_model(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model a field holds, and whether it holds many of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    is_container = typing.get_origin(annotation) in (dict, tuple)
    for argument in typing.get_args(annotation):
        inner, nested = held_model(argument)
        if inner:
            return inner, is_container or nested
    return None, False
